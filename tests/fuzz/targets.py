"""What must hold of any bytes at all: each target takes some, and raises where a promise breaks.

`test_fuzz.py` feeds them with damaged mail in every run, `atheris_run.py` by hand for as long as
one likes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.store.desk import NOW, TERMS, Desk, Pinned, mail
from triage.core.arrival import Role
from triage.core.decide import decide
from triage.core.disposition import Disposition, Open
from triage.core.identifiers import anchor, plus_address, plus_token
from triage.core.judgement import Judged
from triage.core.known import Received, Surroundings
from triage.core.mail.charset import decode
from triage.core.mail.html import text_of_html
from triage.core.mail.kind import kind
from triage.core.mail.newtext import new_text
from triage.core.mail.ours import without_ours
from triage.core.mail.parse import parse
from triage.core.mail.trust import sender_trust
from triage.core.message import Address, Message
from triage.core.prediction import SignalScore
from triage.core.ruled import by_wording
from triage.core.thread import question, thread
from triage.core.ticket import Kind, MessageId
from triage.pipeline.read import read
from triage.store.sqlite import open_store

Target = Callable[[bytes], None]

REQUESTER = "jo@example.net"
"""Who has a ticket in the store of `Conversation`; everybody else is a stranger there."""

FIRST_ID = "first@example.net"
ANSWER = "Zweiundvierzig, bitte."
_SECRET = bytes(range(32))  # known, so that every run feeds the same bytes
_SURROGATES = range(0xD800, 0xE000)


class Broken(AssertionError):
    """A promise that some bytes broke."""


def hold(promise: str, kept: object) -> None:
    """Say which promise is broken."""
    if not kept:
        raise Broken(promise)


def parses(raw: bytes) -> None:
    """Check that `parse` answers whatever comes, with text that a store and a header can take."""
    message = parse(raw)
    readable(message)
    hold("no exception is swallowed", not any(f.endswith("Error") for f in message.faults))
    hold("reading twice gives the same", parse(raw) == message)


def readable(message: Message) -> None:
    """Check that a store and a header can take every string of `message`."""
    for text in _strings(message):
        hold("no NUL", "\0" not in text)
        hold("no lone surrogate", not any(ord(letter) in _SURROGATES for letter in text))
    for line in _header_lines(message):
        hold("no line end in what goes into a header", not set(line) & set("\r\n"))


def judges(raw: bytes) -> None:
    """Check that kind and trust have a verdict, and that wording never makes a machine human."""
    message = parse(raw)
    verdict = kind(message, TERMS.own)
    hold("the verdict has a reason", verdict.why)
    hold("only a human's mail is doubtful", verdict.kind is Kind.HUMAN or not verdict.doubtful)
    for said in (Kind.HUMAN, Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE):
        worded = by_wording(verdict, {said: SignalScore(1.0, "", fired=True)})
        sure = worded.kind is Kind.HUMAN and not worded.doubtful
        hold(
            "wording adds doubt", not sure or (verdict.kind is Kind.HUMAN and not verdict.doubtful)
        )
        hold("wording of a machine is doubted", not sure or said is Kind.HUMAN)
    for authserv_id in ("", "mx.northwind.example", None):
        hold("trust has a reason", sender_trust(message, authserv_id).why)


def finds_new(raw: bytes) -> None:
    """Check that new text is made of the text, in order, and never empty where that is not."""
    body = decode(raw).replace("\0", "")
    _made_of("a body's new text", new_text(body), body)
    shown = text_of_html(body)
    _made_of("an HTML body's new text", new_text(shown, body), shown)
    left = without_ours(f"{ANSWER}\n\n{body}", [body, body[: len(body) // 2]])
    _made_of("what is not ours", left, f"{ANSWER}\n\n{body}")
    hold("an answer above a mail of ours stays", ANSWER in left)
    message = parse(raw)
    hold("a mail with text has new text", bool(message.body.strip()) == bool(message.text.strip()))
    if b"html" not in raw.lower():
        # Where there is HTML too, the new text may be made of that instead.
        _made_of("a mail's new text", message.text, message.body)
    if not any(sort in raw.lower() for sort in (b"html", b"message/")):
        # A mail that is attached is forwarded too, and stands in a part of its own.
        _made_of("a forwarded mail", message.forwarded, message.body, may_be_empty=True)


class Conversation:
    """A store with one acknowledged ticket, and the question whose mail joins it."""

    def __init__(self, folder: Path) -> None:
        self._store = open_store(folder / "triage.db")
        self._store.start("here", 1, "boot", NOW)
        self._store.keep("secret", _SECRET.hex())
        opened = Desk(self._store).take(
            mail(sender=f"Jo <{REQUESTER}>", message_id=f"<{FIRST_ID}>")
        )
        assert isinstance(opened, Open)
        self.reference = opened.reference
        self.anchor = anchor(_SECRET, self.reference, "northwind.example")
        token = plus_token(_SECRET, "t", self.reference)
        self.plus = plus_address("support@northwind.example", token)
        self._signatures = (self.anchor.partition("@")[0][-16:].encode(), token[-16:].encode())

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def joins(self, raw: bytes) -> bool:
        """Say whether `raw` joins the ticket; nothing is written."""
        judged, around = self._looked_up(raw)
        decide(judged, around, TERMS, NOW)
        return thread(judged, around) is not None

    def threads(self, raw: bytes) -> None:
        """Check that nobody but the requester joins, unless by what only we can sign."""
        joined = self.joins(raw)
        signed = any(each in b"".join(raw.lower().split()) for each in self._signatures)
        known = REQUESTER in "\n".join(_strings(parse(raw))).casefold()
        hold("no stranger joins a ticket unsigned", known or signed or not joined)

    def _looked_up(self, raw: bytes) -> tuple[Judged, Surroundings]:
        received = Received(
            id=MessageId(2),
            mailbox="support",
            role=Role.INBOX,
            raw=raw,
            key=b"another",
            internal_date=NOW,
            first_seen=NOW,
        )
        (judged,) = read([received], Pinned(), TERMS)
        asked = question(judged, TERMS, _SECRET, NOW)
        seen: list[Surroundings] = []
        try:
            self._store.settle(asked, partial(_only_look, seen))
        except _Seen:
            return judged, seen[0]
        raise Broken("the store asks what becomes of a message")


class _Seen(Exception):
    """Takes back the transaction in which the store was asked."""


def _only_look(seen: list[Surroundings], around: Surroundings) -> Disposition:
    seen.append(around)
    raise _Seen


def _strings(value: object) -> Iterator[str]:
    """Yield every string in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from _strings(getattr(value, each.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)


def _header_lines(message: Message) -> Iterator[str]:
    """Yield what may stand in a header of a mail of ours."""
    own = () if message.sender is None else (message.sender,)
    addresses: tuple[Address, ...] = (*own, *message.senders, *message.reply_to, *message.to)
    yield message.subject
    yield message.message_id or ""
    yield from (*message.in_reply_to, *message.references, *message.delivered_to)
    for address in (*addresses, *message.cc):
        yield address.addr
        yield address.name


def _made_of(what: str, part: str, whole: str, *, may_be_empty: bool = False) -> None:
    """Check that the letters and digits of `part` stand in `whole` in the same order."""
    rest = iter(letter for letter in whole if letter.isalnum())
    hold(f"{what} is made of the text", all(c in rest for c in part if c.isalnum()))
    hold(f"{what} is not empty", may_be_empty or bool(part.strip()) == bool(whole.strip()))


PURE: dict[str, Target] = {"parse": parses, "kind": judges, "newtext": finds_new}
"""The targets that need nothing but bytes; "thread" needs a `Conversation`."""
