"""The HTML of a mail → a document that can be shown: the one module that knows nh3.

Three walls, and each of them holds alone: what is no plain mark-up is taken out here; the policy
that the document is served with lets nothing run and nothing be fetched; and the frame it stands in
is a sandbox with an origin of its own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape

import nh3

from triage.core.mail.opened import File
from triage.core.mail.sniffing import HEAD, picture

MAX_MARKUP = 1024 * 1024
"""Characters of HTML that are shown; what has more is read as text."""
MAX_DEPTH = 300
"""Tags within tags. The work of a browser's way of reading grows with depth times length."""
MAX_REFERENCES = 50_000
"""Marks of character references: a browser's way of reading takes the square of them."""
MAX_REOPENED = 3_000_000
"""Open marks of style times tags: each paragraph begins with all that are still open anew."""
MAX_PICTURE = 2 * 1024 * 1024
MAX_PICTURES = 6 * 1024 * 1024
"""Bytes of the mail's own pictures that stand inside the document."""
MAX_SHEETS = 100_000

POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self'"
)
"""No `'self'` for pictures: it would let a mail ask for our own pages, and gain nothing. The
document has no origin of its own, so its requests bear no cookie and no page of ours answers."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _words(
    """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col
    colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6
    header hr i img ins kbd li main mark ol p pre q s samp section small span strike strong sub
    summary sup table tbody td tfoot th thead time tr tt u ul var wbr
    """
)
_DROPPED = _words(
    """
    script style template noscript noembed noframes iframe frame frameset object embed applet svg
    math title textarea select xmp plaintext audio video canvas
    """
)
_EVERYWHERE = _words(
    """
    align bgcolor border class color dir height id lang style valign width
    """
)
_ATTRIBUTES = {
    "*": set(_EVERYWHERE),
    "a": {"title"},
    "img": {"src", "alt", "title"},
    "font": {"face", "size"},
    "ol": {"start", "type"},
    "table": {"cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
}
_FORMATS = _words("a b big code em font i nobr s small strike strong tt u")
_VOID = _words(
    """
    area base br col embed hr img input link meta param source track wbr
    """
)
_OPTIONAL = _words(
    """
    p li td th tr tbody thead tfoot colgroup dd dt option html head body
    """
)
"""What is closed by what follows it."""
_BARRIERS = _words(
    """
    table caption object applet marquee template select button svg math
    """
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_SHEET = re.compile(r"<style[^<>]{0,500}>([^<]{1,100000})", re.IGNORECASE)
_FETCHING = re.compile(
    r"@import|@font-face|@charset|@namespace|expression|-moz-binding|behavior", re.IGNORECASE
)
_URL = re.compile(r"(?:url|image|image-set|src)\s*\([^)]{0,5000}\)?", re.IGNORECASE)
_OWN = (
    "html{background:#fff;color:#1b211e;color-scheme:light}"
    "body{margin:12px;font:15px/1.45 system-ui,'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}img:not([src]){min-width:1em;outline:1px dashed #9aa39e}"
    "pre{white-space:pre-wrap}"
)


def document(markup: str, named: Mapping[str, File], language: str) -> str | None:
    """Return a whole document of the HTML of a mail; None: it is too large or too deep for it.

    `named` are the mail's own files by Content-ID: pictures among them stand in the document
    itself. Links are text: in a frame they would lead nowhere.
    """
    if len(markup) > MAX_MARKUP or markup.count("&") > MAX_REFERENCES or not _sound(markup):
        return None
    own = _Own(named)

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return own.picture(value) if tag == "img" else None
        return harmless(value) if attribute == "style" else value

    body = nh3.clean(
        markup,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=filtered,
        url_schemes={"cid", "data"},
        url_relative="deny",
        link_rel=None,
        strip_comments=True,
        id_prefix="mail-",
    )
    return _page(body, _sheets(markup), language)


def plain(text: str, language: str) -> str:
    """Return a document of a text, for a mail without HTML, or with HTML that cannot be shown."""
    return _page(f'<pre dir="auto">{escape(text)}</pre>', "", language)


def _page(body: str, sheets: str, language: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="referrer" content="no-referrer"><title>mail</title>'
        f"<style>{_OWN}{sheets}</style></head><body>{body}</body></html>\n"
    )


def _sound(markup: str) -> bool:
    """Say whether a browser's way of reading stays quick: neither deep, nor opened ever anew.

    A mark of style that nothing closes, or that is closed where it cannot be (in a table, say,
    that stands in it), is opened anew in every paragraph below it. Who closes in a wrong order is
    counted as if they had not, and has their mail read as text at worst.
    Source: HTML (WHATWG) section 13.2.4.3 (list of active formatting elements).
    """
    opened: list[str] = []
    floors = [0]
    styled = most = tags = 0
    for tag in _TAG.finditer(markup):
        name = tag[2].lower()
        tags += 1
        if name in _VOID or name in _OPTIONAL:
            continue
        if not tag[1]:
            opened.append(name)
            if name in _BARRIERS:
                floors.append(len(opened))
            styled += name in _FORMATS
            most = max(most, styled)
            if len(opened) > MAX_DEPTH:
                return False
            continue
        floor = floors[-1] - (name in _BARRIERS and len(floors) > 1)
        if name not in opened[floor:]:
            continue
        at = len(opened) - 1 - opened[::-1].index(name)
        if name in _FORMATS:
            del opened[at]
            styled -= 1
        else:
            del opened[at:]
            while floors[-1] > len(opened):
                floors.pop()
    return most * tags <= MAX_REOPENED


def harmless(style: str) -> str | None:
    """Return what a style may say; None: nothing of it. What would fetch something is taken out.

    A backslash may spell anything, so nothing is kept that holds one.
    Source: CSS Syntax Level 3, section 4.3.7 (escapes).
    """
    if "\\" in style or "<" in style or _FETCHING.search(style):
        return None
    return _URL.sub("none", style)


def _sheets(markup: str) -> str:
    """Return the mail's own style sheets, without comments and without all that fetches."""
    kept: list[str] = []
    left = MAX_SHEETS
    for sheet in _SHEET.finditer(markup):
        bare = re.sub(r"/\*.*?\*/|<!--|-->", "", sheet[1], flags=re.DOTALL)
        harmed = harmless(bare[:left])
        if harmed:
            kept.append(harmed)
            left -= len(harmed)
        if left <= 0:
            break
    return "\n".join(kept)


class _Own:
    """The mail's own pictures, as many as one document takes."""

    def __init__(self, named: Mapping[str, File]) -> None:
        self._named = named
        self._left = MAX_PICTURES
        self._made: dict[str, str | None] = {}

    def picture(self, source: str) -> str | None:
        """Return a picture as a `data:` URI; None: it is none of the mail's own, or none at all."""
        if source not in self._made:
            self._made[source] = self._picture(source.strip())
        return self._made[source]

    def _picture(self, source: str) -> str | None:
        if source[:5].casefold() == "data:":
            ours = len(source) <= self._left and _DATA.fullmatch(source) is not None
            self._left -= len(source) if ours else 0
            return source if ours else None
        file = self._named.get(source[4:].strip("<>")) if source[:4].casefold() == "cid:" else None
        if file is None or file.told.size > min(MAX_PICTURE, self._left):
            return None
        data = file.data()
        shown = picture(data[:HEAD])
        if shown is None or len(data) > MAX_PICTURE:
            return None
        self._left -= len(data)
        return f"data:{shown.media_type};base64,{base64.b64encode(data).decode('ascii')}"
