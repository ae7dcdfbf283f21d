"""Tickets are found by the words of their mails, by those who may see them and nobody else."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.desk import IS_HUMAN, IS_SPAM, NOW, Desk, mail
from tests.store.test_migrations import made_by_the_first_three
from triage.core.disposition import Open
from triage.core.query import Names, NotUnderstood, understood
from triage.core.ticket import MessageId, handle
from triage.store import searching
from triage.store.byhand import Closing, Correction
from triage.store.connection import writing
from triage.store.searched import Hits
from triage.store.sqlite import SqliteStore, open_store

NAMES = Names(
    queues=("returns", "orders"),
    agents={"maria": "maria", "jonas": "jonas"},
    mailboxes={"support": "support"},
    signals=("legal",),
    me="maria",
)
UTC = ZoneInfo("UTC")


def opens(desk: Desk, text: str, number: int = 1, **more: str) -> str:
    raw = mail(text, message_id=f"<{number}@example.net>", **({"subject": "Hello"} | more))
    made = desk.take(raw)
    assert isinstance(made, Open), made
    return made.reference


def hits(
    store: SqliteStore, typed: str, *queues: str, limit: int = 10, below: MessageId | None = None
) -> Hits:
    return store.search(understood(typed, NAMES, NOW, UTC), queues, NOW, limit, below)


def found(store: SqliteStore, typed: str, *queues: str) -> list[str]:
    return [row.reference for row in hits(store, typed, *queues).rows]


def sound(store: SqliteStore) -> None:
    """Hold the index to what is to be found: each word of each text, and no other."""
    with writing(store._database) as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'found', 'instance')")
        there = {tuple(row) for row in db.execute("SELECT DISTINCT doc FROM temp.words")}
        db.execute("DROP TABLE temp.words")
        read = {tuple(row) for row in db.execute("SELECT message FROM searched")}
        assert there == read
        assert read == {tuple(row) for row in db.execute("SELECT message FROM reading")}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("The table top arrived cracked.", "CRACKED"),
        ("The table top arrived cracked.", '"table top"'),
        ("The table top arrived cracked.", "crack*"),
        ("La crème est arrivée", "creme arrivee"),
        ("Die Tür ist zerbrochen", "tur"),
        ("我的桌子坏了。", "桌子"),
        ("我的桌子坏了。", '"桌子坏"'),
        ("テーブルの脚が壊れています", "壊れ"),
        ("책상이 부서졌어요", "책상"),
        ("โต๊ะของฉันแตก", "โต๊ะ"),
        ("Мой стол треснул", "стол"),
        ("order NW-123456 is late", "NW-123456"),
    ],
)
def test_a_ticket_is_found_by_a_word_in_any_script(
    desk: Desk, store: SqliteStore, text: str, typed: str
) -> None:
    reference = opens(desk, text)
    opens(desk, "Something else.", 2, sender="Li <li@example.org>")
    assert found(store, typed) == [reference]
    assert found(store, f"-{typed}" if " " not in typed else f"{typed} -else") != []


def test_a_ticket_is_found_by_who_wrote_and_by_what_is_attached(
    desk: Desk, store: SqliteStore
) -> None:
    more = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee there.\r\n--b\r\n"
        "Content-Type: image/png\r\nContent-Disposition: attachment; filename=kaputt.png\r\n\r\n"
        "x\r\n--b--"
    )
    reference = opens(desk, body, more=more, sender="Zoë Ångström <zoe@example.net>")
    opens(desk, "Nothing there.", 2, sender="Li <li@example.org>")
    for typed in ("kaputt", "has:file", "from:zoe", "from:angstrom", "from:zoe@example.net"):
        assert found(store, typed) == [reference], typed
    assert found(store, "from:kaputt") == []


def test_what_is_narrowed_down_holds(desk: Desk, store: SqliteStore) -> None:
    first = opens(desk, "A cracked table.")
    desk.now += timedelta(days=2)
    second = opens(desk, "A cracked lamp.", 2, sender="Li <li@example.org>")
    store.correct(second, Correction(queue="orders", signals={"legal": True}), {}, "x", NOW)
    store.close_ticket(first, Closing(reason="twice"), "x", desk.now)
    for typed, wanted in (
        ("cracked", [second, first]),
        ("is:done", [first]),
        ("-is:done", [second]),
        ("is:waiting", [second]),
        ("is:open cracked", [second]),
        ("queue:orders", [second]),
        ("-queue:orders cracked", [first]),
        ("has:legal", [second]),
        ("before:2026-11-24", [first]),
        ("after:2026-11-24", [second]),
        ("after:2026-11-23 before:2026-11-24", [first]),
        ("is:normal to:support", [second, first]),
        (f"owner:{store.ticket(first).row.owner} is:done", [first]),
        ("is:snoozed", []),
        ("is:snoozed cracked", []),
        ("is:urgent", []),
    ):
        assert found(store, typed) == wanted, typed


def test_who_may_see_one_queue_finds_nothing_of_another(desk: Desk, store: SqliteStore) -> None:
    reference = opens(desk, "A cracked table.")
    for typed in ("cracked", "-other", "is:waiting", "is:waiting cracked", "from:jo", "has:legal"):
        assert found(store, typed, "orders") == [], typed
    assert found(store, "cracked", "returns") == [reference]


def test_mail_that_is_merged_parted_or_judged_again_is_found_where_it_lies(
    desk: Desk, store: SqliteStore
) -> None:
    first, second = opens(desk, "A cracked table."), opens(desk, "A bent lamp.", 2)
    store.merge(second, first, "maria", NOW)
    assert found(store, "lamp") == [first]
    sound(store)
    store.undo_merge(second, "maria", NOW)
    assert found(store, "lamp") == [second]
    (message,) = (one.id for one in store.ticket(second).messages)
    store.correct(second, IS_SPAM, {}, "maria", NOW)
    assert found(store, "lamp") == [second]
    store.correct(handle(message), IS_HUMAN, {}, "maria", NOW)
    desk.triage()
    assert found(store, "lamp is:waiting") == [second]
    sound(store)


def test_mail_that_is_read_anew_is_found_by_its_new_words_alone(
    desk: Desk, store: SqliteStore
) -> None:
    reference = opens(desk, "A cracked table.")
    with writing(store._database) as db:
        db.execute("UPDATE reading SET text = 'A bent lamp.'")
    assert found(store, "lamp") == [reference]
    assert found(store, "cracked") == []
    with writing(store._database) as db:
        db.execute("DELETE FROM reading")
    assert found(store, "lamp") == []
    sound(store)


def test_mail_of_before_the_index_is_found_once_it_is_indexed_newest_first(
    desk: Desk, store: SqliteStore
) -> None:
    first, second = opens(desk, "A cracked table."), opens(desk, "A cracked lamp.", 2)
    with writing(store._database) as db:
        db.execute("DELETE FROM searched")
        db.execute("UPDATE searching SET below = (SELECT max(id) FROM message)")
    assert hits(store, "cracked").unread > 0
    assert found(store, "is:waiting") == [second, first]
    third = opens(desk, "A cracked chair.", 3, sender="Li <li@example.org>")
    assert found(store, "cracked") == [third]
    assert store.index_more(1) > 0
    assert found(store, "cracked") == [third, second]
    while store.index_more(1):
        pass
    assert found(store, "cracked") == [third, second, first]
    assert hits(store, "cracked").unread == 0
    sound(store)


def test_a_search_ends_and_goes_on_where_it_ended(desk: Desk, store: SqliteStore) -> None:
    tickets = [
        opens(desk, "Cracked.", number, sender=f"P <p{number}@example.org>")
        for number in range(1, 6)
    ]
    one = hits(store, "cracked", limit=2)
    assert [row.reference for row in one.rows] == tickets[:2:-1]
    two = hits(store, "cracked", limit=2, below=one.further)
    assert [row.reference for row in two.rows] == tickets[2:0:-1]
    last = hits(store, "cracked", limit=2, below=two.further)
    assert [row.reference for row in last.rows] == tickets[:1]
    assert last.further is None


def test_a_walk_that_gives_up_says_how_far_back_it_came(desk: Desk, store: SqliteStore) -> None:
    first = opens(desk, "Cracked.", 1)
    second = opens(desk, "Cracked.", 2, sender="Li <li@example.org>")
    store.correct(first, Correction(queue="orders"), {}, "x", NOW)

    def walk(typed: str, below: MessageId | None = None) -> Hits:
        sought = understood(typed, NAMES, NOW, UTC)
        return searching.search(store._db, sought, (), NOW, 10, below, most=1)

    given_up = walk("cracked queue:orders")
    assert (given_up.rows, given_up.back_to) == ((), NOW)
    further = walk("cracked queue:orders", given_up.further)
    assert [row.reference for row in further.rows] == [first]
    # Of few tickets all are looked at.
    few = walk("cracked is:waiting")
    assert [row.reference for row in few.rows] == [second, first]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(alphabet=st.sampled_from("ab\"*-:()^+{}'\\,.\0桌 NEAROT"), max_size=30))
def test_nothing_that_is_typed_is_a_fault_of_the_index(store: SqliteStore, typed: str) -> None:
    with suppress(NotUnderstood):
        hits(store, typed)


def test_a_store_of_before_is_opened_at_once_and_indexed_later(tmp_path: Path) -> None:
    path = tmp_path / "triage.db"
    made_by_the_first_three(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO message (id, key, mailbox, role, internal_date, first_seen, arrived, size,"
            " state, kind, subject) VALUES (7, x'00', 'support', 'inbox', 1, 1, 1, 1, 'routed',"
            " 'human', 'Hello')"
        )
        db.execute("INSERT INTO reading VALUES (7, 'A cracked table.', '{}')")
        db.commit()
    store = open_store(path)
    assert hits(store, "cracked").unread == 7
    assert store.index_more(0) == 7
    while store.index_more(10):
        pass
    sound(store)
    store.close()
