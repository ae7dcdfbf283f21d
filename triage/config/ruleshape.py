"""The shape of `rules/NN-*.yaml`, as an admin types it.

The description of each field is what the README prints.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from triage.config.deskfiles import VERSION, Filled, Language, Slug, Version
from triage.config.hours import Texts
from triage.config.shape import wrong
from triage.core.ruled import SETTABLE
from triage.core.ticket import Kind, Priority


def _several(value: object) -> object:
    """Take one where a list may stand."""
    return [value] if isinstance(value, str | dict) else value


def _header(value: object) -> object:
    """Take globs alone as `{is: …}`."""
    return {"is": value} if isinstance(value, str | list) else value


def _withheld(value: object) -> object:
    """Take `withhold` alone as `{withhold: ""}`; nothing else is there to say."""
    if isinstance(value, str):
        if value != "withhold":
            raise wrong(f"'ack' cannot be '{value}'", "a rule can only withhold: ack: withhold")
        return {"withhold": ""}
    return value


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts or not all(text.strip() for text in texts):
        raise wrong("there is nothing here to match")
    return texts


def _settable(kind: Kind | None) -> Kind | None:
    if kind is not None and kind not in SETTABLE:
        kinds = ", ".join(SETTABLE)
        raise wrong(f"no rule can make a message '{kind}': its structure does", f"one of: {kinds}")
    return kind


Globs = Annotated[Texts, AfterValidator(_some)]


class HeaderFile(BaseModel):
    """What is asked of one header; all of its keys hold."""

    globs: Annotated[Globs | None, Field(alias="is")] = None
    none_of: Annotated[Globs | None, Field(alias="not")] = None
    absent: bool | None = None
    present: bool | None = None

    @model_validator(mode="after")
    def _asks(self) -> HeaderFile:
        asked = (self.globs, self.none_of, self.absent, self.present)
        if all(one is None for one in asked):
            raise wrong("nothing is asked of this header", "a glob, not, absent or present")
        return self


class ModelFile(BaseModel):
    """`model:`: a score of the model's."""

    label: str
    at_least: Annotated[float, Field(gt=0, le=1)]


class MatcherFile(BaseModel):
    """`when:` and `unless:`: all keys of one mapping hold; of a list, any item."""

    any_of: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(_several),
        Field(alias="any", description="at least one of these mappings matches"),
    ] = None
    all_of: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(_several),
        Field(alias="all", description="every one of these mappings matches"),
    ] = None
    unless: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(_several),
        Field(description="none of these mappings matches"),
    ] = None
    header: Annotated[
        dict[str, Annotated[HeaderFile, BeforeValidator(_header)]] | None,
        Field(
            description='`{Name: "glob"}`, a list of globs, `{not: …}`, `{absent: true}` or '
            "`{present: true}`; an absent header matches only `absent`"
        ),
    ] = None
    sender: Annotated[
        Globs | None, Field(alias="from", description="globs over the addresses of From")
    ] = None
    to: Annotated[
        Globs | None, Field(description="globs over the addresses of To, Cc and Delivered-To")
    ] = None
    subject: Annotated[
        Globs | None, Field(description="globs over the whole subject, without `Re:`")
    ] = None
    words: Annotated[
        Globs | None,
        Field(
            description="whole words and phrases in subject and new text, in any case; `*` is "
            "the rest of a word: `injur*`"
        ),
    ] = None
    pattern: Annotated[
        Globs | None, Field(description="RE2 patterns in subject and new text, as written")
    ] = None
    kind: Annotated[
        tuple[Kind, ...] | None,
        BeforeValidator(_several),
        Field(description="what the message is: `human`, `bulk`, `bounce`, …"),
    ] = None
    language: Annotated[
        tuple[Language, ...] | None,
        BeforeValidator(_several),
        Field(description="the language it is written in, two letters"),
    ] = None
    model: Annotated[
        tuple[ModelFile, ...] | None,
        BeforeValidator(_several),
        Field(description="`{label: QUEUE_OR_SIGNAL, at_least: 0.85}`: the model's score"),
    ] = None
    flag: Annotated[Globs | None, Field(description="a flag that an earlier rule has set")] = None


class WithholdFile(BaseModel):
    """`ack:`: no acknowledgement, and why."""

    withhold: str = ""


class ThenFile(BaseModel):
    """`then:`: what the rule does."""

    queue: Annotated[str, Field(description="the queue; the first rule to set it wins")] = ""
    priority: Annotated[
        Priority | None, Field(description="the priority; the first rule to set it wins")
    ] = None
    boost: Annotated[
        int, Field(ge=-10_000, le=10_000, description="minutes forward in the queue; they add up")
    ] = 0
    flag: Annotated[
        tuple[Slug, ...],
        BeforeValidator(_several),
        Field(description="flags; one with a signal's name sets that signal"),
    ] = ()
    ack: Annotated[
        WithholdFile | None,
        BeforeValidator(_withheld),
        Field(description="`withhold`, or `{withhold: REASON}`: no acknowledgement"),
    ] = None
    assign: Annotated[
        str, Field(description="the agent who owns it; the first rule to set it wins")
    ] = ""
    kind: Annotated[
        Kind | None,
        AfterValidator(_settable),
        Field(
            description="what the message is, before its wording is judged: "
            + ", ".join(f"`{kind}`" for kind in SETTABLE)
        ),
    ] = None


class RuleFile(BaseModel):
    """One rule."""

    id: Annotated[Slug, Field(description="its name, the only one in all files")]
    why: Annotated[Filled, Field(description="the reason, as agents read it")]
    when: Annotated[MatcherFile, Field(description="what it matches")]
    unless: Annotated[
        tuple[MatcherFile, ...] | None,
        BeforeValidator(_several),
        Field(description="what it passes over, though `when` matches"),
    ] = None
    then: Annotated[ThenFile, Field(description="what it does")] = ThenFile()
    stop: Annotated[bool, Field(description="`true`: no later rule is looked at")] = False


class RulesFile(BaseModel):
    """The whole of one file of rules."""

    version: Version = VERSION
    rules: tuple[RuleFile, ...] = ()
