"""What delivery reports and bounces say: which recipient failed, with which status, and why.

The machine-readable part decides; where there is none, the bounce's own words are read.

Source: RFC 3464 section 2 (fields), RFC 3463 (status), RFC 8098 section 3.1 (receipts).
"""

from __future__ import annotations

import re
from email import message_from_string
from email.message import Message as ParsedMail

from flufl.bounce import all_failures

from triage.core.mail.addresses import address_list, is_address
from triage.core.mail.headers import Headers, message_ids, read_headers
from triage.core.mail.mime import Part
from triage.core.message import FailedRecipient

MAX_REPORT = 256 * 1024
MAX_RECIPIENTS = 200
MAX_REASON = 500
_SCAN_LINES = 600
_SCAN_WIDTH = 200

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset({"message/rfc822", "message/global"})
_RETURNED_HEADERS = frozenset({"text/rfc822-headers", "message/global-headers"})
_RECEIPTS = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification"}
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -](?:[A-Za-z#<(\d]))")
_NO_REASON = ("message-id", "date:", "received:", "subject:", "to:", "from:")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[\w.-]{1,190}\w")
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
    stated = _STATUS.search(block.get("Status") or "")
    status = stated[1] if stated else ""
    spoken = _STATUS.findall(words)
    if not status or status.endswith(".0"):
        exact = (code for code in spoken if not code.endswith(".0"))
        status = next(exact, status or next(iter(spoken), ""))
    action = (block.get("Action") or "").split("(")[0].strip().casefold()
    reason = words or _meaning(status)
    if not action and status.startswith("2."):
        action = "delivered"
    if action in {"delayed", "delivered", "relayed", "expanded"}:
        reason = f"{action}: {reason}".rstrip(": ")
    return FailedRecipient(address, status, " ".join(reason.split())[:MAX_REASON])


def _bare(value: str) -> str:
    """Return the address of a typed field ("rfc822; a@b"), case-folded."""
    text = value.rpartition(";")[2].strip().strip("<>").strip()
    match = _ADDRESS.search(text)
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


def recipients_in_words(headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    """Return the recipients a bounce without a machine-readable part names in its words.

    Asked only of mail that is a bounce by its envelope or sender: on other mail, words that
    look like addresses would be taken for failures.
    """
    named = [a.addr for v in headers.all_raw("X-Failed-Recipients") for a in address_list(v)]
    lines = [line[:_SCAN_WIDTH] for line in text.split("\n")[:_SCAN_LINES]]
    if not named:
        named = _detected(lines, headers)
    found = [_in_lines(address, lines) for address in named[:MAX_RECIPIENTS]]
    return tuple(dict.fromkeys(found))


def _detected(lines: list[str], headers: Headers) -> list[str]:
    """Ask the library that knows the wording of the old mail systems, and check its answer."""
    mail = ParsedMail()
    for name in ("From", "Subject", "X-Mailer"):
        if value := headers.get(name):
            mail[name] = re.sub(r"[^ -~]", "?", value)[:200]
    shown = "\n".join(lines)
    mail.set_payload(shown.encode("ascii", "replace").decode("ascii"))
    try:
        temporary, permanent = all_failures(message_from_string(mail.as_string()))
    except Exception:  # noqa: BLE001 - a heuristic on hostile text: no answer is an answer
        return _before_the_copy(lines)
    answers = [raw.decode("ascii", "replace").casefold() for raw in (*permanent, *temporary)]
    good = sorted({answer for answer in answers if is_address(answer) and "." in answer})
    return good or _before_the_copy(lines)


def _before_the_copy(lines: list[str]) -> list[str]:
    """Return the first address next to a failure's code, before the returned copy begins."""
    for place, line in enumerate(lines[:60]):
        near = " ".join(lines[max(0, place - 2) : place + 4])
        if (match := _ADDRESS.search(line)) and (_STATUS.search(near) or _REPLY.search(near)):
            return [match[0].casefold()]
    return []


def _in_lines(address: str, lines: list[str]) -> FailedRecipient:
    """Find the status and the words that stand at `address`."""
    places = [at for at, line in enumerate(lines) if address in line.casefold()]
    start = places[0] if places else 0
    window = lines[start : start + 12]
    for pattern in (_STATUS, _REPLY):
        for line in window + lines[:40]:
            if (match := pattern.search(line)) and not line.casefold().startswith(_NO_REASON):
                status = match[1] if "." in match[1] else f"{match[1][0]}.0.0"
                return FailedRecipient(address, status, " ".join(line.split())[:MAX_REASON])
    words = next((line for line in window[1:] if re.search(r"\w", line)), "")
    return FailedRecipient(address, "", " ".join(words.split())[:MAX_REASON])
