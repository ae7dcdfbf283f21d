from __future__ import annotations

from tests.cli.conftest import MINUTE, Case, Desk
from tests.store.desk import as_is
from triage.core.disposition import Explained
from triage.core.outgoing import Cancel
from triage.store.protocol import Recheck

REASONS = Explained(
    queue_scores={"returns": 0.81, "billing": 0.12},
    signals={"complaint": {"score": 0.91, "sentence": "This is a disgrace."}},
    facts={"order_number": "NW-482133"},
    rules=("cracked",),
    fired=(
        {
            "rule": "cracked",
            "file": "rules/30-desk.yaml",
            "line": 28,
            "why": "Damaged on arrival",
            "evidence": ["'cracked' in subject"],
            "did": ["boost +20"],
        },
    ),
    why=("queue returns: rule cracked", "rule cracked (rules/30-desk.yaml:28): Damaged"),
)


def test_a_ticket_shows_its_reasons_its_clock_and_what_happened(desk: Desk) -> None:
    reference = desk.open(Case(explained=REASONS, boost=20, flags=("complaint",)))
    shown = desk.run("show", reference).stdout
    for words in (
        "cracked (rules/30-desk.yaml:28) Damaged on arrival; hit: 'cracked' in subject",
        "returns 0.81  billing 0.12",
        "complaint 0.91  “This is a disgrace.”",
        "order number NW-482133",
        "Maria Lund · on duty",
        "returns: 1 h, while open",
        " = 1 h\n",
        "opened · queue returns, priority normal, owner maria",
        "Please send a new one.",
    ):
        assert words in shown


def test_what_our_exchanger_found_out_of_the_sender_stands_with_the_mail(desk: Desk) -> None:
    badges = ("sender_failed", "claims_to_be_us")
    reference = desk.open(Case(explained=Explained(badges=badges)))
    shown = desk.run("show", reference).stdout
    assert "! sender failed · ! claims to be us" in shown
    assert "sender not verified: no result of a trusted server" in " ".join(shown.split())
    verified = desk.open(Case(explained=Explained(badges=("sender_verified",))))
    assert "look     sender verified\n" in desk.run("show", verified).stdout


def test_the_acknowledgement_is_shown_as_its_words_were_made(desk: Desk) -> None:
    reference = desk.open(Case())
    payload = (
        b"From: Maria Lund at Northwind Home <support@northwind.example>\r\n"
        b"Subject: Re: Table top is cracked\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        b"You will have it by 17:50 today.\r\n"
    )

    def shadow(_: Recheck) -> Cancel:
        return Cancel("shadow", payload)

    assert desk.store.claim(desk.now, shadow) is None
    shown = desk.run("show", reference).stdout
    assert "Acknowledgement: cancelled (shadow)" in shown
    assert "You will have it by 17:50 today." in shown
    (mail,) = desk.json("show", reference)["outgoing"]
    assert mail["subject"] == "Re: Table top is cracked"
    assert mail["from"] == "support@northwind.example"


def test_a_withheld_acknowledgement_says_why(desk: Desk) -> None:
    reference = desk.open(Case(acknowledge=False, reason="sender_not_authenticated"))
    shown = desk.run("show", reference).stdout
    assert "No acknowledgement: sender not authenticated" in shown


def test_the_keys_of_a_shown_ticket_stay(desk: Desk) -> None:
    reference = desk.open(Case(explained=REASONS))
    shown = desk.json("show", reference)
    (listed,) = desk.json("queue")["tickets"]
    more = ["owner_why", "related", "thread", "clocks", "outgoing", "events", "merged", "round"]
    assert set(shown) >= {*listed, *more, "answers", "owed"}
    (message,) = shown["thread"]
    assert message["explained"]["queue_scores"] == {"returns": 0.81, "billing": 0.12}
    (clock,) = shown["clocks"]
    assert clock["result"] is None
    assert clock["spans"] == [[clock["start"], clock["deadline"]]]


def test_an_answer_in_time_is_shown_with_its_clock(desk: Desk) -> None:
    reference = desk.open(Case(due_in=30 * MINUTE))
    assert desk.run("answered", reference, "--by", "chat").exit_code == 0
    shown = desk.run("show", reference).stdout
    assert ", in time" in shown
    assert "with the requester" in shown


def test_a_reference_is_found_however_it_is_typed(desk: Desk) -> None:
    reference = desk.open(Case())
    assert desk.json("show", reference[2:].lower())["reference"] == reference


def test_an_unknown_ticket_is_one_line_and_a_finding(desk: Desk) -> None:
    result = desk.run("show", "T-0000000")
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("triage: there is no ticket T-0000000")


def test_what_the_relay_took_is_said_in_words(desk: Desk) -> None:
    reference = desk.open(Case())
    claimed = desk.store.claim(desk.now, as_is)
    assert claimed is not None
    desk.store.inflight(claimed.id, desk.now)
    desk.store.sent(claimed.id, desk.now, "250 2.0.0 ok 4711")
    shown = desk.run("show", reference).stdout
    assert "Acknowledgement: sent (accepted by the relay)" in shown
    assert "acknowledgement sent · to jo.park@example.net, accepted by the relay" in shown
    assert "4711" not in shown
    assert "ack:" not in shown


def test_a_shortened_mail_says_so_and_is_shown_whole(desk: Desk) -> None:
    body = "It creaks.\r\n\r\nAm 3.3.2025 um 10:02 schrieb Maria:\r\n> Is it well?\r\n"
    reference = desk.open(Case(text="It creaks.", body=body))
    shown = desk.run("show", reference).stdout
    assert "Is it well?" not in shown
    assert f"triage show {reference} --whole" in shown
    whole = desk.run("show", reference, "--whole").stdout
    assert "> Is it well?" in whole
    assert "not shown" not in whole
    assert "body" not in desk.json("show", reference)["thread"][0]
    (message,) = desk.json("show", reference, "--whole")["thread"]
    assert message["text"] == "It creaks."
    assert message["body"] == body.replace("\r", "")


def test_a_correction_counts_the_clock_anew_and_says_until_when(desk: Desk) -> None:
    reference = desk.open(Case())
    said = desk.run("correct", reference, "--priority", "urgent").stderr
    assert ", answer by " in said
    shown = desk.json("show", reference)
    (clock,) = shown["clocks"]
    assert clock["why"] == "returns, urgent: 15 min, while open"
    assert len(clock["counted"]) == 1
    assert clock["counted"][0].startswith("counted ")
    assert clock["counted"][0].endswith(" = 15 min")
    assert shown["resolution"] is None
