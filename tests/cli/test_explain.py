from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.cli.conftest import Case, Desk
from triage.cli.alone import BATCH, explain_files
from triage.cli.drawing import draw_explanation
from triage.cli.group import cli
from triage.cli.output import stdout
from triage.config.load import load_policy
from triage.core.disposition import Explained
from triage.core.prediction import Prediction, SignalScore
from triage.core.terms import Terms
from triage.core.ticket import Priority
from triage.model.reading import Text
from triage.pipeline.terms import terms_of
from triage.trial.explaining import Explainer

MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEYS = [
    *("file", "kind", "language", "subject", "from", "text", "body", "queue", "queue_scores"),
    *("priority", "signals", "facts", "bounce", "acknowledge", "acknowledge_reason", "owner"),
    *("answer_by", "rules", "why", "trust", "trust_why", "badges"),
    *("refer", "macro", "asks", "reasons"),
]
CRACKED = (
    "From: Jo Park <jo@example.net>\r\nTo: billing@northwind.example\r\n"
    "Subject: Order NW-482133: my table arrived cracked\r\nMessage-ID: <1@example.net>\r\n\r\n"
    "Hello,\r\n\r\nthe top of my new table arrived cracked. Please send me another one.\r\n\r\n"
    "> What did you order?\r\n"
)
BOUNCE = (
    "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\nTo: support@northwind.example\r\n"
    "Subject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; kim@example.net\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n"
)


class Pinned:
    """Says the same of every text; fails on those that hold a poisonous word."""

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        if any("POISON" in message.body for message in messages):
            raise RuntimeError("no tensor for this")
        return [
            Prediction(
                queue_scores={"returns": 0.9, "billing": 0.1},
                queue_sure=True,
                queue_sentence="The top of my new table arrived cracked.",
                priority_scores={Priority.NORMAL: 1.0},
                signals={"complaint": SignalScore(0.8, "This is a disgrace.", fired=True)},
            )
            for _ in messages
        ]


@cache
def shipped() -> Terms:
    return terms_of(load_policy(None), instance="")


def told(*files: Path, mailbox: str = "") -> list[dict[str, Any]]:
    explainer = Explainer(shipped(), Pinned(), MONDAY_TEN, mailbox)
    return [one.report for one in explain_files([str(file) for file in files], explainer)]


def mail(folder: Path, raw: str, name: str = "mail.eml") -> Path:
    path = folder / name
    path.write_bytes(raw.encode())
    return path


def test_a_mail_is_explained_by_the_keys_that_were_promised(tmp_path: Path) -> None:
    file = mail(tmp_path, CRACKED)
    (one,) = told(file)
    assert list(one) == KEYS
    assert one["file"] == str(file)
    assert (one["kind"], one["language"], one["from"]) == ("human", "en", "jo@example.net")
    assert one["text"].endswith("Please send me another one.")
    assert "What did you order?" in one["body"]
    assert (one["queue"], one["priority"]) == ("returns", "normal")
    assert one["queue_scores"] == {"returns": 0.9, "billing": 0.1}
    assert one["signals"] == {"complaint": {"score": 0.8, "sentence": "This is a disgrace."}}
    assert one["facts"] == {"order_number": "NW-482133"}
    assert one["acknowledge"] is True
    assert one["answer_by"] == "2026-11-23T11:00:00+00:00"
    assert one["owner"] in {agent.id for agent in shipped().roster.agents}
    assert "queue returns: model 0.90, “The top of my new table arrived cracked.”" in one["why"]
    json.dumps(one)


def test_the_sender_is_shown_with_what_speaks_against_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = (
        "Authentication-Results: mx.northwind.example; dmarc=pass header.from=northwlnd.example\r\n"
        "Reply-To: pay@evil.example\r\n"
    )
    raw = CRACKED.replace("Jo Park <jo@example.net>", "Maria Lund <maria@northwlnd.example>")
    file = mail(tmp_path, head + raw)
    for one in explain_files([str(file)], Explainer(shipped(), Pinned(), MONDAY_TEN)):
        assert (one.report["trust"], one.report["acknowledge_reason"]) == ("pass", "doubtful")
        assert one.report["trust_why"] == "DMARC passed for the domain of From"
        assert one.report["badges"] == [
            *("sender_verified", "name_of_our_own", "look_alike_domain", "replies_go_elsewhere"),
            "doubtful",
        ]
        draw_explanation(stdout(), one)
    shown = " ".join(capsys.readouterr().out.split())
    for words in (
        "! look-alike domain · sender verified · name of one of us · replies go elsewhere",
        "no acknowledgement: doubtful",
        "sender verified: DMARC passed for the domain of From",
        "the domain of From, northwlnd.example, reads like our domain northwind.example",
        "Reply-To names pay@evil.example, in another domain than From",
    ):
        assert words in shown


def test_a_rule_is_named_with_its_line(tmp_path: Path) -> None:
    file = mail(tmp_path, CRACKED.replace("Please send", "My lawyer says: please send"))
    (one,) = told(file)
    assert "legal-words" in one["rules"]
    assert any("30-desk.yaml:" in reason for reason in one["why"])


def test_a_bounce_is_no_ticket_and_names_its_recipient(tmp_path: Path) -> None:
    (one,) = told(mail(tmp_path, BOUNCE))
    assert (one["kind"], one["queue"], one["answer_by"]) == ("bounce", None, None)
    assert (one["acknowledge"], one["acknowledge_reason"]) == (False, "bounce")
    assert one["bounce"] == [
        {"recipient": "kim@example.net", "status": "5.1.1", "reason": "550 no such user"}
    ]


def test_files_that_cannot_be_read_stand_in_their_place(tmp_path: Path) -> None:
    good = mail(tmp_path, CRACKED)
    bad = mail(tmp_path, CRACKED + "POISON\r\n", "bad.eml")
    empty = mail(tmp_path, "", "empty.eml")
    files = [good, tmp_path / "none.eml", bad, tmp_path, good, empty]
    explained = told(*files)
    assert [one["file"] for one in explained] == [str(file) for file in files]
    kinds = [one["kind"] for one in explained]
    assert kinds[:5] == ["human", "unreadable", "unreadable", "unreadable", "human"]
    assert "no such file or directory" in explained[1]["why"][0]
    assert "is a directory" in explained[3]["why"][0]
    assert not any(one["acknowledge"] for one in explained[1:4])
    assert list(explained[5]) == KEYS


def test_more_files_than_go_through_the_model_at_once_keep_their_order(tmp_path: Path) -> None:
    count = 2 * BATCH + 1
    files = [mail(tmp_path, CRACKED, f"{number}.eml") for number in range(count)]
    assert [one["file"] for one in told(*files)] == [str(file) for file in files]


def test_neither_recipient_nor_age_nor_an_unsigned_id_of_ours_counts(tmp_path: Path) -> None:
    raw = CRACKED.replace("billing@northwind.example", "somebody@elsewhere.example").replace(
        "Subject:",
        "Date: Mon, 2 Jan 2017 10:00:00 +0000\r\nIn-Reply-To: <ack.x@northwind.example>\r\n"
        "Subject:",
    )
    (one,) = told(mail(tmp_path, raw))
    assert one["acknowledge"] is True
    assert one["queue"] == "returns"


def test_a_person_reads_what_was_decided_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = mail(tmp_path, CRACKED)
    for one in explain_files([str(file)], Explainer(shipped(), Pinned(), MONDAY_TEN)):
        draw_explanation(stdout(), one)
    shown = " ".join(capsys.readouterr().out.split())  # however long the path of the file is
    for words in (
        "Order NW-482133: my table arrived cracked",
        "returns · normal · owner",
        "answer by Mon 23 Nov 11:00",
        "acknowledged at once (the sender could not be verified)",
        "complaint 0.80",
        "order number NW-482133",
    ):
        assert words in shown


def test_a_ticket_is_explained_as_it_was_judged(desk: Desk) -> None:
    explained = Explained(queue_scores={"returns": 0.7}, why=("queue returns: model 0.70",))
    reference = desk.open(Case(explained=explained, text="The top is cracked."))
    one = desk.json("explain", reference)
    assert list(one) == KEYS
    assert (one["file"], one["queue"]) == (reference, "returns")
    assert one["queue_scores"] == {"returns": 0.7}
    assert one["why"] == ["queue returns: model 0.70"]
    assert one["body"].strip() == "The top is cracked."
    assert "queue returns: model 0.70" in desk.run("explain", reference).stdout


def test_an_unknown_mailbox_is_wrong_usage(tmp_path: Path, desk: Desk) -> None:
    result = desk.run("explain", str(mail(tmp_path, CRACKED)), "--mailbox", "suport")
    assert result.exit_code == 2
    assert "did you mean 'support'?" in result.stderr


def test_an_unknown_ticket_is_a_finding(desk: Desk) -> None:
    assert desk.run("explain", "T-0000000").exit_code == 1


@pytest.mark.model
def test_the_shipped_desk_explains_where_there_is_nothing_else(tmp_path: Path) -> None:
    """P7: `triage explain` gives the reasons for any message."""
    mail(tmp_path, CRACKED)
    done = subprocess.run(
        [sys.executable, "-m", "triage", "explain", "--json", "mail.eml", "none.eml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    one, missing = (json.loads(line) for line in done.stdout.splitlines())
    assert list(one) == list(missing) == KEYS
    assert max(one["queue_scores"], key=lambda name: one["queue_scores"][name]) == "returns"
    assert sum(one["queue_scores"].values()) == pytest.approx(1, abs=0.01)
    assert (missing["kind"], missing["file"]) == ("unreadable", "none.eml")
    assert done.stderr == ""


def test_a_moment_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["explain", "--now", "yesterday", str(tmp_path / "x.eml")])
    assert result.exit_code == 2
    assert "write 17:50 or" in result.stderr
