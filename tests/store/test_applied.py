"""The rules and prompts in force are kept whole, and the sets before them for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from tests.store.desk import NOW
from triage.store.applied import KEPT, changes
from triage.store.migrations import migrations
from triage.store.sqlite import SqliteStore, open_store
from triage.store.versions import AppliedSet, Audit, Change, Draft, Held

FILES = {
    "rules/30-desk.yaml": "rules: []\r\n",
    "prompts/acknowledgement/ja.txt": "\ufeffこんにちは",
}


def test_nothing_is_in_force_in_a_new_store(store: SqliteStore) -> None:
    assert store.applied_set() is None


def test_p9_the_set_in_force_outlives_the_daemon_that_applied_it(tmp_path: Path) -> None:
    store = open_store(tmp_path / "triage.db")
    assert store.apply_set("aaaa", FILES, NOW)
    store.close()
    store = open_store(tmp_path / "triage.db")
    assert store.applied_set() == AppliedSet(
        number=1, at=NOW, digest="aaaa", files=FILES, changes=tuple(changes({}, FILES))
    )
    store.close()


def test_bytes_that_are_no_text_come_back_as_they_were(store: SqliteStore) -> None:
    raw = bytes(range(256))
    store.apply_set("aaaa", {"rules/logo": raw.decode("utf-8", "surrogateescape")}, NOW)
    kept = store.applied_set()
    assert kept is not None
    assert kept.files["rules/logo"].encode("utf-8", "surrogateescape") == raw


def test_a_set_of_the_same_files_is_kept_once(store: SqliteStore) -> None:
    later = NOW + timedelta(hours=1)
    assert store.apply_set("aaaa", FILES, NOW)
    assert not store.apply_set("aaab", FILES, later), "only the settings are others"
    assert store.apply_set("bbbb", {}, later)
    assert store.apply_set("aaaa", FILES, later), "going back is a change, too"
    kept = store.applied_set()
    assert kept == AppliedSet(
        number=3, at=later, digest="aaaa", files=FILES, changes=tuple(changes({}, FILES))
    )


def test_the_last_twenty_sets_are_kept(tmp_path: Path) -> None:
    store = open_store(tmp_path / "triage.db")
    for number in range(1, KEPT + 4):
        store.apply_set(f"{number:04}", {"rules/a.yaml": str(number)}, NOW)
    store.close()
    database = Database(tmp_path / "triage.db")
    numbers = [row["number"] for row in database["applied"].rows]
    database.close()
    assert KEPT == 20
    assert numbers == list(range(4, KEPT + 4))


def test_a_store_of_the_version_before_is_taken_over_with_what_it_holds(tmp_path: Path) -> None:
    database = Database(tmp_path / "triage.db")
    migrations.apply(database, stop_before="m002_applied")
    database.execute("INSERT INTO setting VALUES (?, ?)", ["policy", "aaaa"])
    database.close()
    store = open_store(tmp_path / "triage.db")
    assert store.applied_set() is None
    assert store.setting("policy") == "aaaa"
    assert store.apply_set("aaaa", FILES, NOW)
    store.close()


def test_a_set_says_who_applied_it_and_what_it_changed_line_by_line(store: SqliteStore) -> None:
    first = {"rules/a.yaml": "one\ntwo\nthree\n", "rules/b.yaml": "same\n"}
    then = {"rules/a.yaml": "one\n2\nthree\n", "rules/c.yaml": "new\n", "rules/b.yaml": "same\n"}
    audit = Audit(person="kim", how="apply", tests={"passed": 3}, replay={"mails": 12})
    store.apply_set("aaaa", first, NOW)
    store.apply_set("bbbb", then, NOW, audit)
    store.apply_set("cccc", {"rules/b.yaml": "same\n"}, NOW)
    last, second, _ = store.applied_sets()
    assert second.audit == audit
    assert second.changes == (
        Change(file="rules/a.yaml", state="changed", added=1, removed=1),
        Change(file="rules/c.yaml", state="new", added=1, removed=0),
    )
    assert [change.state for change in last.changes] == ["gone", "gone"]
    assert store.applied_set(2) == second
    assert store.applied_set(9) is None


DRAFT = Draft(
    at=NOW,
    files="ffff",
    digest="dddd",
    number=1,
    state=Held.CHANGES_MUCH,
    reason="12 of 40 mails change",
    replay={"mails": 40},
)


def test_one_draft_waits_at_most_and_what_is_applied_ends_it(store: SqliteStore) -> None:
    assert store.draft() is None
    store.keep_draft(replace(DRAFT, state=Held.TESTS_FAIL))
    store.keep_draft(DRAFT)
    assert store.draft() == DRAFT
    store.apply_set("aaaa", FILES, NOW)
    assert store.draft() is None
    store.keep_draft(DRAFT)
    store.keep_draft(None)
    assert store.draft() is None
