"""HTML → the text a reader sees; the one module that knows the HTML library.

Tables, lists and links stay; what the sender hid (a preheader, a tracking text) goes.
"""

from __future__ import annotations

import re

from turbohtml import Document, PlainText, Text, parse

from triage.core.mail.charset import clean

MAX_HTML = 2 * 1024 * 1024
"""Characters of HTML that are read."""
MAX_LINK = 200
"""Characters of a link's target that are shown."""

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?<![-\w])(?:font-size|max-height|opacity)\s*:\s*0(?:\.0*)?(?:px|em|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_DROPPED = "script, style, template, noscript, head > *, [hidden]"
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})</title", re.IGNORECASE)
_BLANKS = re.compile(r"\n{3,}")
_LAYOUT = PlainText(links="inline", images=True)
_BARE_LAYOUT = PlainText(images=True)
EDGE = "\ue000"
"""Stands in a tree's text where a block begins or ends, until it is shown."""
_EDGES = re.compile(f"(?<![ \n])[ \n]*{EDGE}[ \n{EDGE}]*")


def text_of_html(markup: str) -> str:
    """Return the visible text of `markup`, below its title. Never raises; linear in its size."""
    found = _TITLE.search(markup, 0, MAX_HTML)
    title = " ".join(parse(found[1]).text.split()) if found else ""
    document = visible(markup)
    _shorten_links(document)
    text = shown(document)
    return f"{clean(title)}\n\n{text}" if title and title not in text else text


def visible(markup: str) -> Document:
    """Return `markup` as a tree without what a reader does not see."""
    document = parse(markup[:MAX_HTML])
    document.remove(_DROPPED)
    for element in document.select("[style]"):
        style = element.attr("style")
        if style and len(style) < 5000 and _HIDDEN.search(style) and not _shows(style):
            element.remove("*")
            element.set_text("")
    return document


def _shows(style: str) -> bool:
    """Say whether only the font size is nothing: tables set it again on every cell."""
    lowered = style.casefold().replace(" ", "")
    return "font-size:0" in lowered and not any(
        mark in lowered for mark in ("display:none", "visibility:hidden", "max-height:0")
    )


def shown(document: Document, *, links: bool = True) -> str:
    """Return the text of `document`, which is taken apart for it, with the targets of `links`."""
    for element in document.select("div, center, span, font"):
        # The library sets a blank line between two <div>, which in mail are two lines, and
        # none between paragraphs inside a <span> or <font>.
        if element.tag in {"div", "center"}:
            element.insert_before(Text(EDGE))
            element.insert_after(Text(EDGE))
        element.unwrap()
    text = clean(document.to_text(_LAYOUT if links else _BARE_LAYOUT)).replace("\xa0", " ")
    text = _EDGES.sub(_line_breaks, text)
    lines = (line.rstrip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n")


def _line_breaks(run: re.Match[str]) -> str:
    """Turn a run of block edges and line ends into the line ends a browser would show.

    An edge right behind text ends its line; a break behind text has done so already.
    """
    breaks = run[0].count("\n")
    return "\n" * (breaks + 1 if run[0].lstrip(" ")[0] == EDGE else max(breaks, 1))


def _shorten_links(document: Document) -> None:
    for link in document.select("a[href]"):
        target = (link.attr("href") or "").strip()
        if not target.startswith(("http://", "https://")) or _same(link.text, target):
            del link.attrs["href"]
        elif len(target) > MAX_LINK:
            link.attrs["href"] = target[:MAX_LINK] + "…"


def _same(shown: str, target: str) -> bool:
    bare = target.partition("://")[2].strip("/").casefold()
    return shown.strip().casefold().rpartition("://")[2].strip("/") == bare or not shown.strip()
