"""HTML → the text a reader sees; the one module that knows the HTML library.

Tables, lists and links stay; what the sender hid (a preheader, a tracking text) goes.
"""

from __future__ import annotations

import re

from turbohtml import Document, Element, PlainText, Text, parse

from triage.core.mail.charset import clean
from triage.core.mail.tables import take_apart

MAX_HTML = 2 * 1024 * 1024
"""Characters of HTML that are read."""
MAX_LINK = 200
"""Characters of a link's target that are shown."""

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?<![-\w])(?:font-size|max-height|opacity)\s*:\s*0(?:\.0*)?(?:px|em|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"(?:^|;|\s)(?:text-indent|left|top|margin-left)\s*:\s*-(?:9\d\d|\d{4,6})", re.IGNORECASE
)
"""Puts a text where nobody scrolls."""
_NO_BOX = re.compile(
    r"(?<![-\w])(?:height|width)\s*:\s*0(?:px|em|pt|%)?\s*(?:;|!|$)", re.IGNORECASE
)
_FONT_SIZE = re.compile(r"(?<![-\w])font-size\s*:[^;]*", re.IGNORECASE)
_BRACES = re.compile(r"[{};]")
_SURROGATES = range(0xD800, 0xE000)
_LAST = 0x10FFFF
_SIZED = re.compile(r"font-size\s*:\s*[^0;\s]|font\s*:", re.IGNORECASE)
_DROPPED = "script, style, template, noscript, head > *, [hidden]"
_NAME = re.compile(r"[\w-]{0,30}[.#][A-Za-z][\w-]{0,60}")
_MOST_NAMES = 100
_MOST_SHEETS = 20
_MOST_UNSIZED = 300
MAX_SHEET = 100_000
"""Characters of a style sheet that are read."""
_REFERENCE = re.compile(r"&#([xX][0-9A-Fa-f]{1,8}|[0-9]{1,8});?")
_FILLER = re.compile(
    r"[\u034f\u200b-\u200f\u2060\ufeff](?:[ \xa0\u2007]*+[\u034f\u200b-\u200f\u2060\ufeff]){2,}"
)
"""What fills the preview behind a hidden preheader: a run of characters that show nothing."""
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
    title = " ".join(parse(_sound(found[1])).text.split()) if found else ""
    document = visible(markup)
    _shorten_links(document)
    text = shown(document)
    return f"{clean(title)}\n\n{text}" if title and title not in text else text


def visible(markup: str) -> Document:
    """Return `markup` as a tree without what a reader does not see."""
    document = parse(_sound(markup[:MAX_HTML]))
    document.remove(", ".join([_DROPPED, *_hidden_names(document)]))
    unsized = 0
    for element in document.select("[style]"):
        style = element.attr("style")
        if not style or len(style) >= 5000 or not _hides(style):
            continue
        if not _hides(_FONT_SIZE.sub("", style)):
            unsized += 1
            if unsized > _MOST_UNSIZED or _sized_again(element):
                continue
        element.remove("*")
        element.set_text("")
    return document


def _sound(markup: str) -> str:
    """Return `markup` without references to NUL and surrogates, which would show as U+FFFD."""
    return _REFERENCE.sub(_character, markup) if "&#" in markup else markup


def _character(reference: re.Match[str]) -> str:
    digits = reference[1]
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return "" if number == 0 or number in _SURROGATES or number > _LAST else reference[0]


def _hidden_names(document: Document) -> list[str]:
    """Return the classes and ids that the mail's own style sheets hide, outside @media."""
    found: list[str] = []
    for sheet in document.select("style")[:_MOST_SHEETS]:
        for block in _outermost(sheet.text[:MAX_SHEET]).split("}"):
            selectors, _, rules = block.partition("{")
            if _hides(_FONT_SIZE.sub("", rules[:1000])):
                names = (name.strip() for name in selectors[:1000].split(","))
                found += [name for name in names if _NAME.fullmatch(name)]
    return list(dict.fromkeys(found))[:_MOST_NAMES]


def _outermost(sheet: str) -> str:
    """Return a style sheet without comments and without what stands in the braces of an @rule."""
    kept, place = [], 0
    pieces = sheet.split("/*")
    bare = pieces[0] + "".join(piece.partition("*/")[2] for piece in pieces[1:])
    while (at := bare.find("@", place)) >= 0:
        kept.append(bare[place:at])
        place = _past(bare, at)
    return "".join(kept) + bare[place:]


def _past(sheet: str, at: int) -> int:
    """Return where the @rule at `at` ends: at its semicolon, or at its last brace."""
    depth = 0
    for match in _BRACES.finditer(sheet, at):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth <= 0:
            return match.end()
    return len(sheet)


def _hides(style: str) -> bool:
    if _HIDDEN.search(style) or _AWAY.search(style):
        return True
    return "overflow" in style and "hidden" in style and _NO_BOX.search(style) is not None


def _sized_again(element: Element) -> bool:
    """Say whether something inside an element whose font size is nothing may set it again.

    Layouts do so, to close the gaps between their cells.
    """
    if element.tag in {"table", "tbody", "tr", "td", "th", "body"}:
        return True
    inner = element.select_one("[style*='font']")
    return inner is not None and _SIZED.search(inner.attr("style") or "") is not None


def shown(document: Document, *, links: bool = True) -> str:
    """Return the text of `document`, which is taken apart for it, with the targets of `links`."""
    take_apart(document, EDGE)
    for element in document.select("div, center, span, font"):
        # The library sets a blank line between two <div>, which in mail are two lines, and
        # none between paragraphs inside a <span> or <font>.
        if element.tag in {"div", "center"}:
            element.insert_before(Text(EDGE))
            element.insert_after(Text(EDGE))
        element.unwrap()
    text = clean(document.to_text(_LAYOUT if links else _BARE_LAYOUT)).replace("\xa0", " ")
    text = _FILLER.sub(" ", text.replace("\xad", ""))
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
        scheme, _, rest = target.partition(":")
        if scheme.casefold() in {"mailto", "tel"}:
            target = rest.partition("?")[0]
        elif scheme.casefold() not in {"http", "https"}:
            target = ""
        if not target or _same(link.text, target):
            del link.attrs["href"]
        elif len(target) > MAX_LINK:
            link.attrs["href"] = target[:MAX_LINK] + "…"
        else:
            link.attrs["href"] = target


def _same(shown: str, target: str) -> bool:
    bare = target.rpartition("://")[2].strip("/").casefold()
    return shown.strip().casefold().rpartition("://")[2].strip("/") == bare or not shown.strip()
