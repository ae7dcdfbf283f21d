"""What a bounce says in its own words: whom it is about, with which status, and why.

Read where no machine-readable report says it, and where one says less than the words beside it.
Everything above the copy of the returned mail is the bounce's own; the copy's header lines count
only where the words name nobody.

Source: RFC 3463 (status), RFC 5321 section 4.2 (reply codes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_string
from email.message import Message as ParsedMail

from flufl.bounce import all_failures

from triage.core.mail.addresses import address_list, is_address
from triage.core.mail.headers import Headers
from triage.core.message import FailedRecipient

MAX_RECIPIENTS = 200
MAX_REASON = 500
_LINES = 600
_WIDTH = 1000
_OLD_WIDTH = 200
_WINDOW = 12

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -](?:[A-Za-z#<(\d]))")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[\w.-]{1,190}\w")
_NO_REASON = ("message-id", "date:", "received:", "subject:", "to:", "from:")
_COPIED = re.compile(r"[> \t]{0,4}(?:received|return-path|x-[\w-]{2,40}):\s", re.IGNORECASE)
_FIELD = re.compile(
    r"(?:> ?)?(?:from|to|cc|subject|date|message-id|mime-version|content-type|sender|reply-to):",
    re.IGNORECASE,
)
_SENT_TO = re.compile(r"[> \t]{0,4}to:\s*(\S.*)", re.IGNORECASE)
_FIELDS_OF_A_COPY = 3
_MACHINES = re.compile(r"post-?master|mailer-?daemon|m(?:ail)?-?daemon|abuse", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Worded:
    """A bounce in words: its lines, how many of them are its own, and who it was sent to."""

    lines: tuple[str, ...]
    own: int
    excluded: frozenset[str]


def worded(headers: Headers, text: str) -> Worded:
    """Take the text of a bounce apart into its own words and the copy below them."""
    lines = tuple(line[:_WIDTH] for line in text.split("\n", _LINES)[:_LINES])
    names = ("To", "Delivered-To", "From", "Reply-To", "Return-Path", "X-Original-To")
    values = (value for name in names for value in headers.all_raw(name))
    ours = frozenset(address.addr for value in values for address in address_list(value))
    return Worded(lines, _copy_at(lines), ours)


def _copy_at(lines: tuple[str, ...]) -> int:
    """Return where the returned mail's header begins; the end where there is no copy."""
    first = fields = 0
    for place, line in enumerate(lines):
        if _COPIED.match(line) and place:
            return first if fields else place
        if _FIELD.match(line):
            first = first if fields else place
            fields += 1
            if fields >= _FIELDS_OF_A_COPY and first:
                return first
        elif not line.startswith((" ", "\t")) or not line.strip():
            fields = 0
    return len(lines)


def recipients_in_words(
    headers: Headers, text: str, *, sure: bool, sent_to: tuple[str, ...] = ()
) -> tuple[FailedRecipient, ...]:
    """Return the recipients a bounce without a machine-readable part names in its words.

    Asked only of mail that is a bounce by its envelope or sender. `sure`: its sender or subject
    say so too; then any address in its own words counts, and where there is none, the one that
    the returned mail was sent to: `sent_to`, or the copy's To. Else an address counts only where
    an error code stands beside it, for replies of people's machines name addresses as well.
    """
    bounce = worded(headers, text)
    named = [a.addr for v in headers.all_raw("X-Failed-Recipients") for a in address_list(v)]
    named = named or _detected(bounce, headers) or _beside_a_code(bounce)
    if not named and sure:
        named = _first_named(bounce) or _in_subject(headers, bounce) or _of_copy(bounce, sent_to)
    found = [in_words(address, bounce) for address in named[:MAX_RECIPIENTS]]
    return tuple(dict.fromkeys(found))


def _detected(bounce: Worded, headers: Headers) -> list[str]:
    """Ask the library that knows the wording of the old mail systems, and check its answer."""
    mail = ParsedMail()
    for name in ("From", "Subject", "X-Mailer"):
        if value := headers.get(name):
            mail[name] = re.sub(r"[^ -~]", "?", value)[:200]
    shown = "\n".join(line[:_OLD_WIDTH] for line in bounce.lines)
    mail.set_payload(shown.encode("ascii", "replace").decode("ascii"))
    try:
        temporary, permanent = all_failures(message_from_string(mail.as_string()))
    except Exception:  # noqa: BLE001 - a heuristic on hostile text: no answer is an answer
        return []
    answers = [raw.decode("ascii", "replace").casefold() for raw in (*permanent, *temporary)]
    return sorted({answer for answer in answers if is_address(answer) and "." in answer})


def _beside_a_code(bounce: Worded) -> list[str]:
    """Return the first address next to a failure's code, with those on lines like its own."""
    lines = bounce.lines[: min(bounce.own, 60)]
    for place, line in enumerate(lines):
        near = " ".join(lines[max(0, place - 2) : place + 4])
        if ADDRESS.search(line) and (STATUS.search(near) or REPLY.search(near)):
            return _like(place, bounce)
    return []


def _first_named(bounce: Worded) -> list[str]:
    """Return the first address of somebody else, with those on lines like its own."""
    for place, line in enumerate(bounce.lines[: bounce.own]):
        if _others(line, bounce):
            return _like(place, bounce)
    return []


def _like(first: int, bounce: Worded) -> list[str]:
    """Return the addresses of line `first`, of those right below, and of lines of its shape.

    Of one shape are lines that begin with the same words, or hold nothing but an address.
    """
    found = _addresses(bounce.lines[first])[:1]
    shape, above = _shape(bounce.lines[first]), True
    for line in bounce.lines[first + 1 : bounce.own]:
        named = _others(line, bounce)
        if named and (above or (shape and _shape(line) == shape)):
            found += named
        above = above and bool(named)
    return list(dict.fromkeys(found))


def _shape(line: str) -> str:
    """Return the words before the first address of a line; "<" where it stands all alone."""
    match = ADDRESS.search(line)
    if match is None:
        return ""
    lead, tail = line[: match.start()].strip(" \t<\"'"), line[match.end() :].strip(" \t>\"'")
    return lead.casefold() or ("" if tail else "<")


def _others(line: str, bounce: Worded) -> list[str]:
    """Return the addresses in a line that are neither ours nor a mail system's, nor ids."""
    if line.lstrip(" >\t").casefold().startswith(_NO_REASON):
        return []
    named = [name for name in _addresses(line) if name not in bounce.excluded]
    return [name for name in named if not _MACHINES.match(name)]


def _addresses(line: str) -> list[str]:
    return [match[0].casefold() for match in ADDRESS.finditer(line)]


def _in_subject(headers: Headers, bounce: Worded) -> list[str]:
    named = _addresses(headers.get("Subject") or "")
    return [name for name in named if name not in bounce.excluded][:1]


def _of_copy(bounce: Worded, sent_to: tuple[str, ...]) -> list[str]:
    """Return the one address that the returned mail was sent to; of several, nobody knows."""
    if not sent_to:
        below = bounce.lines[bounce.own :]
        value = next((match[1] for line in below if (match := _SENT_TO.match(line))), "")
        sent_to = tuple(address.addr for address in address_list(value))
    return list(sent_to) if len(set(sent_to)) == 1 else []


def in_words(address: str, bounce: Worded) -> FailedRecipient:
    """Find the status and the words that stand at `address` in the bounce's own words."""
    lines = bounce.lines[: bounce.own] or bounce.lines
    places = [at for at, line in enumerate(lines) if address in line.casefold()]
    start = places[0] if places else 0
    window = lines[start : start + _WINDOW]
    for pattern in (STATUS, REPLY):
        for line in (*window, *lines[:40]):
            if (match := pattern.search(line)) and not line.casefold().startswith(_NO_REASON):
                status = match[1] if "." in match[1] else f"{match[1][0]}.0.0"
                return FailedRecipient(address, status, _reason(line))
    words = next((line for line in window[bool(places) :] if re.search(r"\w", line)), "")
    return FailedRecipient(address, "", _reason(words))


def _reason(line: str) -> str:
    return " ".join(line.split())[:MAX_REASON]
