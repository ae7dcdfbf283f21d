"""The shapes of `rules/queues.yaml` and `rules/roster.yaml`, as an admin types them.

The description of each field is what the README prints.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from triage.config.freedays import HolidaysFile, HolidaysGiven
from triage.config.hours import Texts, WeekGiven, listed
from triage.config.shape import wrong
from triage.config.values import address, is_slug, language, span
from triage.core.ticket import Priority

VERSION = 1


def _version(number: int) -> int:
    if number != VERSION:
        raise wrong(f"version {number} of this file is not known", f"version: {VERSION}")
    return number


def _slug(text: str) -> str:
    if not is_slug(text):
        raise wrong(f"'{text}' does not do as a name", "small letters, digits, '-' and '_'")
    return text


def _acknowledged(text: object) -> object:
    """Read `never` as no; the other answers are pydantic's."""
    return "no" if text == "never" else "yes" if text == "always" else text


def _filled(text: str) -> str:
    if not text.strip():
        raise wrong("this is empty")
    return text.strip()


Version = Annotated[int, AfterValidator(_version)]
Slug = Annotated[str, AfterValidator(_slug)]
Filled = Annotated[str, AfterValidator(_filled)]
MailAddress = Annotated[str, AfterValidator(address)]
Language = Annotated[str, AfterValidator(language)]
CalendarSpan = Annotated[timedelta, BeforeValidator(span)]


def _file_alone(value: object) -> object:
    """Take the name of a calendar alone as `{file: …}`."""
    return {"file": value} if isinstance(value, str) else value


class CalendarFile(BaseModel):
    """An iCalendar of one agent (`calendar:` in `rules/roster.yaml`)."""

    file: Annotated[Filled, Field(description="the file in `rules/`, such as `maria.ics`")]
    events: Annotated[
        Literal["away", "shifts"],
        Field(description="what its events are: absences, or the shifts they work"),
    ] = "away"


class QueueHoursFile(BaseModel):
    """The hours of one queue (`hours:` in `rules/queues.yaml`); what is left out is the desk's."""

    open: Annotated[
        WeekGiven | None, Field(description="opening hours of its own, as in `roster.yaml`")
    ] = None
    timezone: Annotated[str, Field(description="a zone of its own")] = ""
    holidays: Annotated[
        HolidaysGiven | None, Field(description="holidays of its own, as in `roster.yaml`")
    ] = None


class QueueFile(BaseModel):
    """One queue (`queues:` in `rules/queues.yaml`)."""

    title: Annotated[str, Field(description="what agents read; default: the name")] = ""
    answer_within: Annotated[
        str,
        Field(
            description="time to a human's answer: `15m`, `1h`, `2d` (working days), "
            "or `none` for no clock"
        ),
    ] = "1h"
    clock: Annotated[
        Literal["business", "always"],
        Field(description="`business`: opening hours count; `always`: round the clock"),
    ] = "business"
    hours: Annotated[
        QueueHoursFile | None,
        Field(description="a calendar of its own: `open`, `timezone`, `holidays`"),
    ] = None
    acknowledge: Annotated[
        bool, BeforeValidator(_acknowledged), Field(description="`never`: no acknowledgement")
    ] = True
    promise: Annotated[bool, Field(description="`no`: acknowledged without a promised hour")] = True
    targets: Annotated[
        dict[Priority, str], Field(description="a time of its own for a priority")
    ] = {}
    resolve_within: Annotated[
        str,
        Field(
            description="time until it is done with, less what waited for the requester: `3d`; "
            "`none`: nobody asks"
        ),
    ] = "none"
    resolve_targets: Annotated[
        dict[Priority, str], Field(description="a `resolve_within` of its own for a priority")
    ] = {}
    needs: Annotated[
        Texts, Field(description="facts an answer needs; a missing one is offered for, once")
    ] = ()


class FactFile(BaseModel):
    """One fact that is found in mail (`facts:` in `rules/queues.yaml`)."""

    patterns: Annotated[
        Texts, Field(description="RE2 patterns; the first group, if any, is the value")
    ] = ()
    words: Annotated[
        Texts,
        Field(
            description="what announces it in free wording, in any language: `order number`; "
            "`*` ends a word in any way"
        ),
    ] = ()
    value: Annotated[
        str,
        Field(description="RE2: what the value behind `words` looks like; or `phone`"),
    ] = ""
    label: Annotated[
        dict[Language, Filled],
        Field(
            description="what requesters are told that they may add, by language: "
            "`{en: your order number}`; a language that is not named is not offered for it"
        ),
    ] = {}
    offer: Annotated[
        dict[Language, Filled],
        Field(description="a whole sentence instead of the usual one with the label, by language"),
    ] = {}


class QueuesFile(BaseModel):
    """The whole of `rules/queues.yaml`."""

    version: Annotated[Version, Field(description="of the file's format: 1")] = VERSION
    default: Annotated[str, Field(description="queue of what neither rules nor model settle")] = (
        "unsure"
    )
    boosts: Annotated[
        dict[Priority, int], Field(description="minutes that a priority is moved forward by")
    ] = {}
    warn_before: Annotated[
        CalendarSpan, Field(description="warning before the deadline, in the clock's own time")
    ] = timedelta(minutes=15)
    acknowledge_within: Annotated[
        CalendarSpan, Field(description="older mail is not acknowledged")
    ] = timedelta(hours=4)
    resolve_after: Annotated[
        CalendarSpan, Field(description="answered and silent for so long: done")
    ] = timedelta(days=7)
    reopen_within: Annotated[
        CalendarSpan, Field(description="later mail opens a new, linked ticket")
    ] = timedelta(days=14)
    safety_within: Annotated[
        CalendarSpan, Field(description="time to an answer where somebody is in danger")
    ] = timedelta(minutes=15)
    queues: Annotated[dict[Slug, QueueFile], Field(description="the queues, by name")]
    facts: Annotated[dict[Slug, FactFile], Field(description="the facts, by name")] = {}


class AgentFile(BaseModel):
    """One agent (`agents:` in `rules/roster.yaml`)."""

    id: Annotated[Slug, Field(description="short name, used in rules and commands")]
    name: Annotated[Filled, Field(description="the name that requesters read")]
    mail: Annotated[MailAddress, Field(description="where warnings go, and answers come from")]
    speaks: Annotated[
        tuple[Language, ...],
        BeforeValidator(listed),
        Field(description="languages, two letters each, the best first"),
    ]
    queues: Annotated[Texts, Field(description="their queues; none named: every queue")] = ()
    hours: Annotated[
        WeekGiven | None, Field(description="their own shifts; default: the opening hours")
    ] = None
    timezone: Annotated[str, Field(description="their own zone; default: the desk's")] = ""
    holidays: Annotated[
        HolidaysGiven | None, Field(description="their own holidays; default: the desk's")
    ] = None
    calendar: Annotated[
        CalendarFile | None,
        BeforeValidator(_file_alone),
        Field(
            description="iCalendar of absences, `maria.ics`, or of shifts, "
            "`{file: maria.ics, events: shifts}` (`pip install inbox-triage[roster]`)"
        ),
    ] = None
    limit: Annotated[int, Field(ge=0, description="most open tickets at once; 0: no limit")] = 0
    deputy: Annotated[str, Field(description="agent who stands in while they are away")] = ""
    duty_manager: Annotated[bool, Field(description="told when a promise is about to break")] = (
        False
    )
    left: Annotated[
        date | None, Field(ge=date(1970, 1, 1), description="the day from which they own nothing")
    ] = None
    tell: Annotated[
        Literal["page", "mail", "both"],
        Field(description="how they hear of a ticket that becomes theirs, within a minute"),
    ] = "page"
    signs: Annotated[
        tuple[Filled, ...],
        BeforeValidator(listed),
        Field(
            description="how they sign beside their name (`[Maria, ML]`): by that their answers "
            "from a shared address are known"
        ),
    ] = ()


class AwayFile(BaseModel):
    """One absence (`away:` in `rules/roster.yaml`)."""

    agent: Annotated[str, Field(description="who is away")]
    start: Annotated[
        str, Field(alias="from", description="first day, or local instant `2026-11-30T12:00`")
    ]
    end: Annotated[
        str, Field(alias="to", description="last day, itself included, or local instant of return")
    ]


class RosterFile(BaseModel):
    """The whole of `rules/roster.yaml`."""

    version: Annotated[Version, Field(description="of the file's format: 1")] = VERSION
    timezone: Annotated[str, Field(description="the desk's zone, such as `Europe/London`")]
    open: Annotated[
        WeekGiven, Field(description='opening hours: `mon-fri: ["08:00-12:00", "12:30-18:00"]`')
    ]
    holidays: Annotated[
        HolidaysGiven,
        Field(
            description="`{country: GB, subdivision: ENG, days: [2026-12-31], half_days: "
            '{2026-12-24: "08:00-12:00"}}`, or days alone'
        ),
    ] = HolidaysFile()
    agents: Annotated[tuple[AgentFile, ...], Field(description="everybody who answers")] = ()
    away: Annotated[tuple[AwayFile, ...], Field(description="who is away when")] = ()
    colleagues: Annotated[
        tuple[MailAddress, ...],
        Field(description="addresses in the house that forward mail and are not requesters"),
    ] = ()
    protected: Annotated[
        tuple[Filled, ...],
        BeforeValidator(listed),
        Field(
            description="names of people here who do not answer, such as the chief's: mail that "
            "bears one from elsewhere is marked, as it is for every agent's"
        ),
    ] = ()
    on_call: Annotated[
        str, Field(description="agent or address that hears of danger at any hour")
    ] = ""
    phone: Annotated[
        str, Field(description="number named to somebody in danger when nobody reads")
    ] = ""
