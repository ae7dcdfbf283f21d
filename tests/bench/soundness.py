"""What must never happen to a mail, and what reading one costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email import message_from_bytes

from tests.bench.figures import Figure, Miss, cost, none_of
from tests.bench.stated import read
from tests.core.hazards import Sample
from triage.core.mail.kind import OwnAddresses, kind
from triage.core.mail.mime import Part, read_tree
from triage.core.mail.parse import parse
from triage.core.message import Message

NOBODY = OwnAddresses(frozenset(), frozenset(), "desk-1")
HANGS = 1.0
"""Seconds of CPU from which on a mail counts as hanging; the largest has under 200 kB."""
ROUNDS = 3
_REPLACEMENT = "\ufffd"
_REPLACEMENT_BYTES = b"\xef\xbf\xbd"


def soundness() -> list[Figure]:
    """Count mails that crash, hang, or show characters that their bytes do not hold."""
    crashed, spoilt = [], []
    for sample, message in read():
        if any(fault.endswith("Error") for fault in message.faults):
            crashed.append(Miss(sample.path, ", ".join(message.faults)))
        if why := spoils(sample, message):
            spoilt.append(Miss(sample.path, why))
    hung = [Miss(s.path, f"{1000 * spent:.0f} ms") for s, spent in _spent() if spent >= HANGS]
    return [none_of("crash, hang, mojibake", len(read()), [*crashed, *hung, *spoilt])]


def spoils(sample: Sample, message: Message) -> str:
    """Say what stands in `message` that must not, or ""."""
    shown = "\n".join((message.subject, message.body, message.text, message.forwarded))
    if _REPLACEMENT in shown and not _holds_replacement(sample.data):
        return "U+FFFD, which is not in the source"
    whole = f"{shown}{message!r}"
    if "\0" in whole or any("\ud800" <= char <= "\udfff" for char in whole):
        return "a NUL or a lone surrogate"
    return ""


def _holds_replacement(raw: bytes) -> bool:
    """Say whether the replacement character stands in the mail or in one of its decoded parts."""
    waiting: list[Part] = [read_tree(raw)[0]]
    while waiting:
        part = waiting.pop()
        if _REPLACEMENT_BYTES in part.payload():
            return True
        waiting += part.children
    return _REPLACEMENT_BYTES in raw


def _spent() -> list[tuple[Sample, float]]:
    found = []
    for sample, _ in read():
        raw = sample.data
        begun = time.process_time()
        _whole(raw)
        found.append((sample, time.process_time() - begun))
    return found


def _whole(raw: bytes) -> None:
    kind(parse(raw), NOBODY)


def _structure(raw: bytes) -> None:
    message_from_bytes(raw)


def _least(mails: Sequence[bytes], work: Callable[[bytes], None]) -> float:
    """Return milliseconds of CPU a mail, the least of some rounds: others use the machine too."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for raw in mails:
            work(raw)
        rounds.append(time.process_time() - begun)
    return 1000 * min(rounds) / max(1, len(mails))


def costs() -> list[Figure]:
    """Time what is done to every mail, and the standard library's parser on the same bytes."""
    mails = [sample.data for sample, _ in read()]
    ours, theirs = _least(mails, _whole), _least(mails, _structure)
    counted = f"{len(mails)} mails, {ours / theirs:.1f} times email's parser"
    name = "CPU a mail: parse, kind by headers, new text"
    return [cost(name, ours, counted, 2.0), cost("  email.message_from_bytes", theirs, "")]
