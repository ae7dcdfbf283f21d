"""The mails that `triage check --preview` shows: every text, with whatever may befall one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from triage.config.load import Policy
from triage.config.texts import ACKNOWLEDGEMENT, CHECK_BACK, DELAY
from triage.core.compose import reply_subject
from triage.core.desk import Agent
from triage.core.letter import Letter, Note
from triage.core.tags import main_part

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_REFERENCE = "T-4XK2M9Q"
_FRIDAY = 4
_LONG_NAME = "Wilhelmina-Alexandrina"
_RIGHT_TO_LEFT = "\u0644\u064a\u0644\u0649"
_RIGHT_TO_LEFT_NOTICE = (
    "\u0646\u062d\u0646 \u0645\u063a\u0644\u0642\u0648\u0646 \u063a\u062f\u0627\u064b."
)
_SUBJECTS = {
    "de": "Tisch kam mit einem Riss an",
    "en": "Table arrived with a crack",
    "es": "La mesa ha llegado con una grieta",
    "fr": "La table est arrivée fendue",
    "it": "Il tavolo è arrivato con una crepa",
    "nl": "Tafel is met een barst aangekomen",
    "pl": "Stół dotarł z pęknięciem",
    "pt": "A mesa chegou com uma racha",
}
_STRANGER = "eo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail as a requester gets it: what is odd about it, who writes, and the words."""

    title: str
    sort: str
    sender: str
    subject: str
    note: Note


def cases(policy: Policy, language: str, now: datetime) -> Iterator[Case]:
    """Yield every mail that is shown for `language`, written by somebody who speaks it, if any.

    The moment in it is the Friday afternoon after `now`, by the desk's clock.
    """
    agent = _writer(policy, language)
    plain = _plain(policy, agent, _friday(policy, now))
    subject = _SUBJECTS.get(language, _SUBJECTS["en"])
    for title, letter in (*_ordinary(plain), *_times(plain), *_moods(plain, policy)):
        yield _case(policy, ACKNOWLEDGEMENT, language, title, letter, subject)
    for title, theirs, verified in (
        ("a very long subject", f"{subject} " * 12, True),
        ("a subject with a link", f"{subject} https://x.test/a?b=c", True),
        ("a sender whom nobody verified: their subject is not repeated", subject, False),
    ):
        yield _case(policy, ACKNOWLEDGEMENT, language, title, plain, theirs, verified=verified)
    if (language, "formal") in policy.texts.acknowledgements:
        note = policy.texts.acknowledgement(language, plain, formal=True)
        yield _shown(ACKNOWLEDGEMENT, "the formal text", plain, subject, note)
    if language == policy.texts.site:
        title = "a requester whose language nobody speaks"
        yield _case(policy, ACKNOWLEDGEMENT, _STRANGER, title, plain, subject)
    for title, letter in _delays(plain):
        yield _case(policy, DELAY, language, title, letter, subject)
    yield _case(policy, CHECK_BACK, language, "whether all is settled", plain, subject)


def speakers(policy: Policy, language: str) -> tuple[str, ...]:
    """Return the names of those who are on the roster and speak a language."""
    return tuple(agent.name for agent in _speaking(policy, language))


def _speaking(policy: Policy, language: str) -> tuple[Agent, ...]:
    tags = {language, main_part(language)}
    return tuple(agent for agent in policy.roster.agents if tags & {*agent.speaks})


def _writer(policy: Policy, language: str) -> Agent | None:
    return next(iter((*_speaking(policy, language), *policy.roster.agents)), None)


def _friday(policy: Policy, now: datetime) -> datetime:
    local = now.astimezone(policy.roster.hours.zone)
    day = local.date() + _DAY * ((_FRIDAY - local.weekday()) % 7)
    return datetime.combine(day, time(14, 50), policy.roster.hours.zone)


def _plain(policy: Policy, agent: Agent | None, now: datetime) -> Letter:
    return Letter(
        agent_name=agent.name if agent else "",
        reference=_REFERENCE,
        brand=policy.settings.brand,
        queue="Returns",
        now=now,
        zone=policy.roster.hours.zone,
        first_name="Jo",
        promised_at=now + _HOUR,
        earlier_at=now + _HOUR / 3,
        phone=policy.settings.phone or policy.roster.phone,
    )


def _ordinary(plain: Letter) -> Iterator[tuple[str, Letter]]:
    yield "an ordinary mail", plain
    yield "no name that is safe to greet by", replace(plain, first_name="")
    yield "a long name", replace(plain, first_name=_LONG_NAME)
    yield "a name that is written from right to left", replace(plain, first_name=_RIGHT_TO_LEFT)
    yield "no telephone", replace(plain, phone="")


def _monday(plain: Letter) -> datetime:
    """Return nine in the morning of the Monday after the moment of the mails."""
    return plain.now + 3 * _DAY - timedelta(hours=5, minutes=50)


def _times(plain: Letter) -> Iterator[tuple[str, Letter]]:
    monday = _monday(plain)
    west, east = -8 * _HOUR, 9 * _HOUR
    yield "tomorrow", replace(plain, promised_at=plain.now + _DAY - 5 * _HOUR)
    yield "on another day", replace(plain, promised_at=monday)
    yield "closed until Monday", replace(plain, promised_at=monday + _HOUR, reading_from=monday)
    yield "a day instead of an hour", replace(plain, promised_at=monday, promised_day=True)
    yield "no time can be promised", replace(plain, promised_at=None)
    days = replace(plain, promised_at=None, promises=False)
    yield "a queue that answers within two working days", days
    yield "a queue that answers within one working day", replace(days, working_days=1)
    yield "a requester far in the west", replace(plain, requester_offset=west)
    yield "a requester far in the east", replace(plain, requester_offset=east)
    utc = replace(plain, requester_offset=timedelta())
    yield "a mail server that writes every time in UTC", utc
    far = replace(plain, promised_at=monday, promised_day=True, requester_offset=west)
    yield "a day, to a requester far in the west", far


def _moods(plain: Letter, policy: Policy) -> Iterator[tuple[str, Letter]]:
    danger, monday = replace(plain, safety=True), _monday(plain)
    yield "danger, and somebody is on call", danger
    nobody = replace(danger, reading_from=monday, promised_at=monday + _HOUR / 4)
    yield "danger, and nobody is on call", nobody
    yield "danger, nobody on call, no telephone", replace(nobody, phone="")
    yield "a complaint", replace(plain, serious=True)
    yield "a compliment", replace(plain, praise=True)
    for name, spoken in policy.service.fact_spoken.items():
        yield f"a fact is missing: {name}", replace(plain, missing=name, spoken=spoken)
    referred = dict.fromkeys(rule.then.refer for rule in policy.rules if rule.then.refer)
    for name in referred:
        if name in policy.referrals:
            referral = policy.referrals[name]
            yield f"a rule sends them elsewhere, too: {name}", replace(plain, referral=referral)
    notice = "The telephone is out of order until 16:00."
    yield "a notice of the day", replace(plain, notices=(notice,))
    several = (notice, _RIGHT_TO_LEFT_NOTICE)
    yield "notices, one of them from right to left", replace(plain, notices=several)


def _delays(plain: Letter) -> Iterator[tuple[str, Letter]]:
    day = replace(plain, promised_at=plain.now + 3 * _DAY, promised_day=True)
    yield "a new time today", replace(plain, promised_at=plain.now + 2 * _HOUR)
    yield "a day instead of an hour", day
    yield "a day was promised, too", replace(day, earlier_day=True)
    yield "no new time can be named", replace(plain, promised_at=None)
    yield "a requester far in the west", replace(plain, requester_offset=-8 * _HOUR)
    yield "danger", replace(plain, safety=True, promised_at=plain.now + _HOUR)


def _case(
    policy: Policy,
    sort: str,
    language: str,
    title: str,
    letter: Letter,
    subject: str,
    *,
    verified: bool = True,
) -> Case:
    write = {
        ACKNOWLEDGEMENT: policy.texts.acknowledgement,
        DELAY: policy.texts.delay,
        CHECK_BACK: policy.texts.check_back,
    }[sort]
    return _shown(sort, title, letter, subject, write(language, letter), verified=verified)


def _shown(
    sort: str, title: str, letter: Letter, subject: str, note: Note, *, verified: bool = True
) -> Case:
    return Case(
        title=title,
        sort=sort,
        sender=f"{letter.agent_name} ({letter.brand})",
        subject=reply_subject(subject, note.subject, verified=verified),
        note=note,
    )
