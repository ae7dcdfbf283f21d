"""The switches of the hour, in a real file that two processes have open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, Desk, as_is, mail
from triage.core.outgoing import Wait
from triage.core.switches import Switch, SwitchName
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore, open_store

HOUR = timedelta(hours=1)


def switch(
    name: SwitchName,
    about: str = "",
    *,
    said: str = "",
    since: datetime = NOW,
    until: datetime | None = NOW + HOUR,
) -> Switch:
    return Switch(name=name, about=about, said=said, since=since, until=until, at=NOW, person="lee")


def test_another_process_sees_a_switch_with_who_when_and_its_end(
    store: SqliteStore, tmp_path: Path
) -> None:
    kept = store.switch_on(switch(SwitchName.AWAY, "maria"))
    with closing(open_store(tmp_path / "triage.db", read_only=True)) as other:
        assert other.switches(NOW) == (kept,)
    assert (kept.person, kept.at, kept.until) == ("lee", NOW, NOW + HOUR)
    (entry,) = [one for one in store.journal(0, 99) if one.name == "switched_on"]
    assert entry.detail["by"] == "lee"
    assert entry.detail["about"] == "maria"


def test_an_end_that_passes_needs_no_command(store: SqliteStore) -> None:
    kept = store.switch_on(switch(SwitchName.AWAY, "maria"))
    assert store.switches(NOW + HOUR - timedelta.resolution) == (kept,)
    assert store.switches(NOW + HOUR) == ()


def test_a_day_of_closed_doors_is_known_to_the_clocks_that_began_before_it(
    store: SqliteStore,
) -> None:
    kept = store.switch_on(switch(SwitchName.CLOSED))
    later = NOW + timedelta(days=7)
    assert store.switches(later) == (kept,)
    store.switch_on(switch(SwitchName.AWAY, "maria", since=later, until=None))
    assert store.switches(later)[0] == kept


def test_a_door_that_opens_early_was_closed_no_longer(store: SqliteStore) -> None:
    store.switch_on(switch(SwitchName.CLOSED))
    early = NOW + HOUR / 2
    store.switch_off(SwitchName.CLOSED, "", "lee", early)
    (known,) = store.switches(NOW + 2 * HOUR)
    assert (known.since, known.until) == (NOW, early)


def test_a_new_end_takes_the_place_of_the_one_before(store: SqliteStore) -> None:
    store.switch_on(switch(SwitchName.AWAY, "maria"))
    longer = store.switch_on(switch(SwitchName.AWAY, "maria", until=NOW + 3 * HOUR))
    jonas = store.switch_on(switch(SwitchName.AWAY, "jonas"))
    assert store.switches(NOW) == (longer, jonas)


def test_who_is_back_early_keeps_the_holiday_to_come(store: SqliteStore) -> None:
    day = timedelta(days=1)
    planned = store.switch_on(
        switch(SwitchName.AWAY, "maria", since=NOW + 7 * day, until=NOW + 14 * day)
    )
    sick = store.switch_on(switch(SwitchName.AWAY, "maria"))
    assert store.switch_off(SwitchName.AWAY, "maria", "maria", NOW + HOUR / 2) == (sick,)
    assert store.switches(NOW + HOUR / 2) == (planned,)
    assert store.switch_off(SwitchName.AWAY, "maria", "maria", NOW + HOUR / 2) == (planned,)
    assert store.switches(NOW + HOUR / 2) == ()


def test_who_falls_ill_before_a_holiday_keeps_the_holiday(store: SqliteStore) -> None:
    planned = switch(SwitchName.AWAY, "maria", since=NOW + HOUR, until=NOW + 9 * HOUR)
    holiday = store.switch_on(planned)
    ill = store.switch_on(switch(SwitchName.AWAY, "maria", until=NOW + 2 * HOUR))
    assert store.switches(NOW) == (holiday, ill)
    moved = store.switch_on(switch(SwitchName.AWAY, "maria", since=NOW + 2 * HOUR, until=None))
    assert store.switches(NOW) == (ill, moved)


def test_notices_stand_beside_each_other_and_end_by_number(store: SqliteStore) -> None:
    first = store.switch_on(switch(SwitchName.NOTICE, said="Late today."))
    second = store.switch_on(switch(SwitchName.NOTICE, said="Phones are down."))
    assert store.switches(NOW) == (first, second)
    assert store.switch_off(SwitchName.NOTICE, None, "lee", NOW, number=first.number) == (first,)
    assert store.switches(NOW) == (second,)


@pytest.mark.parametrize(
    ("about", "waits"), [("all", True), ("acknowledgements", True), ("notices", False)]
)
def test_a_pause_holds_what_it_names(
    store: SqliteStore, desk: Desk, about: str, waits: bool
) -> None:
    desk.take(mail())
    store.switch_on(switch(SwitchName.PAUSE, about))
    seen: list[bool] = []

    def prepare(recheck: Recheck) -> Wait:
        seen.append(recheck.paused)
        return Wait(NOW + HOUR, "paused")

    store.claim(NOW, prepare)
    assert seen == [waits]


def test_a_pause_that_ends_by_itself_lets_mail_go_on(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())
    store.switch_on(switch(SwitchName.PAUSE, "all"))
    assert store.claim(NOW, lambda one: Wait(NOW + HOUR, "paused" if one.paused else "")) is None
    claimed = store.claim(
        NOW + HOUR, lambda one: Wait(NOW + 2 * HOUR, "paused") if one.paused else as_is(one)
    )
    assert claimed is not None


def test_a_store_that_was_paused_by_a_setting_stays_paused(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO setting VALUES ('paused', 'second_instance')")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm021_people'")
        for table in ("telling", "told", "claim"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DROP INDEX switch_closed")
        db.commit()
    with closing(open_store(path)) as store:
        (kept,) = store.switches(NOW)
        assert (kept.name, kept.about, kept.said) == ("pause", "all", "second_instance")
        assert store.setting("paused") is None
