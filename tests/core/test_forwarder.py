"""A forwarder of our own makes no machine of whom it passes on; their own machine stays one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.test_decide import judged
from tests.store.desk import TERMS, mail
from triage.core.mail.forwarder import without_stamps
from triage.core.mail.kind import kind
from triage.core.mail.parse import parse
from triage.core.message import Verdict
from triage.core.ticket import Kind

BY_HOST = "Received: from mx.sender.example by mail.old.example (Postfix) with ESMTP id 4; Mon"
FOR_ADDRESS = "Received: from a by b.cloud.example for <info@old.example>; Mon, 23 Nov 2026"
OURS = "Received: from mail.old.example by mx.northwind.example; Mon, 23 Nov 2026"
STAMPS = ("Auto-Submitted: auto-forwarded", "Precedence: bulk", "X-Loop: info@old.example")


def said(head: str, forwarders: tuple[str, ...] = ("old.example", "info@old.example")) -> Verdict:
    message = parse(f"{head}\r\n".replace("\n", "\r\n").encode() + mail())
    return kind(without_stamps(message, forwarders), TERMS.own)


@pytest.mark.parametrize("took", [BY_HOST, FOR_ADDRESS])
@pytest.mark.parametrize("stamp", [*STAMPS, "Auto-Submitted: auto-generated"])
def test_what_stands_above_the_line_of_our_forwarder_is_its_own(took: str, stamp: str) -> None:
    head = f"{OURS}\n{stamp}\n{took}"
    assert (said(head).kind, said(head).doubtful) == (Kind.HUMAN, False)
    alone = said(head, ())
    assert alone.kind is not Kind.HUMAN or alone.doubtful, "without the setting it counts"


@pytest.mark.parametrize(
    ("stamp", "sort"),
    [
        ("Auto-Submitted: auto-replied", Kind.AUTO_REPLY),
        ("Auto-Submitted: auto-generated", Kind.AUTO_REPLY),
        ("Precedence: bulk", Kind.BULK),
        ("List-Id: <x.example>\nList-Post: <mailto:x@x.example>", Kind.LIST),
    ],
)
def test_p3_what_the_writers_own_machine_stamped_stands_below_and_stays(
    stamp: str, sort: Kind
) -> None:
    assert said(f"{OURS}\nAuto-Submitted: auto-forwarded\n{BY_HOST}\n{stamp}").kind is sort


@pytest.mark.parametrize(
    "proof",
    [
        "X-Forwarded-For: info@old.example support@northwind.example",
        "X-Forwarded-To: info@old.example",
        "Resent-From: <info@old.example>",
    ],
)
def test_who_names_itself_elsewhere_is_only_forgiven_what_none_but_a_forwarder_writes(
    proof: str,
) -> None:
    forwarded = said(f"Auto-Submitted: auto-forwarded\n{proof}")
    assert (forwarded.kind, forwarded.doubtful) == (Kind.HUMAN, False)
    assert said(f"Auto-Submitted: auto-generated\n{proof}").kind is Kind.AUTO_REPLY
    assert said(f"Precedence: bulk\n{proof}").kind is Kind.BULK


def test_a_mailbox_rule_of_exchange_stamps_what_it_sends_on_as_generated() -> None:
    rule = "X-MS-Exchange-Inbox-Rules-Loop: info@old.example"
    assert said(f"Auto-Submitted: auto-generated\n{rule}").kind is Kind.HUMAN
    assert said(f"Auto-Submitted: auto-replied\n{rule}").kind is Kind.AUTO_REPLY


@pytest.mark.parametrize("host", ["mail.older.example", "old.example.evil.example", "bold.example"])
def test_p3_another_host_is_no_forwarder_of_ours(host: str) -> None:
    head = f"Auto-Submitted: auto-generated\nReceived: from a by {host}; Mon"
    assert said(head).kind is Kind.AUTO_REPLY


def test_the_setting_belongs_to_a_mailbox() -> None:
    raw = f"Auto-Submitted: auto-forwarded\r\n{BY_HOST}\r\n".encode() + mail()
    assert judged(raw).verdict.doubtful
    inbox = replace(TERMS.inboxes["support"], forwarders=("old.example",))
    terms = replace(TERMS, inboxes={"support": inbox})
    assert not judged(raw, terms=terms).verdict.doubtful
