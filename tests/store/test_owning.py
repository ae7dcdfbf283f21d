"""Whose a ticket is: taken by one of two, given to others when its owner is gone, told of."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Barrier as ThreadBarrier
from threading import Thread

import pytest

from tests.store.desk import AGENTS, NOW, TERMS, Desk, as_is, do, mail
from tests.store.test_by_hand import plans
from triage.core.desk import Absence
from triage.core.disposition import Open
from triage.core.outgoing import Send
from triage.core.owned import tellings
from triage.core.owning import Owned, new_owner
from triage.core.roster import Assignment
from triage.core.terms import Terms
from triage.core.ticket import TicketId
from triage.core.timer import Acts, Timer
from triage.errors import NotPossible
from triage.store.byhand import Closing
from triage.store.deeds import Asked, Doer, HandingOver, Outcome, Refused, Taking
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore, open_store

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SECRET = b"0" * 32


def opened(desk: Desk, number: int = 1, *, sender: str = "", text: str = "") -> str:
    raw = mail(
        text or f"The table top number {number} arrived cracked.",
        sender=sender or f"Jo Park <jo{number}@example{number}.net>",
        message_id=f"<m{number}@example.net>",
        subject=f"Table {number}",
    )
    decision = desk.take(raw)
    assert isinstance(decision, Open)
    return decision.reference


def away(agent: str, until: timedelta = timedelta(hours=7)) -> Terms:
    roster = replace(TERMS.roster, absences=(Absence(agent, NOW, NOW + until),))
    return replace(TERMS, roster=roster)


def give_away(store: SqliteStore, terms: Terms, gone: str, limit: int = 100) -> int:
    def choose(ticket: Owned, loads: Mapping[str, int]) -> Assignment | None:
        return new_owner(ticket, terms.roster, loads, NOW)

    moved, last = 0, TicketId(0)
    while True:
        done = store.reown({gone}, choose, NOW, after=last, limit=limit)
        moved += done.moved
        if done.last is None:
            return moved
        last = done.last


def names(store: SqliteStore, reference: str) -> list[str]:
    return [event.name for event in store.ticket(reference).events]


def owned_by(store: SqliteStore, agent: str) -> list[str]:
    return [row.reference for row in store.queue(None, 999) if row.owner == agent]


def test_who_falls_ill_gives_every_unanswered_ticket_to_somebody_who_is_there(
    store: SqliteStore, desk: Desk
) -> None:
    for number in range(6):
        opened(desk, number)
    hers = owned_by(store, "maria")
    assert len(hers) == 3
    assert give_away(store, away("maria"), "maria", limit=2) == 3
    assert owned_by(store, "maria") == []
    for reference in hers:
        view = store.ticket(reference)
        assert view.owner_why.startswith("in place of maria, who is not there")
        (event,) = [one for one in view.events if one.name == "reassigned"]
        assert (event.detail["from"], event.detail["owner"]) == ("maria", "jonas")
    assert give_away(store, TERMS, "maria") == 0, "back again takes nothing back"
    assert owned_by(store, "maria") == []


def test_an_acknowledgement_under_way_is_written_anew_in_the_new_name(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opened(desk)
    before = store.ticket(reference).row.owner
    claimed = desk.claim()
    assert claimed is not None
    give_away(store, away(before), before)
    assert not store.inflight(claimed.id, NOW), "it is no longer claimed: it must not leave"
    seen: list[str] = []

    def prepare(recheck: Recheck) -> Send:
        seen.append(recheck.owner)
        ready = as_is(recheck)
        assert isinstance(ready, Send)
        return ready

    assert store.claim(NOW, prepare) is not None
    assert seen == ["jonas" if before == "maria" else "maria"]


def test_requesters_hear_nothing_of_it(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    sent = desk.claim()
    assert sent is not None
    assert store.inflight(sent.id, NOW)
    store.sent(sent.id, NOW, "250 ok")
    owner = store.ticket(reference).row.owner
    assert give_away(store, away(owner), owner) == 1
    assert [one.purpose for one in store.ticket(reference).outgoing] == [f"ack:{reference}"]
    assert not store.due(NOW)


def test_an_answered_ticket_goes_to_the_deputy_and_waits_where_there_is_none(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opened(desk)
    store.answered(reference, NOW, "maria", "phone")
    owner = store.ticket(reference).row.owner
    other = "jonas" if owner == "maria" else "maria"
    assert give_away(store, away(owner), owner) == 0
    agents = tuple(replace(one, deputy=other) if one.id == owner else one for one in AGENTS)
    gone = away(owner)
    with_deputy = replace(gone, roster=replace(gone.roster, agents=agents))
    assert give_away(store, with_deputy, owner) == 1
    row = store.ticket(reference).row
    assert (row.owner, row.status) == (other, "waiting")


def test_an_owner_who_is_in_no_file_any_more_gives_way(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    owner = store.ticket(reference).row.owner
    left = tuple(one for one in AGENTS if one.id != owner)
    terms = replace(TERMS, roster=replace(TERMS.roster, agents=left))
    assert store.owners() == {owner}
    assert give_away(store, terms, owner) == 1
    assert store.owners() == {one.id for one in left}


def takes(store: SqliteStore, asked: Asked, agent: str) -> Outcome:
    """Take a ticket as it was seen."""
    return store.do([asked], Taking(agent), "take", Doer(person=agent, address=""), NOW + HOUR)


def _take(path: Path, asked: Asked, agent: str, barrier: Barrier) -> None:
    with closing(open_store(path)) as store:
        barrier.wait(30)
        outcome = takes(store, asked, agent)
        for one in outcome.refused:
            (path.parent / f"{agent}.refused").write_text(since(one))
        for _ in outcome.done:
            (path.parent / f"{agent}.won").touch()


def since(refused: Refused) -> str:
    """Return what had happened to a ticket that was not as it was seen, and by whom."""
    assert refused.since is not None
    return f"{refused.since.name} by {refused.since.detail['by']}"


def as_seen(store: SqliteStore, reference: str) -> Asked:
    return Asked(reference, store.ticket(reference).row.revision)


def test_of_two_processes_that_take_a_ticket_at_once_one_has_it(
    store: SqliteStore, desk: Desk, tmp_path: Path
) -> None:
    reference = opened(desk)
    do(store, reference, HandingOver(""), "lena", NOW)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    path = tmp_path / "triage.db"
    work = [
        context.Process(target=_take, args=(path, as_seen(store, reference), agent, barrier))
        for agent in ("maria", "jonas")
    ]
    for one in work:
        one.start()
    for one in work:
        one.join(60)
    (won,) = [one.stem for one in tmp_path.glob("*.won")]
    (refused,) = tmp_path.glob("*.refused")
    assert refused.read_text() == f"claimed by {won}"
    assert store.ticket(reference).row.owner == won
    assert names(store, reference).count("claimed") == 1


def test_of_many_connections_that_take_a_ticket_at_once_one_has_it(
    store: SqliteStore, desk: Desk, tmp_path: Path
) -> None:
    reference = opened(desk)
    asked, barrier, won = as_seen(store, reference), ThreadBarrier(8), list[str]()

    def take(agent: str) -> None:
        with closing(open_store(tmp_path / "triage.db")) as own:
            barrier.wait(30)
            won.extend(agent for _ in takes(own, asked, agent).done)

    threads = [Thread(target=take, args=(f"agent{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [store.ticket(reference).row.owner] == won


def test_a_claim_says_who_was_faster_and_lapses(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    do(store, reference, Taking("maria"), "maria", NOW)
    do(store, reference, Taking("maria"), "maria", NOW + MINUTE)
    with pytest.raises(NotPossible, match="maria took"):
        do(store, reference, Taking("jonas"), "jonas", NOW + MINUTE)
    do(store, reference, Taking("jonas"), "jonas", NOW + 3 * MINUTE)
    assert store.ticket(reference).row.owner == "jonas"


def test_who_saw_another_owner_is_refused_whenever_that_was(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    seen = as_seen(store, reference)
    do(store, reference, HandingOver("kim"), "maria", NOW)
    (refused,) = takes(store, seen, "aya").refused
    assert refused.since is not None
    assert (refused.since.name, refused.since.detail["owner"]) == ("reassigned", "kim")
    assert takes(store, as_seen(store, reference), "aya").done == (reference,)


def test_what_is_done_cannot_be_taken(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    store.close_ticket(reference, Closing(reason="a test"), "maria", NOW)
    with pytest.raises(NotPossible, match="done"):
        do(store, reference, Taking("maria"), "maria", NOW)


def test_what_leaves_in_anothers_name_is_theirs_and_nobody_has_taken_it(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opened(desk)
    do(store, reference, Taking("maria"), "maria", NOW)

    def prepare(recheck: Recheck) -> Send:
        ready = as_is(recheck)
        assert isinstance(ready, Send)
        return replace(ready, owner="jonas")

    assert store.claim(NOW, prepare) is not None
    assert store.ticket(reference).row.owner == "jonas"
    taken: list[bool] = []

    def act(timer: Timer) -> Acts:
        taken.append(timer.claimed)
        return Acts()

    store.fire(NOW + timedelta(days=1), act)
    assert taken
    assert not any(taken)


def by_mail(terms: Terms = TERMS) -> Terms:
    agents = tuple(replace(one, tell="mail") for one in terms.roster.agents)
    return replace(terms, roster=replace(terms.roster, agents=agents))


def alerts(store: SqliteStore) -> list[str]:
    """Take every mail to our own people, and return what each is for."""
    found = []
    while (mail := store.claim(NOW + timedelta(days=9), as_is)) is not None:
        found += [mail.purpose] if mail.sort == "alert" else []
    return found


def test_an_owner_is_told_by_mail_once(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    owner = store.ticket(reference).row.owner
    decide = partial(tellings, terms=by_mail(), secret=SECRET, now=NOW)
    assert store.next_telling() == NOW
    assert store.tell_owners(NOW, decide) == 1
    assert store.tell_owners(NOW, decide) == 0
    assert store.next_telling() is None
    assert alerts(store) == [f"owned:{reference}:{owner}:{NOW.isoformat()}"]
    assert "owner_told" in names(store, reference)


def test_an_owner_who_uses_the_page_gets_no_mail(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    store.tell_owners(NOW, partial(tellings, terms=TERMS, secret=SECRET, now=NOW))
    assert alerts(store) == []
    (told,) = [one for one in store.ticket(reference).events if one.name == "owner_told"]
    assert told.detail["how"] == "page"


def test_a_ticket_that_went_on_before_its_owner_heard_is_told_to_the_next_alone(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opened(desk)
    owner = store.ticket(reference).row.owner
    other = "jonas" if owner == "maria" else "maria"
    give_away(store, away(owner), owner)
    store.tell_owners(NOW, partial(tellings, terms=by_mail(), secret=SECRET, now=NOW))
    assert [one.split(":")[2] for one in alerts(store)] == [other]


@pytest.mark.parametrize("how", ["answered", "closed"])
def test_what_is_answered_before_its_owner_heard_is_told_to_nobody(
    store: SqliteStore, desk: Desk, how: str
) -> None:
    reference = opened(desk)
    if how == "answered":
        store.answered(reference, NOW, "maria", "phone")
    else:
        store.close_ticket(reference, Closing(reason="a test"), "maria", NOW)
    decide = partial(tellings, terms=by_mail(), secret=SECRET, now=NOW)
    assert store.tell_owners(NOW, decide) == 0
    assert alerts(store) == []


def test_many_at_once_come_in_one_mail_within_a_minute(store: SqliteStore, desk: Desk) -> None:
    alone = replace(TERMS, roster=replace(TERMS.roster, agents=(AGENTS[0],)))
    desk.terms = alone
    for number in range(9):
        opened(desk, number)
    terms = by_mail(alone)
    assert store.tell_owners(NOW, partial(tellings, terms=terms, secret=SECRET, now=NOW)) == 0
    due = store.next_telling()
    assert due is not None
    assert NOW < due <= NOW + MINUTE
    assert store.tell_owners(due, partial(tellings, terms=terms, secret=SECRET, now=due)) == 9
    (purpose,) = alerts(store)
    assert purpose.startswith("owned:maria:")


def test_whoever_is_absent_hears_when_the_shift_begins(store: SqliteStore, desk: Desk) -> None:
    desk.now = NOW.replace(hour=23)
    reference = opened(desk)
    morning = NOW.replace(hour=8) + timedelta(days=1)
    decide = partial(tellings, terms=by_mail(), secret=SECRET, now=desk.now)
    assert store.tell_owners(desk.now, decide) == 0
    assert store.next_telling() == morning
    decide = partial(tellings, terms=by_mail(), secret=SECRET, now=morning)
    assert store.tell_owners(morning, decide) == 1
    assert len(alerts(store)) == 1
    assert "owner_told" in names(store, reference)


def test_p12_whose_owner_is_gone_is_found_without_reading_what_is_done(
    store: SqliteStore, desk: Desk
) -> None:
    """Also while nobody knows how large the tables are."""
    opened(desk)

    def looked() -> None:
        store.owners()
        give_away(store, away("maria"), "maria")

    details = [plan.partition(": ")[0] for plan in plans(store, looked)]
    assert any("ticket_not_open" in plan for plan in details)
    walked = [plan for plan in details if plan == "SCAN ticket" or "PRIMARY KEY (rowid>?)" in plan]
    assert walked == []
