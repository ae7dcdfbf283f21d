"""Commands on what is alike, and on what lies in junk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import Desk
from tests.store.desk import Desk as Mails
from tests.store.desk import mail
from tests.store.test_waves import arrive
from triage.core.arrival import Folder, Role
from triage.core.wave import WAVE

JUNK = Folder("support", "Junk", Role.JUNK)


@pytest.fixture
def mails(desk: Desk) -> Mails:
    """Put mails into the store behind the commands: the wave began a little while ago."""
    found = Mails(desk.store)
    found.now = datetime.now(UTC) - timedelta(minutes=5)
    return found


def junk(desk: Desk, mails: Mails) -> None:
    desk.store.take_baseline(JUNK, 1, (), mails.now - timedelta(hours=1))
    mails.take(mail(message_id="<j@example.net>"), JUNK)


def test_a_wave_is_one_row_with_how_many_are_alike(desk: Desk, mails: Mails) -> None:
    references = arrive(mails, range(WAVE + 2))
    shown = desk.run("queue")
    assert "12 alike" in shown.stdout
    assert shown.stdout.count("T-") == 1
    assert "12 waiting" in shown.stderr
    (row,) = desk.json("queue")["tickets"]
    assert (row["reference"], row["alike"], row["in_junk"]) == (references[0], 12, 0)


def test_one_command_closes_all_of_a_row(desk: Desk, mails: Mails) -> None:
    references = arrive(mails, range(WAVE))
    refused = desk.run("close", references[0], "--wave")
    assert refused.exit_code == 2
    done = desk.run("close", references[0], "--wave", "--reason", "the shop works again")
    assert done.exit_code == 0, done.output
    assert "closed, 10 tickets in all" in done.stderr
    assert desk.store.counts().tickets == {"done": WAVE}


def test_one_command_answers_all_of_a_row(desk: Desk, mails: Mails) -> None:
    references = arrive(mails, range(WAVE))
    done = desk.run("answered", references[3], "--wave", "--by", "elsewhere")
    assert done.exit_code == 0, done.output
    assert "10 tickets" in done.stderr
    assert desk.store.counts().tickets == {"waiting": WAVE}


def test_one_command_makes_spam_of_a_row_and_one_takes_it_back(desk: Desk, mails: Mails) -> None:
    references = arrive(mails, range(WAVE))
    done = desk.run("correct", references[0], "--wave", "--kind", "spam")
    assert done.exit_code == 0, done.output
    assert "corrected, 10 tickets in all" in done.stderr
    assert desk.json("queue")["tickets"] == []
    back = desk.run("correct", references[0], "--wave", "--undo")
    assert back.exit_code == 0, back.output
    (row,) = desk.json("queue")["tickets"]
    assert row["alike"] == WAVE


def test_a_ticket_that_stands_alone_says_so(desk: Desk, mails: Mails) -> None:
    (reference,) = arrive(mails, range(1))
    refused = desk.run("correct", reference, "--wave", "--kind", "spam")
    assert refused.exit_code == 1
    assert "stands alone" in refused.stderr


def test_what_lies_in_junk_is_told_above_the_queue_and_listed_with_its_reason(
    desk: Desk, mails: Mails
) -> None:
    assert "junk" not in desk.run("queue").output
    junk(desk, mails)
    assert "1 in junk looks like a customer's" in desk.run("queue").stderr
    shown = desk.run("queue", "junk")
    assert "Cracked table" in shown.stdout
    assert "the model is sure: returns" in shown.stdout
    listed = desk.json("queue", "junk")
    assert listed["view"] == "junk"
    (one,) = listed["mails"]
    assert (one["looks"], one["from"], one["ticket"]) == ("customer", "jo@example.net", None)
    assert one["back"] in shown.stdout
    back = desk.run(*one["back"].split()[1:])
    assert back.exit_code == 0, back.output
    assert "Nothing in junk" in desk.run("queue", "junk").stderr
    mails.triage()
    assert len(desk.json("queue")["tickets"]) == 1


def test_a_ticket_of_a_wave_says_with_how_many_it_stands_in_one_row(
    desk: Desk, mails: Mails
) -> None:
    references = arrive(mails, range(WAVE))
    shown = desk.run("show", references[3]).stdout
    assert (
        "wave     10 tickets, all alike, stand in one row; --wave deals with all of them" in shown
    )
    more = " And the whole page flickers in green and red."
    (alone,) = arrive(mails, range(WAVE, WAVE + 1), more)
    assert "--wave" not in desk.run("show", alone).stdout


def test_a_ticket_says_that_a_reply_to_it_lies_in_junk(desk: Desk, mails: Mails) -> None:
    mails.take(mail())
    (row,) = desk.json("queue")["tickets"]
    assert "lies in junk" not in desk.run("show", row["reference"]).stdout
    desk.store.take_baseline(JUNK, 1, (), mails.now - timedelta(hours=1))
    reply = "In-Reply-To: <first@example.net>"
    mails.take(mail("Any news?", message_id="<again@example.net>", more=reply), JUNK)
    shown = desk.run("show", row["reference"]).stdout
    assert "1 reply lies in junk: triage queue junk" in shown
    (one,) = desk.json("queue", "junk")["mails"]
    assert f"lies in junk · message {one['mail']}, looks reply" in shown


def test_a_mail_is_in_no_wave(desk: Desk, mails: Mails) -> None:
    junk(desk, mails)
    for what in (("--kind", "human"), ("--undo",)):
        refused = desk.run("correct", "M-1", "--wave", *what)
        assert refused.exit_code == 2
        assert "M-1 is a mail: --wave is for a ticket" in refused.stderr


def test_what_stands_in_one_row_counts_in_the_head_of_its_group(desk: Desk, mails: Mails) -> None:
    arrive(mails, range(WAVE))
    assert f"Can still make it · {WAVE}\n" in desk.run("queue").stdout
