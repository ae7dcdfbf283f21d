"""What was touched: seen whoever wrote it, and told with where it lay before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, Desk, do, mail
from triage.core.disposition import Open
from triage.core.ticket import Priority
from triage.store.byhand import Closing, Correction
from triage.store.connection import writing
from triage.store.deeds import Taking
from triage.store.live import Touched
from triage.store.sqlite import SqliteStore, open_store


@pytest.fixture
def reader(store: SqliteStore, tmp_path: Path) -> Iterator[SqliteStore]:
    reader = open_store(tmp_path / "triage.db", read_only=True)
    yield reader
    reader.close()


def opened(desk: Desk, number: int = 1) -> str:
    raw = mail(f"The top is cracked {number}.", message_id=f"<{number}@example.net>")
    made = desk.take(raw)
    assert isinstance(made, Open)
    return made.reference


def since(reader: SqliteStore, after: int, most: int = 100) -> dict[str, Touched]:
    found = reader.changed(after, reader.last_changed(), most)
    assert found is not None
    return {one.row.reference: one for one in found}


def test_every_deed_touches_its_ticket_and_no_other(
    store: SqliteStore, reader: SqliteStore
) -> None:
    desk = Desk(store)
    one, other = opened(desk, 1), opened(desk, 2)
    boosts = dict.fromkeys(Priority, 0)
    deeds: tuple[Callable[[], object], ...] = (
        lambda: do(store, one, Taking("jonas"), "jonas", NOW),
        lambda: store.correct(one, Correction(queue="orders"), boosts, "jonas", NOW),
        lambda: store.undo_correction(one, "jonas", NOW),
        lambda: store.answered(one, NOW, "jonas", "phone"),
        lambda: store.close_ticket(one, Closing(reason="done"), "jonas", NOW),
    )
    for number, deed in enumerate(deeds):
        before, version = reader.last_changed(), reader.version()
        deed()
        assert reader.version() != version, number
        assert set(since(reader, before)) == {one}, number
    assert set(since(reader, 0)) == {one, other}


def test_nothing_new_is_the_same_version(store: SqliteStore, reader: SqliteStore) -> None:
    opened(Desk(store))
    version = reader.version()
    assert reader.version() == version


def test_a_ticket_that_moves_says_where_it_lay(store: SqliteStore, reader: SqliteStore) -> None:
    reference = opened(Desk(store))
    before = reader.last_changed()
    store.correct(reference, Correction(queue="orders"), dict.fromkeys(Priority, 0), "maria", NOW)
    (found,) = since(reader, before).values()
    assert found.row.queue == "orders"
    assert {queue for queue, _ in found.was} >= {"returns"}


def test_an_answer_says_whose_it_was(store: SqliteStore, reader: SqliteStore) -> None:
    reference = opened(Desk(store))
    before = reader.last_changed()
    store.answered(reference, NOW, "jonas", "phone")
    assert since(reader, before)[reference].answered == ("jonas", NOW)


def test_what_is_longer_ago_than_an_hour_is_not_told(
    store: SqliteStore, reader: SqliteStore
) -> None:
    opened(Desk(store))
    last = reader.last_changed()
    assert reader.changed(last, last, 10) == ()
    with writing(store._database) as db:
        db.execute("UPDATE touched SET at = at - 3601")
    assert reader.changed(0, last, 10) is None
    assert reader.changed(last, last, 10) == ()
    assert reader.last_changed(timedelta(minutes=1)) == last


def test_of_a_store_that_was_restored_nothing_is_told(
    store: SqliteStore, reader: SqliteStore
) -> None:
    opened(Desk(store))
    last = reader.last_changed()
    assert reader.changed(last + 1, last, 10) is None


def test_more_than_can_be_told_is_not_told(store: SqliteStore, reader: SqliteStore) -> None:
    desk = Desk(store)
    for number in range(3):
        opened(desk, number)
    last = reader.last_changed()
    assert reader.changed(0, last, 2) is None
    assert reader.changed(0, last, 3) is not None


def test_touches_are_kept_short(store: SqliteStore, reader: SqliteStore) -> None:
    opened(Desk(store))
    with writing(store._database) as db:
        db.execute("UPDATE touched SET number = number + 30000 WHERE number = 1")
        db.execute("UPDATE ticket SET gist = 'another'")
    assert reader.last_changed() == 30_002
    assert reader.changed(30_001, 30_002, 10) is not None
    assert reader.changed(30_000, 30_002, 10) is not None
    assert reader.changed(9, 30_002, 10) is None


def test_what_waits_is_counted_by_queue_and_guess(store: SqliteStore, reader: SqliteStore) -> None:
    opened(Desk(store))
    (pile,) = reader.piles(NOW)
    assert (pile.queue, pile.guess, pile.waiting, pile.late) == ("returns", "", 1, 0)
    assert reader.piles(NOW + timedelta(hours=9))[0].late == 1


def test_a_ticket_that_lay_in_many_places_hides_no_other(
    store: SqliteStore, reader: SqliteStore
) -> None:
    desk = Desk(store)
    before = reader.last_changed()
    moved = opened(desk, 1)
    opened(desk, 2)
    boosts = dict.fromkeys(Priority, 0)
    for queue in ("orders", "returns", "orders", "billing", "returns", "orders"):
        store.correct(moved, Correction(queue=queue), boosts, "maria", NOW)
    with writing(store._database) as db:
        for number in range(8):
            db.execute("UPDATE ticket SET guess = ? WHERE reference = ?", (f"g{number}", moved))
    assert reader.changed(before, reader.last_changed(), 2) is None
    assert len(since(reader, before)) == 2
