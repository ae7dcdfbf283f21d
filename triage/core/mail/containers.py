"""What known mail clients wrap in HTML: quotes, forwarded mails, signatures.

Their containers are told by class, id and name, never by wording.
"""

from __future__ import annotations

import re

from turbohtml import Document, Element, Node, Text

from triage.core.mail.html import EDGE, shown, visible
from triage.core.mail.within import COLOURED, own_colour

MAX_SIGNATURE = 1500
"""Characters beyond which a signature's container must hold more than a signature."""
_MAX_ATTRIBUTION = 300

_WHOLE = (
    "blockquote[type=cite], blockquote.gmail_quote, blockquote.iosymail, blockquote.clean_bq, "
    ".moz-cite-prefix, .moz-forward-container, .gmail_attr, #reply-intro, "
    "#divRplyFwdMsg, #divRplyFwdMsg ~ *, #appendonsend ~ *, .OutlookMessageHeader, "
    ".OutlookMessageHeader ~ *, #OLK_SRC_BODY_SECTION, .WordSection1 ~ blockquote, "
    "#mail-editor-reference-message-container, .ms-outlook-mobile-reference-message, "
    "[data-marker=__HEADERS__], [data-marker=__QUOTED_TEXT__], .front-blockquote, .hm-quote, "
    ".history_container, .missive_quote, .mail-quote-collapse, [name=messageReplySection]"
)
"""What holds nothing but somebody else's words."""
_AROUND = (
    "div.gmail_quote, .gmail_quote_container, .yahoo_quoted, [id*=yahoo_quoted], "
    ".protonmail_quote, .tutanota_quote, .zmail_extra, div[name=quote]"
)
"""What holds an attribution and quotes, and the answers that were written between them."""
_SIGNATURES = (
    ".gmail_signature, .gmail_signature_prefix, .moz-signature, .protonmail_signature_block, "
    "#Signature, #AppleMailSignature, .ms-outlook-mobile-signature, .tutanota_signature, "
    "#ms-outlook-mobile-signature, [name=messageSignatureSection]"
)
_MARKS = re.compile(
    r"gmail_(?:quote|signature|attr)|type=[\"']?cite|moz-|divRplyFwdMsg|appendonsend"
    r"|OLK_SRC_BODY|OutlookMessageHeader|yahoo_quoted|protonmail_|tutanota_|zmail_extra"
    r"|reference-message|reply-intro|front-blockquote|iosymail|clean_bq|outlook-mobile-signature"
    r"|id=[\"']?Signature|AppleMailSignature|__QUOTED_TEXT__|history_container|missive_quote"
    r"|mail-quote-collapse|name=[\"']?(?:quote\b|message(?:Reply|Signature)Section)",
    re.IGNORECASE,
)
_MOST_SIGNATURES, _MOST, _MOST_COLOURED = 8, 50, 1000
"""Containers of a kind that are looked into: a mail has few, and each may hold all others."""
_OPEN, _CLOSE = "\ue001", "\ue002"
_OPENING, _CLOSING = f"{EDGE}{_OPEN}{EDGE}", f"{EDGE}{_CLOSE}{EDGE}"


def quoted_text(markup: str, *, signed: bool = False) -> str:
    """Return the visible text with `> ` before each line that known clients' containers quote.

    Signatures in their containers are left out, unless it is to stay `signed`. Linear in the
    size of `markup`.
    """
    document = visible(markup)
    for element in [] if signed else document.select(_SIGNATURES)[:_MOST_SIGNATURES]:
        if len(element.text) <= MAX_SIGNATURE:
            element.remove("*")
            element.set_text("")
    return _quotes_marked(document)


def has_containers(markup: str) -> bool:
    """Say, without parsing, whether known clients' marks of quotes or signatures may be there."""
    return _MARKS.search(markup) is not None


def coloured_text(markup: str) -> str:
    """Return the text as `quoted_text` does, signed, with marks around words in other colours."""
    document = visible(markup)
    for element in document.select("[style*=color], [style*=COLOR], font[color]")[:_MOST_COLOURED]:
        attribute = element.attr("color") or "" if element.tag == "font" else ""
        if element.tag != "a" and own_colour(element.attr("style") or "", attribute):
            element.insert_before(Text(COLOURED[0]))
            element.insert_after(Text(COLOURED[1]))
    return _quotes_marked(document)


def _quotes_marked(document: Document) -> str:
    for element in document.select(_AROUND)[:_MOST]:
        _mark_around(element)
    for element in document.select(_WHOLE):
        _mark(element, element)
    return _with_marks(shown(document, links=False))


def _mark_around(element: Element) -> None:
    """Mark a container that may hold answers: all of it, or, where it has quotes, those alone.

    With them the attribution above the first one, which is short and ends with a colon.
    """
    children = list(element.children)
    quotes = [child for child in children if _is_blockquote(child)]
    if not quotes:
        _mark(element, element)
        return
    for quote in quotes:
        _mark(quote, quote)
    above = children[: children.index(quotes[0])]
    attribution = " ".join(child.text for child in above).strip()
    if len(attribution) <= _MAX_ATTRIBUTION and attribution.endswith((":", "\uff1a")):
        _mark(above[0], above[-1])


def _mark(first: Node, last: Node) -> None:
    first.insert_before(Text(_OPENING))
    last.insert_after(Text(_CLOSING))


def _is_blockquote(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "blockquote"


def _with_marks(text: str) -> str:
    """Turn the edges of quotes into quote marks on each line between them."""
    if _OPEN not in text:
        return text
    lines: list[str] = []
    depth = 0
    quoted = blank = False
    for line in text.split("\n"):
        opened, closed = line.count(_OPEN), line.count(_CLOSE)
        bare = line.replace(_OPEN, "").replace(_CLOSE, "") if opened or closed else line
        marked = depth > 0 or opened > 0
        depth = max(0, depth + opened - closed)
        if not bare.strip():
            blank = True
            continue
        if blank and lines:
            lines.append(">" if marked and quoted else "")
        lines.append(f"> {bare}" if marked else bare)
        quoted, blank = marked, False
    return "\n".join(lines)
