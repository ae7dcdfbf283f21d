"""`rules/referrals.yaml` and `rules/causes.yaml`: who answers instead, and what causes mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from triage.config.deskfiles import VERSION, Filled, Language, Slug, Version
from triage.config.faults import Document, Faults, Loc, near
from triage.config.hours import Texts
from triage.config.shape import fit, wrong
from triage.config.yamlfile import read_yaml
from triage.core.patterns import Pattern, words
from triage.core.referral import Cause, Referral
from triage.errors import ConfigError

REFERRALS_FILE, CAUSES_FILE = "referrals.yaml", "causes.yaml"


def titled(value: object) -> object:
    """Take a title alone as `{title: …}`."""
    return {"title": value} if isinstance(value, str) else value


def _places(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts:
        raise wrong("it is not said where they are sent", "an address of a page, a mail, a phone")
    return texts


Line = Annotated[Filled, AfterValidator(lambda text: " ".join(text.split()))]


class ReferralFile(BaseModel):
    """One referral (`referrals:` in `rules/referrals.yaml`)."""

    title: Annotated[
        Line,
        Field(
            description="who answers it, as agents and requesters read it, in the site's language"
        ),
    ]
    titles: Annotated[
        dict[Language, Line],
        Field(description="the title as requesters of other languages read it: `{de: …}`"),
    ] = {}
    where: Annotated[
        Texts,
        AfterValidator(_places),
        Field(description="where they are reached, the best first: a page, a mail, a phone"),
    ]
    note: Annotated[str, Field(description="what the agent should know")] = ""


class ReferralsFile(BaseModel):
    """The whole of `rules/referrals.yaml`."""

    version: Annotated[Version, Field(description="of the file's format: 1")] = VERSION
    referrals: Annotated[dict[Slug, ReferralFile], Field(description="the referrals, by name")] = {}


class CauseFile(BaseModel):
    """One cause (`causes:` in `rules/causes.yaml`)."""

    title: Annotated[Line, Field(description="what it is, as agents and reports say it")]
    words: Annotated[
        Texts,
        Field(
            description="words of the mail that speak for it, as in rules: whole words or "
            "phrases, `*` ends a word in any way"
        ),
    ] = ()
    rules: Annotated[
        Texts, Field(description="rules and signals that speak for it where they fire")
    ] = ()
    queues: Annotated[Texts, Field(description="suggested in these alone; default: in any")] = ()


class CausesFile(BaseModel):
    """The whole of `rules/causes.yaml`."""

    version: Annotated[Version, Field(description="of the file's format: 1")] = VERSION
    causes: Annotated[
        dict[Slug, Annotated[CauseFile, BeforeValidator(titled)]],
        Field(description="the causes, by name: `late-carrier: The carrier was late`"),
    ] = {}


def load_referrals(folder: Path) -> Mapping[str, Referral]:
    """Read `referrals.yaml` in `folder`; there is none where there is no such file.

    Raises: ConfigError with every fault.
    """
    document, faults = _document(folder / REFERRALS_FILE), Faults()
    file = None if document is None else fit(ReferralsFile, document, faults)
    faults.raise_any()
    return {
        name: Referral(
            name=name,
            title=one.title,
            where=one.where,
            note=one.note.strip(),
            titles=one.titles,
        )
        for name, one in (file.referrals if file is not None else {}).items()
    }


def load_causes(
    folder: Path,
    queues: Collection[str] | None = None,
    fires: Collection[str] | None = None,
) -> Mapping[str, Cause]:
    """Read `causes.yaml` in `folder`; there is none where there is no such file.

    `queues` and `fires` are the queues there are, and the rules and signals; None: not known.

    Raises: ConfigError with every fault.
    """
    document = _document(folder / CAUSES_FILE)
    if document is None:
        return {}
    faults = Faults()
    file = fit(CausesFile, document, faults)
    found = {
        name: Cause(
            name,
            one.title,
            words=_words(one.words, ("causes", name, "words"), document, faults),
            rules=frozenset(one.rules),
            queues=frozenset(one.queues),
        )
        for name, one in (file.causes if file else {}).items()
    }
    for cause in found.values():
        for key, named, known, sort in (
            ("queues", cause.queues, queues, "queue"),
            ("rules", cause.rules, fires, "rule or signal"),
        ):
            if known is None:
                continue
            for wanted in sorted(named - set(known)):
                loc = ("causes", cause.name, key)
                text = f"there is no {sort} '{wanted}'"
                faults.add(document.fault(loc, text, near(wanted, known)))
    faults.raise_any()
    return found


def _words(given: tuple[str, ...], loc: Loc, document: Document, faults: Faults) -> Pattern | None:
    """Compile the words of a cause; None where it has none, or one is wrong."""
    try:
        return words(given) if given else None
    except ValueError as exc:
        faults.add(document.fault(loc, str(exc)))
        return None


def referral_names(folder: Path) -> frozenset[str] | None:
    """Return every referral that the file names, right or wrong; None where it cannot be read."""
    return _names(folder / REFERRALS_FILE, "referrals")


def cause_names(folder: Path) -> frozenset[str] | None:
    """Return every cause that the file names, right or wrong; None where it cannot be read."""
    return _names(folder / CAUSES_FILE, "causes")


def _names(path: Path, key: str) -> frozenset[str] | None:
    try:
        document = _document(path)
    except ConfigError:
        return None
    given = document.data.get(key) if document is not None else None
    return frozenset(given if isinstance(given, dict) else ())


def _document(path: Path) -> Document | None:
    return read_yaml(path) if path.exists() else None
