"""Damaged mail keeps every promise: the same few hundred pieces of it in every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.damage import TOKENS, damaged, made_up, public
from tests.fuzz.targets import FIRST_ID, PURE, Broken, Conversation, readable
from triage.core.message import Message

SOURCES = ["made_up", "corpora"]
few: Callable[[Any], Any] = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def seeds(source: str) -> tuple[bytes, ...]:
    """Return the mails of `source`, or skip."""
    found = made_up() if source == "made_up" else public()
    if not found:
        pytest.skip("the public corpora are not beside the repository")
    return found


@pytest.fixture(scope="module")
def conversation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    conversation = Conversation(tmp_path_factory.mktemp("store"))
    yield conversation
    conversation.close()


def quoting(conversation: Conversation, sender: str, line: str) -> bytes:
    """Make a mail that refers to the ticket in one header line."""
    lines = [f"From: {sender}", "To: support@northwind.example", line]
    return "\r\n".join([*lines, "Message-ID: <2@b.example>", "", "And now?", ""]).encode()


def strangers(conversation: Conversation) -> tuple[bytes, ...]:
    """Make mails by which a stranger might get into somebody else's ticket."""
    local, _, domain = conversation.anchor.partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    box, at, host = conversation.plus.partition("@")
    lines = (
        f"Subject: Re: [{conversation.reference}] Cracked table",
        f"In-Reply-To: <{FIRST_ID}>",
        f"References: <{FIRST_ID}> <{forged}>",
        f"In-Reply-To: <{forged}>",
        f"Cc: {box[:-1]}{'a' if box[-1] != 'a' else 'b'}{at}{host}",
    )
    return tuple(quoting(conversation, "Eve <eve@stranger.example>", line) for line in lines)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", PURE)
def test_damaged_mail_keeps_the_promises_of(name: str, source: str) -> None:
    target = PURE[name]

    @few
    @given(damaged(seeds(source)))
    def feed(raw: bytes) -> None:
        target(raw)

    feed()


@few
@given(st.binary(max_size=400))
def test_bytes_that_are_no_mail_keep_every_promise(raw: bytes) -> None:
    for target in PURE.values():
        target(raw)


@pytest.mark.parametrize("source", SOURCES)
def test_damaged_mail_gets_no_stranger_into_a_ticket(
    source: str, conversation: Conversation
) -> None:
    tries = strangers(conversation)
    words = (conversation.reference, FIRST_ID, "In-Reply-To: <", "\r\nReferences: <")
    tokens = (*TOKENS, *(word.encode() for word in words))

    @few
    @given(damaged((*tries, *seeds(source)[:: max(1, len(seeds(source)) // 10)]), tokens))
    def feed(raw: bytes) -> None:
        conversation.threads(raw)

    feed()


def test_undamaged_strangers_do_not_join_and_who_holds_our_signature_does(
    conversation: Conversation,
) -> None:
    assert not any(conversation.joins(raw) for raw in strangers(conversation))
    eve, jo = "eve@stranger.example", "jo@example.net"
    for line in (f"References: <{conversation.anchor}>", f"Cc: {conversation.plus}"):
        assert conversation.joins(quoting(conversation, eve, line))
    assert conversation.joins(quoting(conversation, jo, f"In-Reply-To: <{FIRST_ID}>"))


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "a\r\nBcc: x@y.example"])
def test_a_broken_promise_is_seen(text: str) -> None:
    with pytest.raises(Broken):
        readable(Message(subject=text, sender=None))
