"""What a reader reads of a tree of parts: one text, its HTML twin, and what hangs on it.

Source: RFC 2046 section 5.1 (mixed, alternative), RFC 2387 (related), RFC 3676 (flowed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from triage.core.mail.charset import clean, decode
from triage.core.mail.fragment import is_fragment
from triage.core.mail.html import text_of_html
from triage.core.mail.mime import Part, clean_name, title_of
from triage.core.message import Attachment

MAX_TEXT = 2 * 1024 * 1024
"""Bytes of text that are decoded of one mail, all parts together."""
MAX_RAW_TEXT = 4 * 1024 * 1024

_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/global-headers",
    }
)
_NAMES = {
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "read-receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "text/calendar": "invite.ics",
    "application/ms-tnef": "winmail.dat",
}
_FILE_NAME = re.compile(r"[\w-]{1,60}\.(?:gif|png|jpe?g|bmp|tiff?|svg|webp|pdf|emz)", re.IGNORECASE)
_UU_BEGIN = re.compile(
    r"^begin(?:-base64)? [0-7]{3,4} (\S[^\n]{0,200})\n(?=M|[ -`]{2})", re.MULTILINE
)
_UU_END = re.compile(r"^end[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Reading:
    """What has been read of a tree so far: plain text, HTML, attachments, faults."""

    plain: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    sources: list[Part | str] = field(default_factory=list)
    """Where each attachment lies: in a part of its own, or uuencoded in a text."""
    faults: list[str] = field(default_factory=list)
    left: int = MAX_TEXT

    @property
    def html(self) -> str | None:
        """The HTML of the mail, or None where it has none."""
        return "\n".join(self.markup) if self.markup else None


def read_body(root: Part) -> tuple[str, str | None, tuple[Attachment, ...], tuple[str, ...]]:
    """Return the text, the HTML or None, the attachments and what was broken. Never raises.

    The text is the text/plain part, or the HTML as text where there is none or where it says
    less than half of what the HTML says. Texts of a mixed mail follow each other.
    """
    text, reading = read_through(root)
    return text, reading.html, tuple(reading.attachments), tuple(dict.fromkeys(reading.faults))


def read_through(root: Part) -> tuple[str, Reading]:
    """Return the text as `read_body` does, and all that was read on the way. Never raises."""
    reading = Reading()
    text = "\n\n".join(chunk for chunk in _chunks(root, reading, main=True) if chunk.strip("\n"))
    if not text.strip() and _is_text(root) and root.disposition == "attachment":
        text = _leaf(root, reading)  # a mail that is one text file is read all the same
    if not text.strip():
        text = _nested_text(root, reading)
    return text, reading


def _chunks(part: Part, reading: Reading, *, main: bool) -> list[str]:
    """Return the texts of `part` in reading order; `main`: no text stands before it."""
    kind = part.media_type
    if part.disposition == "attachment" and not (main and _is_text(part) and not part.filename):
        _attach(part, reading)
        return []
    if kind == "multipart/alternative" and part.children:
        return _alternative(part, reading, main=main)
    if kind.startswith("multipart/") and part.children:
        chunks: list[str] = []
        for child in part.children:
            chunks += _chunks(child, reading, main=main and not chunks)
        return chunks
    if kind.startswith("multipart/") or (_is_text(part) and (main or not part.filename)):
        return [_leaf(part, reading)]
    _attach(part, reading)
    return []


def _alternative(part: Part, reading: Reading, *, main: bool) -> list[str]:
    """Read both twins and keep the plain one unless it says less."""
    plain: list[str] = []
    rich: list[str] = []
    mislabelled: list[str] = []
    for child in part.children:
        html_before = len(reading.markup)
        chunks = _chunks(child, reading, main=main)
        if child.media_type == "text/plain":
            mislabelled += reading.markup[html_before:]
            del reading.markup[html_before:]
            plain += chunks
        else:
            (rich if len(reading.markup) > html_before else plain).extend(chunks)
    if not rich:
        reading.markup += mislabelled
    twin = [chunk for chunk in plain if chunk.strip()]
    if not twin or _says_less("\n".join(twin), "\n".join(rich)):
        return rich
    return twin


def _says_less(plain: str, rich: str) -> bool:
    """Say whether the plain twin holds less than half the words of the HTML one."""
    return 2 * len(plain.split()) + 5 < len(rich.split())


def _is_text(part: Part) -> bool:
    if part.media_type in _REPORTS or part.media_type == "text/calendar":
        return False
    subtype = part.media_type.removeprefix("text/")
    return part.media_type.startswith("text/") and subtype not in {
        "csv", "vcard", "x-vcard", "directory", "css", "xml", "x-patch", "x-diff", "javascript",
    }  # fmt: skip


def _leaf(part: Part, reading: Reading) -> str:
    text = part_text(part, reading)
    if part.media_type == "text/html" or (part.media_type == "text/plain" and _is_markup(text)):
        reading.markup.append(text)
        return text_of_html(text)
    if part.media_type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return _without_uuencoded(text, reading)


def _is_markup(text: str) -> bool:
    """Say whether text labelled plain is HTML: a whole page, or clearly a piece of one."""
    start = text[:200].lstrip().casefold()
    page = start.startswith(("<!doctype html", "<html")) and "</" in text
    return page or is_fragment(text)


def part_text(part: Part, reading: Reading) -> str:
    """Return the decoded text of a text part, within what `reading` still allows."""
    if part.end - part.start > MAX_RAW_TEXT or reading.left <= 0:
        reading.faults.append("text_cut")
    if reading.left <= 0:
        return ""
    data = part.payload(MAX_RAW_TEXT)
    if len(data) > reading.left:
        reading.faults.append("text_cut")
        data = data[: reading.left]
    reading.left -= len(data)
    return decode(data, part.parameters.get("charset"))


def _attach(part: Part, reading: Reading) -> None:
    inline = bool(part.content_id) and part.disposition != "attachment"
    kind = part.media_type
    if kind == "text/calendar" and (method := part.parameters.get("method")):
        kind = f"text/calendar; method={method.casefold()[:20]}"
    name = (
        part.filename
        or _named_by_id(part)
        or clean_name(title_of(part)[:100] and f"{title_of(part)[:100]}.eml")
    )
    if not name or name == ".eml":
        name = _NAMES.get(part.media_type) or _made_up(part.media_type)
    reading.attachments.append(Attachment(name, kind, part.size(), inline))
    reading.sources.append(part)


def _named_by_id(part: Part) -> str:
    """Return the file name that Outlook and others put before the @ of a Content-ID, or ""."""
    name = part.content_id.partition("@")[0]
    return clean_name(name) if _FILE_NAME.fullmatch(name) else ""


def _made_up(media_type: str) -> str:
    """Return a name for a file that has none, for it must be shown and saved as something."""
    main, _, sub = media_type.partition("/")
    ending = {"jpeg": "jpg", "quicktime": "mov", "plain": "txt", "mpeg": "mpg"}.get(sub, sub)
    if main == "application" or not (ending.isalnum() and len(ending) <= 5):
        return "file" if ending != "pdf" else "file.pdf"
    return f"{main}.{ending}"


def _nested_text(root: Part, reading: Reading) -> str:
    """Return the text of the first message inside, for a forward that says nothing itself."""
    for part in root.walk():
        if part.media_type.startswith("message/") and part.children:
            inner = Reading(left=reading.left)
            text = "\n\n".join(filter(None, _chunks(part.children[0], inner, main=True)))
            text = text if text.strip() else _nested_text(part.children[0], inner)
            reading.left = inner.left
            reading.markup += inner.markup
            if text.strip():
                reading.faults.append("text_of_nested_message")
            return text
    return ""


def _without_uuencoded(text: str, reading: Reading) -> str:
    """Take uuencoded files out of a text and name them as attachments."""
    if "\nend" not in text or not (begin := _UU_BEGIN.search(text)):
        return text
    kept, place = [], 0
    while begin is not None:
        end = _UU_END.search(text, begin.end())
        if end is None:
            break
        kept.append(text[place : begin.start()])
        size = (end.start() - begin.end()) * 3 // 4
        name = clean_name(clean(begin[1]))
        reading.attachments.append(Attachment(name, "application/octet-stream", size))
        reading.sources.append(text[begin.end() : end.start()])
        place = end.end()
        begin = _UU_BEGIN.search(text, place)
    return "".join(kept) + text[place:]


def unflow(text: str, *, delsp: bool = False) -> str:
    """Join the soft line ends of a flowed text; the signature mark stays a line of its own.

    Source: RFC 3676 sections 4.1 to 4.5.
    """
    out: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        signature = bare == "-- "
        soft = bare.endswith(" ") and not signature
        if delsp and soft:
            bare = bare[:-1]
        if open_depth == depth and not signature:
            out[-1].append(bare)
        else:
            mark = ">" * depth + (" " if depth else "")
            out.append([mark + bare])
        open_depth = depth if soft else -1
    return "\n".join("".join(pieces) for pieces in out)
