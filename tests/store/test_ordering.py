"""One order stands at a time, whoever gives one, and it is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

from tests.store.desk import NOW
from triage.store.sqlite import SqliteStore, open_store
from triage.store.verdicts import FRESH, Order

FIRST = Order(id="a", at=NOW, person="maria", how="apply", digest="dddd")
SECOND = replace(FIRST, id="b", person="jonas", how="rollback to 1", number=1)
MOMENT = timedelta.resolution


def test_an_order_is_taken_once_and_none_is_given_while_it_stands(store: SqliteStore) -> None:
    assert store.take_order(NOW) is None
    assert store.put_order(FIRST) is None
    assert store.put_order(SECOND) == FIRST
    assert store.take_order(NOW) == FIRST
    assert store.take_order(NOW) is None
    assert store.put_order(SECOND) is None


def test_an_order_that_is_no_longer_fresh_makes_room_and_is_not_carried_out(
    store: SqliteStore,
) -> None:
    store.put_order(FIRST)
    assert store.put_order(replace(SECOND, at=NOW + FRESH)) == FIRST
    late = replace(SECOND, at=NOW + FRESH + MOMENT)
    assert store.put_order(late) is None
    assert store.take_order(late.at + FRESH + MOMENT) is None
    assert store.put_order(FIRST) is None


def test_of_those_who_order_at_once_one_is_heard(store: SqliteStore, tmp_path: Path) -> None:
    everybody = 4
    at_once = Barrier(everybody)

    def order(number: int) -> Order | None:
        own = open_store(tmp_path / "triage.db")
        try:
            at_once.wait(30)
            return own.put_order(replace(FIRST, id=str(number)))
        finally:
            own.close()

    for _ in range(5):
        with ThreadPoolExecutor(everybody) as threads:
            others = list(threads.map(order, range(everybody)))
        taken = store.take_order(NOW)
        assert taken is not None
        assert others.count(None) == 1
        assert others.index(None) == int(taken.id)
        assert others.count(taken) == everybody - 1
