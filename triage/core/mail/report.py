"""What delivery reports say: which recipient failed, with which status, and why.

The machine-readable part decides; where it leaves the status or the reason open, the words
beside it are read (`failurewords.py`).

Source: RFC 3464 section 2 (fields), RFC 3463 (status), RFC 8098 section 3.1 (receipts).
"""

from __future__ import annotations

import re
from dataclasses import replace

from triage.core.mail.addresses import address_list
from triage.core.mail.failurewords import (
    ADDRESS,
    MAX_REASON,
    MAX_RECIPIENTS,
    STATUS,
    Worded,
    in_words,
)
from triage.core.mail.headers import Headers, message_ids, read_headers
from triage.core.mail.mime import Part
from triage.core.message import FailedRecipient

MAX_REPORT = 256 * 1024

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_NOT_FAILED = frozenset({"delayed", "delivered", "relayed", "expanded"})
_RETURNED = frozenset({"message/rfc822", "message/global"})
_RETURNED_HEADERS = frozenset({"text/rfc822-headers", "message/global-headers"})
_RECEIPTS = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification"}
)
_ANSWERED = re.compile(r"\s*[245]\d\d[ -]+(?:[245]\d\d[ -]+)?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ID_LINE = re.compile(
    r"^[> \t]*Message-I[dD]:\s{0,3}(<[^<>\s]{3,900}>)", re.MULTILINE | re.IGNORECASE
)


def failed_recipients(root: Part) -> tuple[FailedRecipient, ...]:
    """Return the recipients that the machine-readable reports in `root` speak of, each once.

    The reason of one that has not failed begins with what happened: "delayed: ...".
    """
    found: dict[str, FailedRecipient] = {}
    for part in root.walk():
        if part.media_type in _STATUS_TYPES:
            for block in _blocks(part):
                recipient = _recipient(block)
                if recipient is not None and len(found) < MAX_RECIPIENTS:
                    found.setdefault(recipient.recipient, recipient)
    return tuple(found.values())


def _blocks(part: Part) -> list[Headers]:
    """Return the blocks of fields of a report part, cut at its empty lines."""
    data = part.payload(MAX_REPORT).replace(b"\r\n", b"\n")
    blocks = [block for block in re.split(rb"\n[ \t]*\n+", data) if block.strip()]
    return [read_headers(block.strip(b"\n")) for block in blocks[: MAX_RECIPIENTS + 1]]


def _recipient(block: Headers) -> FailedRecipient | None:
    named = [
        address
        for field in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient")
        if (address := _bare(block.get(field) or ""))
    ]
    final = _bare(block.get("Final-Recipient") or "")
    address = final if "@" in final else next((name for name in named if "@" in name), final)
    if not address:
        return None
    diagnostic = (block.get("Diagnostic-Code") or "").partition(";")
    words = (diagnostic[2] or diagnostic[0]).strip()
    stated = STATUS.search(block.get("Status") or "")
    status = _exact(stated[1] if stated else "", words)
    action = (block.get("Action") or "").split("(")[0].strip().casefold()
    reason = words or _meaning(status)
    if status.startswith("2.") and action not in _NOT_FAILED:
        action = "delivered"
    if action in _NOT_FAILED:
        reason = f"{action}: {reason}".rstrip(": ")
    return FailedRecipient(address, status, " ".join(reason.split())[:MAX_REASON])


def _exact(status: str, words: str) -> str:
    """Return the status that says most: the refusing server's own, else the reporter's.

    The reporter translates what the other server answered, and may do so wrongly; its "5.0.0"
    says nothing where any code in the words says more.
    """
    answered = _ANSWERED.match(words)
    if answered is not None and not answered[1].endswith(".0.0"):
        return answered[1]
    if status and not status.endswith(".0"):
        return status
    spoken = STATUS.findall(words)
    exact = (code for code in spoken if not code.endswith(".0"))
    return next(exact, status or next(iter(spoken), ""))


def completed(failed: tuple[FailedRecipient, ...], bounce: Worded) -> tuple[FailedRecipient, ...]:
    """Fill in, from the words beside a report, what it leaves open about its recipients.

    A status is taken only where the report has none or an unspecific one of the same class.
    """
    return tuple(_completed(recipient, bounce) for recipient in failed)


def _completed(recipient: FailedRecipient, bounce: Worded) -> FailedRecipient:
    if recipient.status and not recipient.status.endswith(".0.0"):
        return recipient
    if not any(recipient.recipient in line.casefold() for line in bounce.lines[: bounce.own]):
        return recipient
    said = in_words(recipient.recipient, bounce)
    if not said.status or said.status[:1] != (recipient.status or said.status)[:1]:
        return recipient
    return replace(recipient, status=said.status, reason=recipient.reason or said.reason)


def sent_to(root: Part) -> tuple[str, ...]:
    """Return the addresses that the mail which a bounce returns in a part was sent to."""
    for part in root.walk():
        if part.media_type in _RETURNED and part.children:
            value = part.children[0].headers.raw("To")
        elif part.media_type in _RETURNED_HEADERS:
            value = read_headers(part.payload(MAX_REPORT).lstrip(b"\r\n")).raw("To")
        else:
            continue
        return tuple(address.addr for address in address_list(value))
    return ()


def _bare(value: str) -> str:
    """Return the address of a typed field ("rfc822; a@b"), case-folded."""
    text = value.rpartition(";")[2].strip().strip("<>").strip()
    match = ADDRESS.search(text)
    return (match[0] if match else text.split(" ")[0]).casefold()[:254]


def _meaning(status: str) -> str:
    """Name the class of an enhanced status in words. Source: RFC 3463 section 3."""
    subject = status.split(".")[1] if status.count(".") == 2 else ""
    return {
        "1": "the address does not exist or is wrong",
        "2": "the mailbox does not take mail",
        "3": "the receiving system does not take mail",
        "4": "the receiving system could not be reached",
        "5": "the two systems did not understand each other",
        "6": "the receiving system could not take the content",
        "7": "the receiving system refused it",
    }.get(subject, "")


def returned_ids(root: Part, text: str, *, bounce: bool) -> tuple[str, ...]:
    """Return the Message-IDs of the mail that a report or bounce gives back.

    From returned messages and headers, from read receipts, and, of a `bounce`, from a copy
    in its text.
    """
    found: list[str] = []
    reports = root.media_type == "multipart/report" or bounce
    for part in root.walk():
        if part.media_type in _RETURNED and part.children and reports:
            found += message_ids(part.children[0].headers.raw("Message-ID"))
        elif part.media_type in _RETURNED_HEADERS:
            block = read_headers(part.payload(MAX_REPORT).lstrip(b"\r\n"))
            found += message_ids(block.raw("Message-ID"))
        elif part.media_type in _RECEIPTS or part.media_type in _STATUS_TYPES:
            for block in _blocks(part)[:3]:
                found += message_ids(block.raw("Original-Message-ID"))
    if bounce:
        found += [name for line in _ID_LINE.findall(text) for name in message_ids(line)]
    return tuple(dict.fromkeys(found))[:50]
