"""The shapes of single questions in a rule's `when`, as an admin types them.

All keys of one mapping hold together.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, model_validator

from triage.config.deskfiles import CalendarSpan
from triage.config.hours import Texts
from triage.config.shape import wrong
from triage.core.history import MOST

_ANSWERS = frozenset({"true", "false", "yes", "no", "on", "off"})


def several(value: object) -> object:
    """Take one where a list may stand."""
    return [value] if isinstance(value, str | dict) else value


def globs(value: object) -> object:
    """Take globs alone as `{is: …}`."""
    return {"is": value} if isinstance(value, str | list) else value


def stated(value: object) -> object:
    """Take `present` and `absent` alone as what they say, and other text as globs."""
    return _there(value, "is")


def attached(value: object) -> object:
    """Take `present` and `absent` alone as what they say, and other text as globs of names."""
    return _there(value, "name")


def _there(value: object, else_key: str) -> object:
    if isinstance(value, str):
        if value.casefold() in _ANSWERS:
            raise wrong(f"'{value}' says nothing here", "write present, or absent")
        if value in {"present", "absent"}:
            return {value: "true"}
    return {else_key: value} if isinstance(value, str | list) else value


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts or not all(text.strip() for text in texts):
        raise wrong("there is nothing here to match")
    return texts


Globs = Annotated[Texts, AfterValidator(_some)]


class HeaderFile(BaseModel):
    """What is asked of one header, or of one fact."""

    globs: Annotated[
        Globs | None, Field(alias="is", description="globs, one of which covers the whole value")
    ] = None
    none_of: Annotated[
        Globs | None, Field(alias="not", description="globs, none of which covers the value")
    ] = None
    absent: Annotated[bool | None, Field(description="`true`: there is none")] = None
    present: Annotated[bool | None, Field(description="`true`: there is one")] = None

    @model_validator(mode="after")
    def _asks(self) -> HeaderFile:
        asked = (self.globs, self.none_of, self.absent, self.present)
        if all(one is None for one in asked):
            raise wrong("nothing is asked of it", "a glob, not, absent or present")
        return self


class AttachmentAsked(BaseModel):
    """`attachment:`: what is asked of the files that a mail brings."""

    name: Annotated[Globs | None, Field(description="globs over a file's name")] = None
    type: Annotated[
        Globs | None, Field(description="globs over its media type: `image/*`; of the same file")
    ] = None
    absent: Annotated[bool | None, Field(description="`true`: nothing is attached")] = None
    present: Annotated[
        bool | None,
        Field(description="`true`: something is, beside pictures that the text shows itself"),
    ] = None

    @model_validator(mode="after")
    def _asks(self) -> AttachmentAsked:
        if all(one is None for one in (self.name, self.type, self.absent, self.present)):
            raise wrong("nothing is asked here", "a name, a type, absent or present")
        return self


class ModelFile(BaseModel):
    """`model:`: a score of the model's."""

    label: Annotated[str, Field(description="a queue, signal, priority or kind")]
    at_least: Annotated[
        float | None, Field(ge=0, le=1, description="the lowest score, itself included")
    ] = None
    at_most: Annotated[
        float | None, Field(ge=0, le=1, description="the highest score, itself included")
    ] = None

    @model_validator(mode="after")
    def _bounds(self) -> ModelFile:
        _bounded(self.at_least, self.at_most)
        return self


class CountFile(BaseModel):
    """How many there are of something."""

    at_least: Annotated[
        int | None, Field(ge=0, le=MOST, description="the lowest number, itself included")
    ] = None
    at_most: Annotated[
        int | None, Field(ge=0, lt=MOST, description="the highest number, itself included")
    ] = None
    within: Annotated[
        CalendarSpan | None,
        Field(description="how far back it is counted: `14d`; default: a year"),
    ] = None

    @model_validator(mode="after")
    def _bounds(self) -> CountFile:
        _bounded(self.at_least, self.at_most)
        return self


class HistoryAsked(BaseModel):
    """`history:`: what the requester wrote before. A forged sender has no history."""

    mails: Annotated[
        CountFile | None,
        Field(description="their contacts, this one included; mails minutes apart are one"),
    ] = None
    unanswered: Annotated[
        CountFile | None,
        Field(description="their contacts since we last answered them, this one included"),
    ] = None
    tickets: Annotated[CountFile | None, Field(description="tickets that they began before")] = None
    waiting: Annotated[
        CountFile | None, Field(description="tickets of theirs that wait for our answer")
    ] = None
    known: Annotated[
        bool | None, Field(description="`true`: they had a ticket; `false`: a first contact")
    ] = None

    @model_validator(mode="after")
    def _asks(self) -> HistoryAsked:
        counts = (self.mails, self.unanswered, self.tickets, self.waiting)
        if self.known is None and all(one is None for one in counts):
            raise wrong("nothing is asked here", "mails, unanswered, tickets, waiting or known")
        if self.waiting is not None and self.waiting.within is not None:
            raise wrong("'waiting' counts what waits now: it has no 'within'", "leave it out")
        return self


class TimeAsked(BaseModel):
    """`time:`: when the mail came, by the desk's clock (`timezone` in `rules/roster.yaml`)."""

    weekday: Annotated[Globs | None, Field(description="`[sat, sun]`, `mon-fri`")] = None
    between: Annotated[
        Globs | None,
        Field(description='`"17:30-08:00"`: from the first up to, not including, the second'),
    ] = None
    date: Annotated[
        Globs | None, Field(description="`2026-12-24`, or `2026-12-24..2027-01-01`, both included")
    ] = None
    month: Annotated[Globs | None, Field(description="`[nov, dec]`, or `11`")] = None
    open: Annotated[bool | None, Field(description="`true`: within the desk's opening hours")] = (
        None
    )
    holiday: Annotated[bool | None, Field(description="`true`: on a holiday of the desk's")] = None

    @model_validator(mode="after")
    def _asks(self) -> TimeAsked:
        texts = (self.weekday, self.between, self.date, self.month)
        if self.open is None and self.holiday is None and all(one is None for one in texts):
            raise wrong("nothing is asked here", "weekday, between, date, month, open or holiday")
        return self


def _bounded(at_least: float | None, at_most: float | None) -> None:
    if at_least is None and at_most is None:
        raise wrong("no bound is given", "at_least, at_most, or both")
    if at_least is not None and at_most is not None and at_most < at_least:
        raise wrong(f"nothing is at least {at_least:g} and at most {at_most:g}")
