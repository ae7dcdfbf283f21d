"""Who is told of a deadline, and when: nobody at night of what can wait, everybody of danger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.store.desk import AGENTS, NOW, TERMS
from triage.core.alerts import alarm_mails, alerts
from triage.core.desk import Absence
from triage.core.outgoing import Sort
from triage.core.terms import Terms
from triage.core.ticket import Priority, TicketId
from triage.core.timer import Timer

MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MARIA, JONAS = AGENTS  # Maria is the duty manager
SECRET = b"secret"
TIMER = Timer(
    ticket=TicketId(1),
    reference="T-AAAAAAA",
    name="warning",
    at=NOW,
    owner="jonas",
    queue="orders",
    subject="Where is it?",
    requester_name="Jo",
    answer_by=NOW + 15 * MINUTE,
    mailbox="support",
)


def told(timer: Timer, now: datetime, terms: Terms = TERMS) -> dict[str, datetime | None]:
    mails = alerts(timer, terms, SECRET, now)
    return {str(one.facts["agent"]): one.not_before for one in mails if one.sort is Sort.ALERT}


def gone(agent: str) -> Terms:
    absence = Absence(agent, NOW - MINUTE, NOW + timedelta(hours=2))
    return replace(TERMS, roster=replace(TERMS.roster, absences=(absence,)))


def test_a_warning_goes_to_the_owner_alone() -> None:
    assert told(TIMER, NOW) == {"jonas": NOW}


def test_a_warning_of_an_owner_who_is_not_there_goes_to_a_manager_who_is() -> None:
    assert told(TIMER, NOW, gone("jonas")) == {"jonas": NOW + timedelta(hours=2), "maria": NOW}


def test_at_night_an_alert_waits_for_the_next_shift() -> None:
    assert told(replace(TIMER, name="breach"), NIGHT) == {"jonas": MORNING, "maria": MORNING}


def test_what_is_urgent_waits_for_nobodys_shift() -> None:
    urgent = replace(TIMER, name="breach", priority=Priority.URGENT)
    assert told(urgent, NIGHT) == {"jonas": NIGHT, "maria": NIGHT}


def test_danger_reaches_owner_managers_and_whoever_is_on_call_at_any_hour() -> None:
    roster = replace(TERMS.roster, on_call="oncall@northwind.example")
    danger = replace(TIMER, flags=("safety",))
    assert told(danger, NIGHT, replace(TERMS, roster=roster)) == {
        "jonas": NIGHT,
        "maria": NIGHT,
        "on_call": NIGHT,
    }


def test_an_escalation_goes_past_the_owner_to_the_managers() -> None:
    assert told(replace(TIMER, name="escalation"), NOW) == {"maria": NOW}
    assert told(replace(TIMER, name="escalation", owner="maria"), NOW) == {}


def test_what_somebody_has_taken_is_not_escalated() -> None:
    assert told(replace(TIMER, name="escalation", claimed=True), NOW) == {}


def test_services_hear_of_breaches_and_of_nothing_that_a_requester_wrote() -> None:
    terms = replace(TERMS, hooks=("webhook",))
    assert [one.sort for one in alerts(TIMER, terms, SECRET, NOW)] == [Sort.ALERT]
    hooks = [
        one
        for one in alerts(replace(TIMER, name="breach"), terms, SECRET, NOW)
        if one.sort is Sort.HOOK
    ]
    (hook,) = hooks
    assert (hook.recipient, hook.facts["reference"]) == ("webhook", "T-AAAAAAA")
    assert not {"subject", "requester_name", "about"} & set(hook.facts)


def test_services_hear_of_trouble_of_the_service_itself() -> None:
    terms = replace(TERMS, hooks=("webhook",))
    mails = alarm_mails("outbox_paused", "relay", "535", terms, SECRET, NOW)
    assert [(one.sort, one.recipient) for one in mails] == [
        (Sort.ALERT, "maria@northwind.example"),
        (Sort.HOOK, "webhook"),
    ]


def test_at_night_services_are_as_quiet_as_people_unless_it_is_urgent() -> None:
    terms = replace(TERMS, hooks=("services",))

    def heard(timer: Timer) -> list[datetime | None]:
        found = alerts(timer, terms, SECRET, NIGHT)
        return [one.not_before for one in found if one.sort is Sort.HOOK]

    late = replace(TIMER, name="breach")
    assert heard(late) == [MORNING]
    assert heard(replace(late, priority=Priority.URGENT)) == [NIGHT]
    assert heard(replace(late, flags=("safety",))) == [NIGHT]
