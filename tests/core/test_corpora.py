"""What mail that nobody here wrote shows, where its corpora lie beside the repository."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.hazards import CORPORA, Sample, samples
from triage.core.mail.charset import decode
from triage.core.mail.html import text_of_html
from triage.core.mail.kind import OwnAddresses, kind, suppresses_replies
from triage.core.mail.newtext import new_text
from triage.core.mail.parse import parse
from triage.core.mail.trust import sender_trust
from triage.core.message import Message
from triage.core.ticket import Kind

pytestmark = pytest.mark.skipif(
    not (CORPORA / "manifest.jsonl").exists(),
    reason="the public corpora are not beside the repository",
)
NOBODY = OwnAddresses(frozenset(), frozenset(), "desk-1")
UNKNOWN_WITHOUT_WORDING = 5
"""Machine mails that no header and no structure betrays: the wording layer's share."""


@cache
def read() -> tuple[tuple[Sample, Message], ...]:
    found = (sample for sample in samples() if sample.format == "message")
    return tuple((sample, parse(sample.data)) for sample in found)


def answerable(message: Message) -> bool:
    verdict = kind(message, NOBODY)
    sure = verdict.kind is Kind.HUMAN and not verdict.doubtful
    return sure and not suppresses_replies(message)


def collapsed(text: str) -> str:
    return "".join(text.split())


def test_every_mail_is_read_without_loss_and_without_what_a_store_refuses() -> None:
    for sample, message in read():
        shown = "\n".join((message.body, message.text, message.subject, repr(message)))
        shown.encode("utf-8")
        assert "\0" not in shown, sample.path
        if "\ufffd" in message.body:
            assert b"\xef\xbf\xbd" in sample.data, sample.path
        assert not any(fault.endswith("Error") for fault in message.faults), sample.path


def test_p3_machines_are_not_answered() -> None:
    wrong = [s.path for s, message in read() if s.ack == "never" and answerable(message)]
    assert len(wrong) <= UNKNOWN_WITHOUT_WORDING, wrong


def test_p4_humans_are_answered() -> None:
    humans = [(s.path, answerable(message)) for s, message in read() if s.ack == "must"]
    silent = [path for path, answered in humans if not answered]
    assert len(silent) * 50 <= len(humans), silent


def test_subject_and_author_are_what_the_authors_of_the_corpora_state() -> None:
    stated, wrong = 0, []
    for sample, message in read():
        first = message.senders[0].addr if message.senders else ""
        for key, found in (("subject", message.subject), ("from_addr", first)):
            if key in sample.expect:
                stated += 1
                wanted = " ".join((sample.expect[key] or "").split())
                if found.casefold() != wanted.casefold():
                    wrong.append((sample.path, key, found))
    assert len(wrong) * 20 <= stated, wrong


def test_failed_recipients_are_named() -> None:
    stated = [(s, message) for s, message in read() if s.expect.get("bounce_recipients")]
    wrong = [
        sample.path
        for sample, message in stated
        if not {address.casefold() for address in sample.expect["bounce_recipients"]}
        <= {recipient.recipient for recipient in message.failed}
    ]
    assert len(wrong) * 10 <= len(stated), wrong


def test_what_is_new_in_a_reply_is_what_the_authors_of_the_corpora_state() -> None:
    stated, wrong = 0, []
    for sample in samples():
        wanted = sample.expect.get("reply_text", sample.expect.get("reply_text_norm"))
        if wanted is None:
            continue
        stated += 1
        if sample.format == "message":
            found = parse(sample.data).text
        elif sample.format == "body_html":
            markup = decode(sample.data)
            found = new_text(text_of_html(markup), markup)
        else:
            found = new_text(decode(sample.data))
        if collapsed(found) != collapsed(wanted):
            wrong.append(sample.path)
    assert len(wrong) * 5 <= stated, wrong


def test_header_lines_that_other_help_desks_call_automatic_are_not_answered() -> None:
    for line in (CORPORA / "header_cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if not case["auto"]:
            continue
        head = f"From: ida@kunde.example\nSubject: {case.get('subject', 'Bed')}\n{case['headers']}"
        assert not answerable(parse(f"{head}\n\nHello\n".encode())), case


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_mail_of_the_corpora_still_gives_a_message(data: st.DataObject) -> None:
    sample, _ = data.draw(st.sampled_from(read()))
    whole = sample.data[:20_000]
    start = data.draw(st.integers(0, len(whole)))
    end = start + data.draw(st.integers(0, 200))
    put = data.draw(st.binary(max_size=12)) * data.draw(st.integers(1, 50))
    message = parse(whole[:start] + put + whole[end:])
    repr(message).encode("utf-8")
    assert kind(message, NOBODY).why
    assert sender_trust(message, "").why
