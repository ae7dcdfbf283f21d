from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.cli.conftest import MINUTE, Case, Desk
from triage.cli.queuetable import draw
from triage.cli.standing import MINUS, Look, countdown
from triage.config.desk import load_desk
from triage.config.shipped import shipped_rules
from triage.core.disposition import Explained
from triage.core.ticket import Kind, Priority

CRACKED = Explained(
    rules=("cracked",),
    fired=({"rule": "cracked", "file": "rules/30-desk.yaml", "line": 9, "did": ["boost +20"]},),
)


def drawn(desk: Desk, width: int, *, colour: bool = False) -> str:
    rows = desk.store.queue(None, 100)
    rules = load_desk(shipped_rules(), desk.now.date())
    look = Look(now=desk.now, zone=ZoneInfo("Europe/London"), desk=rules)
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    draw(console, rows, {row.id: look.terms(row, None) for row in rows}, look)
    return file.getvalue()


def test_late_tickets_stand_in_a_group_of_their_own(desk: Desk) -> None:
    desk.open(Case(subject="still time"))
    desk.open(Case(subject="too late", due_in=-12 * MINUTE, arrived_ago=72 * MINUTE))
    output = desk.run("queue").stdout
    order = [
        output.index(words)
        for words in (
            "Can still make it · 1",
            "still time",
            "Late \N{EN DASH} apologise · 1",
            "too late",
        )
    ]
    assert order == sorted(order)
    assert "▲ late 12 min" in output


def test_the_order_is_by_answer_by_minus_boost(desk: Desk) -> None:
    desk.open(Case(subject="first due", due_in=50 * MINUTE))
    desk.open(Case(subject="boosted", due_in=70 * MINUTE, priority=Priority.HIGH, boost=25))
    listed = desk.json("queue")["tickets"]
    assert [ticket["subject"] for ticket in listed] == ["boosted", "first due"]
    assert "-25 high → " in listed[0]["why_here"].replace(MINUS, "-")


def test_the_reason_for_a_place_names_the_rule_that_boosts(desk: Desk) -> None:
    desk.open(Case(priority=Priority.HIGH, boost=45, explained=CRACKED))
    (ticket,) = desk.json("queue")["tickets"]
    assert "-25 high -20 cracked → " in ticket["why_here"].replace(MINUS, "-")


def test_a_boost_that_no_mail_explains_stands_as_rules(desk: Desk) -> None:
    desk.open(Case(priority=Priority.HIGH, boost=40, explained=CRACKED))
    (ticket,) = desk.json("queue")["tickets"]
    assert "-25 high -15 rules → " in ticket["why_here"].replace(MINUS, "-")


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (45 * MINUTE, "● in 45 min"),
        (15 * MINUTE, "◆ in 15 min"),
        (timedelta(), "◆ in 0 min"),
        (-MINUTE, "▲ late 1 min"),
        (-80 * MINUTE, "▲ late 1 h 20 min"),
        (timedelta(hours=30), "● in 30 h"),
        (timedelta(days=3), "● in 3 days"),
        (None, "○ no clock"),
    ],
)
def test_a_countdown_says_by_shape_and_words_what_its_colour_says(
    desk: Desk, left: timedelta | None, words: str
) -> None:
    desk.open(Case(due_in=left))
    (row,) = desk.store.queue(None, 1)
    assert str(countdown(row, desk.now)) == words


def test_the_keys_of_a_listed_ticket_stay(desk: Desk) -> None:
    reference = desk.open(Case(flags=("complaint",)))
    listing = desk.json("queue", "returns")
    assert list(listing) == ["now", "queue", "tickets", "switches"]
    assert listing["queue"] == "returns"
    (ticket,) = listing["tickets"]
    assert list(ticket) == [
        *("reference", "status", "standing", "minutes_left", "answer_by", "promised_at", "place"),
        *("why_here", "queue", "guess", "priority", "boost", "owner", "owner_name", "requester"),
        *("requester_name", "subject", "gist", "language", "signals", "badges"),
        *("acknowledgement", "messages", "opened", "waiting_since", "revision"),
        *("alike", "in_junk"),
    ]
    assert ticket["reference"] == reference
    assert ticket["standing"] == "on_time"
    assert ticket["minutes_left"] in {44, 45}
    assert ticket["owner_name"] == "Maria Lund"
    assert ticket["signals"] == ["complaint"]


def test_a_ticket_the_model_left_open_stands_under_its_best_guess_too(desk: Desk) -> None:
    desk.open(Case(queue="unsure", guess="billing"))
    assert [t["queue"] for t in desk.json("queue", "billing")["tickets"]] == ["unsure"]
    assert "unsure, billing?" in desk.run("queue").stdout


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(desk: Desk, width: int) -> None:
    long = "a very long subject that goes on " * 8
    desk.open(Case(subject=long, name="Maximiliane von Hohenstein-Ehrenfels", gist=long))
    desk.open(Case(subject="椅子が壊れています。" * 12, name="山田太郎" * 6, gist="新しいものを"))
    desk.open(Case(priority=Priority.URGENT, flags=("safety", "legal", "repeat_contact"), boost=60))
    lines = drawn(desk, width).splitlines()
    assert len(lines) <= 1 + 3 * 3
    assert max(cell_len(line) for line in lines) <= width
    assert sum("…" in line for line in lines) >= 2


def test_what_speaks_against_a_sender_is_said_without_colour_and_first(desk: Desk) -> None:
    badges = ("sender_verified", "replies_go_elsewhere", "look_alike_domain", "doubtful")
    desk.open(Case(flags=("complaint",), explained=Explained(badges=badges)))
    for width in (80, 120):
        (line,) = (one for one in drawn(desk, width).splitlines() if "returns" in one)
        assert cell_len(line) <= width
        assert "· Maria · ! look-alike domain · replies go elsewhere" in line
        assert "verified" not in line
    assert desk.json("queue")["tickets"][0]["badges"] == list(badges)


def test_a_sender_that_failed_or_could_not_be_checked_is_told_apart(desk: Desk) -> None:
    for badge in ("sender_failed", "sender_not_verified", "sender_verified"):
        desk.open(Case(explained=Explained(badges=(badge,))))
    shown = drawn(desk, 80)
    assert "! sender failed" in shown
    assert "· sender not verified" in shown
    assert "sender verified" not in shown


def test_what_a_customer_writes_cannot_steer_the_terminal(desk: Desk) -> None:
    desk.open(
        Case(
            subject="\x1b[31mred\x1b[0m \u202egnirts\u202c\r\nsecond [bold]line[/bold]\x07",
            name="Eve\u2066\x9b2J",
            gist="\x1b]8;;http://example.net\x07click",
        )
    )
    plain = drawn(desk, 120)
    assert not any(char in plain for char in "\x1b\x07\x9b\u202e\u202c\u2066\r")
    assert "[bold]line[/bold]" in plain
    assert len(plain.splitlines()) == 3


def test_colour_is_for_terminals_only(desk: Desk) -> None:
    desk.open(Case(due_in=-MINUTE))
    assert "\x1b[" in drawn(desk, 80, colour=True)
    assert "\x1b[" not in desk.run("queue").stdout


def test_nothing_waiting_says_why(desk: Desk) -> None:
    assert "no mail has arrived" in desk.run("queue").stderr
    reference = desk.open(Case())
    assert desk.run("answered", reference, "--by", "phone").exit_code == 0
    result = desk.run("queue")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "Nothing waits: 1 with the requester." in result.stderr
    desk.receive(Case(text="one more"))
    assert "1 mail waits to be triaged: is 'triage run' running?" in desk.run("queue").stderr


def test_an_unknown_queue_is_wrong_usage_with_a_suggestion(desk: Desk) -> None:
    result = desk.run("queue", "retuns")
    assert result.exit_code == 2
    assert "did you mean 'returns'?" in result.stderr


def test_automatic_mail_has_a_view(desk: Desk) -> None:
    desk.file(Case(subject="Out of office", sender="away@example.net"), Kind.OUT_OF_OFFICE)
    desk.file(Case(subject="Cheap pills", sender="s@example.net"), Kind.SPAM)
    (mail,) = desk.json("queue", "automatic")["mails"]
    assert (mail["kind"], mail["subject"]) == ("out_of_office", "Out of office")
    kept = ["kind", "why", "from", "subject", "arrived", "ticket"]
    assert list(mail) == [*kept, "mail", "from_name", "age_minutes", "back"]
    assert (mail["age_minutes"], mail["back"]) == (
        15,
        f"triage correct {mail['mail']} --kind human",
    )
    assert "Cheap pills" in desk.run("queue", "spam").stdout
    assert desk.json("queue")["tickets"] == []


def test_rules_with_faults_do_not_hide_the_queue(desk: Desk) -> None:
    desk.open(replace(Case(), priority=Priority.HIGH, boost=25))
    (desk.folder / "rules").mkdir()
    (desk.folder / "rules" / "roster.yaml").write_text("version: 1\nagnets: []\n")
    result = desk.run("queue")
    assert result.exit_code == 0
    assert "'triage check' names them" in result.stderr
    assert "maria" in result.stdout
    assert "-25 →" in result.stdout.replace(MINUS, "-")
