"""What is new in a reply, against what the authors of the corpora state of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bench.figures import Figure, Miss, none_of, share
from tests.core.hazards import Sample, samples
from triage.core.mail.charset import decode
from triage.core.mail.html import text_of_html
from triage.core.mail.newtext import new_text
from triage.core.mail.parse import parse

_WORDS = re.compile(r"[^\W_]")
_MARKED = re.compile(r"\s*(?:>|\|(?:\s|$)|[A-Z]{1,3}>)")
_ATTRIBUTES = re.compile(
    r"(?=.*\d{1,2}[:.h]\d\d|.*\d{4})(?=.*[@:])(?:.*[:\uff1a]\s*\*?$)"
    r"|\W*(?:from|von|de|da|van|fra|från|от|od|发件人|差出人)\s*\*?[:\uff1a].*"
    r"|.*-{3,}.*(?:original|forward|weiter|ursprüng|nachricht).*-{2,}.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One statement: the whole text, what is read as new in it, and what the source says."""

    sample: Sample
    body: str
    found: str


def replies() -> tuple[Reply, ...]:
    """Return every sample of which a source states anything about its new text."""
    keys = {"reply_text", "reply_text_norm", "reply_contains", "reply_not_contains"}
    return tuple(
        _reply(sample)
        for sample in samples()
        if keys & sample.expect.keys() or "nothing_to_strip" in sample.expect
    )


def _reply(sample: Sample) -> Reply:
    if sample.format == "message":
        message = parse(sample.data)
        return Reply(sample=sample, body=message.body, found=message.text)
    markup = decode(sample.data)
    if sample.format == "body_html":
        body = text_of_html(markup)
        return Reply(sample=sample, body=body, found=new_text(body, markup))
    return Reply(sample=sample, body=markup, found=new_text(markup))


def new_texts() -> list[Figure]:
    """Compare new text with the sources: exactly, and by what a reader would miss or mind."""
    whole = replies()
    plain = [one for one in whole if "reply_text" in one.sample.expect]
    html = [one for one in whole if "reply_text_norm" in one.sample.expect]
    differs = [Miss(one.sample.path, _differs(one)) for one in plain if _differs(one)]
    harmed = [Miss(one.sample.path, harm(one)) for one in plain if harm(one)]
    otherwise = [Miss(one.sample.path, _differs(one)) for one in html if _differs(one)]
    return [
        share("expect.reply_text exact", len(plain) - len(differs), len(plain), 0.80, differs),
        share(
            "no quote leaked and no reply line lost",
            len(plain) - len(harmed),
            len(plain),
            0.93,
            harmed,
        ),
        none_of(
            "  of these: a reply line lost",
            len(plain),
            [miss for miss in harmed if miss.why.startswith("lost")],
            barred=False,
        ),
        share(
            "expect.reply_text_norm exact", len(html) - len(otherwise), len(html), None, otherwise
        ),
        *_weaker(whole),
    ]


def _differs(one: Reply) -> str:
    """Say where the new text and the stated one part, or ""."""
    key = "reply_text" if "reply_text" in one.sample.expect else "reply_text_norm"
    wanted, found = one.sample.expect[key] or "", one.found
    if key == "reply_text_norm":  # its tags were removed with or without a space in their place
        same = _squeezed(wanted) == _squeezed(found)
    else:
        same = " ".join(wanted.split()) == " ".join(found.split())
    return "" if same else _parting(" ".join(wanted.split()), " ".join(found.split()))


def _parting(wanted: str, found: str) -> str:
    at = next(
        (n for n, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b),
        min(len(wanted), len(found)),
    )
    start = max(0, at - 15)
    return f"stated {wanted[start : at + 45]!r}, read {found[start : at + 45]!r}"


def harm(one: Reply) -> str:
    """Say which line of the reply is lost, or which quoted line is left; "" where neither is.

    A stated line is lost unless its characters, white space aside, stand in the new text, behind
    those of the line before. A line is quoted if the source cut it, and either names it as
    elided, or it carries a quote mark, or it stands behind one that does, that attributes a
    quote or that opens a copied header, with nothing the source kept in between.
    """
    found, place = _squeezed(one.found), 0
    stated = [_squeezed(line) for line in (one.sample.expect["reply_text"] or "").splitlines()]
    for line in filter(None, stated):
        at = found.find(line, place)
        if at < 0:
            return f"lost: {line[:70]!r}"
        place = at + len(line)
    kept = [_squeezed(line) for line in one.found.splitlines()]
    for line in _quoted(one, frozenset(filter(None, stated))):
        if line in kept:
            return f"leaked: {line[:70]!r}"
    return ""


def _quoted(one: Reply, stated: frozenset[str]) -> list[str]:
    """Return the lines that the source leaves out as quotes, white space taken out of them."""
    elided = one.sample.expect.get("elided_text")
    if elided is not None:
        lines = [_squeezed(line) for line in elided.splitlines()]
        return [line for line in lines if _WORDS.search(line) and line not in stated]
    quoted, within = [], False
    for line in one.body.splitlines():
        bare = _squeezed(line)
        if bare in stated:
            within = False
        elif bare:
            within = within or bool(_MARKED.match(line) or _ATTRIBUTES.fullmatch(line.strip()))
            if within and _WORDS.search(bare):
                quoted.append(bare)
    return quoted


def _weaker(whole: tuple[Reply, ...]) -> list[Figure]:
    """Check what the sources state by substrings, and where they say that all of it is new."""
    checks: dict[str, Callable[[Reply, Any], list[str]]] = {
        "reply_contains": lambda one, value: [p for p in value if not _in(p, one.found)],
        "reply_not_contains": lambda one, value: [p for p in value if _in(p, one.found)],
        "nothing_to_strip": lambda one, value: (
            ["cut"] if value and _squeezed(one.found) != _squeezed(one.body) else []
        ),
    }
    figures = []
    for key, check in checks.items():
        some = [one for one in whole if key in one.sample.expect]
        wrong = [
            Miss(one.sample.path, f"{pieces[0][:80]!r}")
            for one in some
            if (pieces := check(one, one.sample.expect[key]))
        ]
        figures.append(share(f"expect.{key}", len(some) - len(wrong), len(some), None, wrong))
    return figures


def _in(piece: str, text: str) -> bool:
    return _squeezed(piece) in _squeezed(text)


def _squeezed(text: str) -> str:
    return "".join(text.split())
