"""The outbox: at most one accepted acknowledgement a thread, whatever stops the daemon."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, TERMS, Desk, as_is, mail, silent
from triage.core.acting import act
from triage.core.alerts import alerts
from triage.core.outgoing import Cancel, Outgoing, State, Wait
from triage.core.switches import Switch, SwitchName
from triage.core.timer import Acts, Timer
from triage.errors import StoreInUse
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore, open_store


@pytest.fixture
def claimed(store: SqliteStore, desk: Desk) -> Outgoing:
    desk.take(mail())
    mail_ = desk.claim()
    assert mail_ is not None
    return mail_


def only(store: SqliteStore) -> Outgoing:
    (row,) = store.queue(None, 10)
    (outgoing,) = store.ticket(row.reference).outgoing
    return outgoing


def restart(store: SqliteStore) -> None:
    store.start("here", 1, "boot", NOW)


def test_the_payload_is_on_disk_before_the_mail_is_handed_out(
    store: SqliteStore, claimed: Outgoing
) -> None:
    assert only(store).payload == claimed.payload
    assert only(store).state is State.CLAIMED


def test_p2_what_was_claimed_is_sent_after_a_restart(store: SqliteStore, claimed: Outgoing) -> None:
    restart(store)
    assert only(store).state is State.PENDING


def test_p2_what_was_in_flight_is_unknown_after_a_restart_and_never_sent_again(
    store: SqliteStore, claimed: Outgoing
) -> None:
    assert store.inflight(claimed.id, NOW)
    restart(store)
    assert only(store).state is State.UNKNOWN
    assert store.claim(NOW + timedelta(days=1), as_is) is None
    (row,) = store.queue(None, 10)
    assert row.acknowledgement == "unknown"
    event = store.ticket(row.reference).events[-1]
    assert (event.name, event.at) == ("acknowledgement_unknown", NOW)
    assert event.detail == {"reason": "stopped_while_sending"}


def test_a_mail_answered_while_claimed_is_not_sent(store: SqliteStore, claimed: Outgoing) -> None:
    (row,) = store.queue(None, 10)
    store.answered(row.reference, NOW, "maria", "phone")
    assert not store.inflight(claimed.id, NOW)
    assert store.ticket(row.reference).outgoing[0].state is State.CANCELLED


def test_the_promise_is_on_the_ticket_from_the_moment_it_is_in_flight(
    store: SqliteStore, claimed: Outgoing
) -> None:
    assert store.queue(None, 10)[0].promised_at is None
    store.inflight(claimed.id, NOW)
    assert store.queue(None, 10)[0].promised_at == claimed.promised_at


def test_a_mail_in_flight_returns_to_pending_only_by_a_definite_refusal(
    store: SqliteStore, claimed: Outgoing
) -> None:
    store.inflight(claimed.id, NOW)
    store.unclaim(claimed.id, "connection lost")
    assert only(store).state is State.INFLIGHT
    store.retry(claimed.id, NOW + timedelta(minutes=1), "451 try later")
    assert (only(store).state, only(store).attempts) == (State.PENDING, 1)
    assert store.claim(NOW, as_is) is None
    assert store.claim(NOW + timedelta(minutes=1), as_is) is not None


def test_what_is_cancelled_or_put_off_at_claim_is_written_down(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(mail())
    assert store.claim(NOW, lambda _: Wait(NOW + timedelta(hours=1), "paused")) is None
    assert only(store).reason == "paused"
    later = NOW + timedelta(hours=1)
    assert store.claim(later, lambda _: Cancel("shadow", b"as it would read")) is None
    assert (only(store).state, only(store).payload) == (State.CANCELLED, b"as it would read")


def test_p10_a_backlog_is_written_off_fifty_at_a_time(store: SqliteStore, desk: Desk) -> None:
    for number in range(60):
        desk.receive(
            mail(f"{number}", sender=f"{number}@{number}.example", message_id=f"<{number}@x>")
        )
    desk.triage()
    asked = []

    def cancel(recheck: Recheck) -> Cancel:
        asked.append(recheck.mail.id)
        return Cancel("shadow")

    assert store.claim(NOW, cancel) is None
    assert (len(asked), store.due(NOW)) == (50, True)
    assert store.claim(NOW, cancel) is None
    assert (len(asked), store.due(NOW)) == (60, False)


def test_a_pause_is_ended_by_a_human_and_what_waited_is_due_at_once(
    store: SqliteStore, desk: Desk
) -> None:
    assert not store.switch_off(SwitchName.PAUSE, None, "maria", NOW)
    desk.take(mail())
    store.switch_on(Switch(name=SwitchName.PAUSE, about="all", since=NOW, at=NOW, person="triage"))
    later = NOW + timedelta(minutes=1)
    assert store.claim(NOW, lambda _: Wait(later, "paused")) is None
    assert store.switch_off(SwitchName.PAUSE, None, "maria", NOW)
    assert store.switches(NOW) == ()
    assert desk.claim() is not None
    entry = store.journal(0, 100)[-1]
    assert (entry.name, entry.detail["by"]) == ("switched_off", "maria")


def test_an_alert_in_flight_is_sent_again_after_a_restart(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())
    desk.claim()
    due = store.next_timer()
    assert due is not None
    secret = bytes.fromhex(store.setting("secret") or "")
    (fired,) = store.fire(due, lambda timer: act(timer, TERMS, secret, due))
    assert (fired.name, fired.at) == ("warning", due)
    alert = store.claim(due, as_is)
    assert alert is not None
    store.inflight(alert.id, due)
    restart(store)
    assert store.claim(due + timedelta(days=1), as_is) is not None


def test_each_timer_fires_once_stamped_with_its_own_moment(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())
    far = NOW + timedelta(days=2)
    fired = store.fire(far, silent)
    assert [(timer.name, timer.at) for timer in fired] == [
        ("warning", NOW + timedelta(minutes=45)),
        ("escalation", NOW + timedelta(minutes=52, seconds=30)),
        ("breach", NOW + timedelta(hours=1)),
    ]
    assert store.fire(far, silent) == ()
    (row,) = store.queue(None, 10)
    view = store.ticket(row.reference)
    assert view.clocks[0].result == "breached"
    assert view.events[-1].at == NOW + timedelta(hours=1)


def test_an_answer_at_the_deadline_is_in_time(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())
    deadline = NOW + timedelta(hours=1)
    assert [timer.name for timer in store.fire(deadline, silent)] == [
        "warning",
        "escalation",
    ]
    (row,) = store.queue(None, 10)
    store.answered(row.reference, deadline, "maria", "phone")
    assert store.ticket(row.reference).clocks[0].result == "met"


def test_no_alert_is_told_twice(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())

    def twice(timer: Timer) -> Acts:
        return Acts(mails=alerts(timer, TERMS, b"secret") * 2)

    store.fire(NOW + timedelta(minutes=46), twice)
    (row,) = store.queue(None, 10)
    assert [o.sort for o in store.ticket(row.reference).outgoing] == ["ack", "alert"]


def test_a_second_daemon_on_the_same_store_is_refused(tmp_path: Path) -> None:
    with_first, with_second = (open_store(tmp_path / "t.db") for _ in range(2))
    with_first.start("far", 4711, "boot", NOW)
    with pytest.raises(StoreInUse, match="process 4711 on far"):
        with_second.start("here", 1, "boot", NOW + timedelta(seconds=30))
    with_second.start("here", 1, "boot", NOW + timedelta(seconds=90))
    with pytest.raises(StoreInUse, match="took this store over"):
        with_first.beat(NOW + timedelta(seconds=91))
    with_first.close()
    with_second.close()


def test_a_daemon_that_was_killed_gives_way_at_once(tmp_path: Path) -> None:
    first, second = (open_store(tmp_path / "t.db") for _ in range(2))
    no_such_process = 2**22 + 1
    first.start("here", no_such_process, "boot", NOW)
    second.start("here", 1, "boot", NOW)
    first.close()
    second.close()


def test_a_running_process_without_a_heartbeat_for_five_minutes_is_no_daemon(
    tmp_path: Path,
) -> None:
    first, second = (open_store(tmp_path / "t.db") for _ in range(2))
    somebody_elses = os.getppid()
    first.start("here", somebody_elses, "boot", NOW)
    with pytest.raises(StoreInUse):
        second.start("here", 1, "boot", NOW + timedelta(minutes=5))
    second.start("here", 1, "boot", NOW + timedelta(minutes=5, seconds=1))
    first.close()
    second.close()


def test_a_daemon_that_ended_in_order_gives_way_at_once(tmp_path: Path) -> None:
    first, second = (open_store(tmp_path / "t.db") for _ in range(2))
    first.start("far", 1, "boot", NOW)
    first.finish()
    second.start("here", 2, "boot", NOW)
    first.close()
    second.close()
