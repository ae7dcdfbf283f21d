"""What the authors of the corpora state of a mail, against what is read of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from tests.bench.differing import author_reason, status_reason, subject_reason, words_reason
from tests.bench.figures import Figure, Miss, none_of, share
from tests.core.hazards import Sample, samples
from triage.core.mail.body import read_body
from triage.core.mail.html import text_of_html
from triage.core.mail.mime import read_tree
from triage.core.mail.parse import parse
from triage.core.message import Message

TEXT_CUT = 4000
NORM_CUT = 1500
"""Characters at which the corpora cut `text` and `text_norm`."""
_WORD = re.compile(r"[^\W_]+")
_MADE_UP = re.compile(r"[245]\.0\.9\d\d")


@cache
def read() -> tuple[tuple[Sample, Message], ...]:
    """Return every whole message of the corpora, as it is read."""
    found = (sample for sample in samples() if sample.format == "message")
    return tuple((sample, parse(sample.data)) for sample in found)


def stated(key: str) -> Iterator[tuple[Sample, Message]]:
    """Yield the messages of which the source states `key`."""
    return ((sample, message) for sample, message in read() if key in sample.expect)


def headers() -> list[Figure]:
    """Compare decoded subjects and authors."""
    figures = [
        _header("subject", lambda message: message.subject, subject_reason),
        _header("from_addr", _author, author_reason),
    ]
    good = sum(int(figure.counted.split()[0]) for figure in figures)
    of = sum(int(figure.counted.split()[2]) for figure in figures)
    misses = [miss for figure in figures for miss in figure.misses]
    ours = [miss for miss in misses if miss.why.startswith("ours")]
    return [
        share("expect.subject and from_addr", good, of, 0.97, misses),
        *figures,
        none_of("  of these without a reason on the source's side", of, ours, barred=False),
    ]


def _author(message: Message) -> str:
    return message.writer.addr if message.writer else ""


def _header(
    key: str, found: Callable[[Message], str], reason: Callable[[str, str, Message], str]
) -> Figure:
    wrong, of = [], 0
    for sample, message in stated(key):
        of += 1
        wanted, got = " ".join((sample.expect[key] or "").split()), found(message)
        if wanted.casefold() != got.casefold():
            why = reason(wanted, got, message) or "ours"
            wrong.append(Miss(sample.path, f"{why} ({key}: stated {wanted!r}, read {got!r})"))
    return share(f"  expect.{key}", of - len(wrong), of, None, wrong)


@dataclass(frozen=True, slots=True)
class Words:
    """How many of the stated words stand in a text, in order; the first few that do not."""

    found: int
    of: int
    lacking: tuple[str, ...] = ()


def words_in_order(wanted: str, text: str, cut: int) -> Words:
    """Find the words of `wanted` in `text`, in order. The last word of a text cut at `cut` may be
    half a word and is left out.

    Words are compared by their letters and digits run together, so that one which a source
    parted at a tag inside it ("20<b>26</b>") counts as found where its pieces stand side by side.
    """  # noqa: D205 - one sentence, and a boundary
    words = _WORD.findall(wanted.casefold())
    words = words[:-1] if len(wanted) >= cut else words
    pieces = _WORD.findall(text.casefold())
    if words == pieces or _in_order(words, "".join(pieces)):
        return Words(len(words), len(words))
    matcher = SequenceMatcher(None, words, pieces, autojunk=False)
    found, lacking = 0, []
    for sort, start, end, there, beyond in matcher.get_opcodes():
        if sort == "equal":
            found += end - start
            continue
        rest = "".join(pieces[there:beyond])
        for word in words[start:end]:
            place = rest.find(word)
            if place < 0:
                lacking.append(word)
            else:
                found, rest = found + 1, rest[place + len(word) :]
    return Words(found, len(words), tuple(lacking[:8]))


def _in_order(words: list[str], squeezed: str) -> bool:
    """Say whether all words follow each other in a text of nothing but letters and digits."""
    place = 0
    for word in words:
        place = squeezed.find(word, place)
        if place < 0:
            return False
        place += len(word)
    return True


def texts() -> list[Figure]:
    """Look for the words of stated texts."""
    return [
        *_words("text", TEXT_CUT, lambda sample, message: message.body),
        *_words("text_norm", NORM_CUT, lambda sample, message: html_text(sample.data, message)),
        *_words("first_text_part", TEXT_CUT, _all_text, barred=False),
        _contains("text_contains", lambda sample, message: message.body),
    ]


def html_text(raw: bytes, message: Message) -> str:
    """Return the text made from the HTML part; the whole text where there is none."""
    markup = read_body(read_tree(raw)[0])[1]
    return message.body if markup is None else text_of_html(markup)


def _all_text(sample: Sample, message: Message) -> str:
    return f"{message.body}\n{html_text(sample.data, message)}"


def _words(
    key: str, cut: int, text: Callable[[Sample, Message], str], *, barred: bool = True
) -> list[Figure]:
    found = of = mails = 0
    lacking = []
    for sample, message in stated(key):
        words = words_in_order(sample.expect[key] or "", text(sample, message), cut)
        found, of, mails = found + words.found, of + words.of, mails + 1
        if words.found < words.of:
            named = [file.name for file in message.attachments]
            files = f"; attached: {', '.join(named)}" if named else ""
            shown = " ".join(words.lacking)[:120]
            why = words_reason(sample.expect[key], text(sample, message), message) or "ours"
            why = f"{why}; {words.of - words.found} of {words.of} words lack: {shown}"
            lacking.append(Miss(sample.path, f"{why}{files}"))
    return [
        share(f"expect.{key}: words in order", found, of, 0.98 if barred else None),
        share(
            f"expect.{key}: mails complete",
            mails - len(lacking),
            mails,
            0.95 if barred else None,
            lacking,
        ),
    ]


def _contains(key: str, text: Callable[[Sample, Message], str]) -> Figure:
    wrong, of = [], 0
    for sample, message in stated(key):
        wanted = sample.expect[key]
        pieces = [wanted] if isinstance(wanted, str) else wanted
        of += 1
        shown = _squeezed(text(sample, message))
        lost = [piece for piece in pieces if _squeezed(piece) not in shown]
        if lost:
            wrong.append(Miss(sample.path, f"not in the text: {lost[0][:80]!r}"))
    return share(f"expect.{key}", of - len(wrong), of, None, wrong)


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def bounces() -> list[Figure]:
    """Compare status and recipients of bounces and reports."""
    status, recipients = list(_statuses()), list(_recipients())
    standing = [one for one in status if one[1]]
    rows = [(miss, True) for _, _, miss in standing]
    rows += [(miss, True) for miss in recipients]
    all_missed = [miss for miss, _ in rows if miss is not None]
    return [
        share("bounces tied to status and recipient", *_good(rows), 0.90, all_missed),
        _row("  status, where the mail itself bears it", [miss for _, _, miss in standing]),
        _row("  status, the source's own codes too", [miss for _, _, miss in status]),
        _row("  recipients", recipients),
    ]


def _good(rows: list[tuple[Miss | None, bool]]) -> tuple[int, int]:
    return sum(miss is None for miss, _ in rows), len(rows)


def _row(name: str, found: list[Miss | None]) -> Figure:
    missed = [miss for miss in found if miss is not None]
    return share(name, len(found) - len(missed), len(found), None, missed)


def _statuses() -> Iterator[tuple[str, bool, Miss | None]]:
    """Yield each stated status, whether the mail itself bears it, and how it is missed."""
    for sample, message in stated("bounce"):
        left = [recipient.status for recipient in message.failed]
        whole = sample.data.replace(b"=\r\n", b"").replace(b"=\n", b"").decode("latin-1")
        whole = f"{whole}\n{message.body}"
        for entry in sample.expect["bounce"]:
            code = entry.get("status")
            if not code:
                continue
            borne = re.search(rf"(?<![\d.]){re.escape(code)}(?![\d.])", whole) is not None
            if code in left:
                left.remove(code)
                yield code, borne and _MADE_UP.fullmatch(code) is None, None
                continue
            why = status_reason(code, borne, left, message) or "ours"
            shown = ", ".join(filter(None, left)) or "none"
            yield code, borne, Miss(sample.path, f"{why} (status {code} stated, read {shown})")


def _recipients() -> Iterator[Miss | None]:
    for sample, message in stated("bounce_recipients"):
        wanted = {address.casefold() for address in sample.expect["bounce_recipients"]}
        read_ = {recipient.recipient for recipient in message.failed}
        if not wanted:
            continue
        lost = ", ".join(sorted(wanted - read_))
        yield Miss(sample.path, f"{lost} not among {sorted(read_)}") if lost else None


def attachments() -> list[Figure]:
    """Compare counts, inline files and reports either way, and names."""
    wrong, of = [], 0
    for sample, message in stated("attachments"):
        of += 1
        files = message.attachments
        least = sum(
            not f.inline and not f.media_type.startswith(("message/", "text/")) for f in files
        )
        if not least <= sample.expect["attachments"] <= len(files):
            shown = ", ".join(f"{f.name} ({f.media_type})" for f in files) or "none"
            wrong.append(Miss(sample.path, f"stated {sample.expect['attachments']}, read {shown}"))
    unnamed, named = [], 0
    for sample, message in stated("attachment_names"):
        named += 1
        shown_names = {file.name for file in message.attachments}
        lost = [name for name in sample.expect["attachment_names"] if name not in shown_names]
        if lost:
            unnamed.append(Miss(sample.path, f"{lost} not among {sorted(shown_names)}"))
    return [
        share("expect.attachments, ± inline and reports", of - len(wrong), of, None, wrong),
        share("expect.attachment_names", named - len(unnamed), named, None, unnamed),
    ]


def threads() -> list[Figure]:
    """See whether the ids of mails tie those of one thread, and no two threads."""
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    here: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for number, (sample, message) in enumerate(stated("thread")):
        own = f"{number} {message.message_id}"
        for other in (message.message_id, *message.in_reply_to, *message.references):
            if other:
                root[top(other)] = top(own)
        here[sample.expect["thread"]["id"]].append((sample.path, own))
    many = {name: mails for name, mails in here.items() if len(mails) > 1}
    parted = [_parted(mails, top) for mails in many.values()]
    roots = [{top(own) for _, own in mails} for mails in here.values()]
    mixed = sum(len(a & b) for n, a in enumerate(roots) for b in roots[n + 1 :])
    return [
        _row("threads of several mails tied by their ids alone", parted),
        none_of("  threads tied to another", len(here), [Miss("", "")] * mixed, barred=False),
    ]


def _parted(mails: Iterable[tuple[str, str]], top: Callable[[str], str]) -> Miss | None:
    tops = {top(own): path for path, own in mails}
    return None if len(tops) == 1 else Miss(", ".join(tops.values()), "no id in common")
