"""Reads `rules/*.test.yaml`, in the order of their names, into tests ready to run.

Wrong files are refused as a whole, with every fault of every file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from triage.config.case import Case, Expected, GivenFile, GivenHistory, GivenMail, Pins
from triage.config.casenames import Names, names_in, unknown
from triage.config.casepins import read_pins
from triage.config.caseshape import NONE, Auth, CaseFile, CasesFile, HistoryFile, MailFile
from triage.config.faults import Document, Faults, Loc, shown
from triage.config.load import Policy
from triage.config.shape import fit
from triage.config.shipped import shipped_rules
from triage.config.values import span
from triage.config.yamlfile import read_yaml
from triage.errors import ConfigError

PATTERN = "*.test.yaml"
"""The files of tests in a folder of rules."""

USUAL = datetime(2026, 1, 13, 10, 0)  # noqa: DTZ001 - by the desk's clock on the wall
"""When mail of a test arrives that names no moment: a Tuesday at 10:00, in the desk's zone."""

_LARGEST = 20_000_000
_APART = timedelta(days=1)
_ZONELESS = "with its offset, such as 2026-11-20T16:50+00:00"


def load_cases(folder: Path, policy: Policy | None) -> tuple[Case, ...]:
    """Read every file of tests in `folder`; what they name is checked against `policy`.

    Without a policy, because it has faults itself, the names are not checked.

    Raises: ConfigError with every fault of every file.
    """
    shipped = folder.resolve() == shipped_rules().resolve()
    faults, names = Faults(), None if policy is None else names_in(policy, shipped=shipped)
    zone = ZoneInfo("UTC") if policy is None else policy.roster.hours.zone
    cases = list[Case]()
    for path in sorted(folder.glob(PATTERN)):
        try:
            document = read_yaml(path)
        except ConfigError as exc:
            faults.take(exc)
            continue
        cases += _Reading(document, faults, names, zone, folder).cases()
    faults.raise_any()
    return tuple(cases)


class _Reading:
    """Turns one file into tests, keeping faults on the way."""

    def __init__(
        self,
        document: Document,
        faults: Faults,
        names: Names | None,
        zone: ZoneInfo,
        folder: Path,
    ) -> None:
        self._document = document
        self._faults = faults
        self._names = names
        self._usual = USUAL.replace(tzinfo=zone)
        self._folder = folder

    def cases(self) -> Iterator[Case]:
        """Read the tests, each on its own; no two of a file bear one name."""
        document = self._document
        top = {key: value for key, value in document.data.items() if key != "tests"}
        file = fit(CasesFile, document, self._faults, data=top)
        at = self._moment(file.at, ("at",)) if file and file.at else None
        given = document.data.get("tests") or []
        if not isinstance(given, list):
            self._wrong(("tests",), "'tests' should be a list")
            return
        first: dict[str, int] = {}
        for number, raw in enumerate(given):
            loc: Loc = ("tests", number)
            case = fit(CaseFile, document, self._faults, at=loc, data=raw or {})
            if case is None:
                continue
            line = document.place(loc).line
            if first.setdefault(case.name, line) != line:
                text = f"a second test is called '{case.name}'"
                self._wrong((*loc, "name"), text, f"the first one is in line {first[case.name]}")
            yield self._case(case, loc, at or self._usual)

    def _case(self, given: CaseFile, loc: Loc, usual: datetime) -> Case:
        at = (self._moment(given.at, (*loc, "at")) if given.at else None) or usual
        pins = Pins()
        if given.model:
            pins = read_pins(given.model, (*loc, "model"), self._document, self._faults)
        if self._names is not None:
            expected = given.expect.model_dump(exclude_unset=True)
            self._faults.add(*unknown(given, expected, pins, loc, self._document, self._names))
        return Case(
            name=given.name,
            file=self._document.file,
            line=self._document.place(loc).line,
            at=at,
            mailbox=given.mailbox,
            mail=self._mail(given.mail, (*loc, "mail")),
            history=self._history(given.history, (*loc, "history"), at),
            pins=pins,
            expected=tuple(self._expected(given, (*loc, "expect"))),
        )

    def _mail(self, given: MailFile, loc: Loc) -> GivenMail:
        if given.file is not None:
            said = given.model_dump(exclude_unset=True, by_alias=True)
            for key in said.keys() - {"file", "auth", "headers", "in_reply_to_us"}:
                text = f"'{key}' is in the file already"
                self._wrong((*loc, key), text, "leave it out, or 'file'", key=True)
        elif not any((given.text, given.html, given.subject, given.attachments)):
            self._wrong(loc, "an empty mail arrives", "give it a subject and a text")
        headers = tuple((name, one) for name, each in given.headers.items() for one in each)
        for name in given.headers:
            if not name.isascii() or not name.isprintable() or set(name) & set(": "):
                self._wrong((*loc, "headers", name), f"'{name}' is no header's name", key=True)
        return GivenMail(
            sender="jo.park@example.net" if given.sender is None else given.sender,
            to=given.to or "",
            cc=given.cc or "",
            subject=given.subject or "",
            text=given.text or "",
            html=given.html or "",
            headers=headers,
            auth=given.auth or (None if given.file is not None else Auth.PASS),
            attachments=tuple(GivenFile(one.name, one.type, one.text) for one in given.attachments),
            answers_us=given.in_reply_to_us,
            raw=None if given.file is None else self._raw(given.file, (*loc, "file")),
        )

    def _raw(self, name: str, loc: Loc) -> bytes:
        """Read a whole mail; it has to lie below the folder, so that it is kept with the rules."""
        path = self._folder / name
        if not path.resolve().is_relative_to(self._folder.resolve()):
            self._wrong(loc, f"'{name}' lies elsewhere", f"put it below {shown(self._folder)}")
            return b""
        try:
            with path.open("rb") as file:
                raw = file.read(_LARGEST + 1)
        except (OSError, ValueError) as exc:
            reason = (exc.strerror if isinstance(exc, OSError) else None) or str(exc)
            self._wrong(loc, f"'{name}' cannot be read: {reason.lower()}")
            return b""
        if len(raw) > _LARGEST:
            self._wrong(loc, f"'{name}' is larger than {_LARGEST // 1_000_000} MB")
        return raw

    def _history(self, given: HistoryFile, loc: Loc, at: datetime) -> GivenHistory:
        mails = self._before(given.mails, (*loc, "mails"), at)
        tickets = self._before(given.tickets, (*loc, "tickets"), at)
        answers = self._before(given.answered, (*loc, "answered"), at)
        if given.waiting and not tickets:
            tickets = mails[-given.waiting :] or (at - _APART,)
        named = bool(tickets or given.owner)
        if self._names is not None and given.owner:
            here: Loc = (*loc, "owner")
            self._faults.add(*self._names.missing("agent", given.owner, here, self._document))
        return GivenHistory(
            mails=mails,
            tickets=tickets,
            waiting=given.waiting,
            answered=max(answers, default=None),
            answers=answers,
            known=named if given.known is None else given.known,
            owner=given.owner,
        )

    def _before(self, several: tuple[str, ...], loc: Loc, at: datetime) -> tuple[datetime, ...]:
        """Read how long before `at`, or when; a lone number is so many, a day apart."""
        if len(several) == 1 and several[0].isdecimal() and len(several[0]) < 4:
            return tuple(at - _APART * back for back in range(int(several[0]), 0, -1))
        found = list[datetime]()
        for number, text in enumerate(several):
            try:
                moment: datetime | None = at - span(text)
            except PydanticCustomError:
                moment = self._moment(text, (*loc, number), "or so long before, such as 2d")
            if moment is not None and moment > at:
                self._wrong((*loc, number), f"'{text}' comes after the mail")
            elif moment is not None:
                found.append(moment)
        return tuple(sorted(found))

    def _expected(self, given: CaseFile, loc: Loc) -> Iterator[Expected]:
        """Go through what is expected, in the order of the file."""
        raw = self._document.data_at(loc)
        said = given.expect.model_dump(exclude_unset=True)
        if not raw:
            self._wrong(loc, "nothing is expected", "say what has to come of it: {queue: …}")
            return
        if not isinstance(raw, dict):
            return
        for key, typed in raw.items():
            here = (*loc, key)
            if typed is None:
                remedy = "write none where there is to be none"
                self._wrong(here, f"'{key}' is empty", remedy, key=True)
            elif key in said:
                value = None if typed == NONE else said[key]
                if key == "answer_by" and value is not None:
                    value = self._moment(str(value), here, "or none") or value
                place = self._document.place(here, key=True)
                yield Expected(key, value, place.line, place.column)

    def _moment(self, text: str, loc: Loc, more: str = "") -> datetime | None:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            what = "has no offset" if moment else "is not a moment"
            remedy = f"{_ZONELESS}, {more}" if more else _ZONELESS
            self._wrong(loc, f"'{text}' {what}", remedy)
            return None
        return moment

    def _wrong(self, loc: Loc, text: str, remedy: str = "", *, key: bool = False) -> None:
        self._faults.add(self._document.fault(loc, text, remedy, key=key))
