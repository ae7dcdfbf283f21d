"""What known mail clients wrap in HTML: quotes, forwarded mails, signatures.

Their containers are told by class and id, never by wording.
"""

from __future__ import annotations

import re

from triage.core.mail.html import shown, visible

_QUOTES = (
    ".gmail_quote_container, .gmail_quote, blockquote[type=cite], .moz-cite-prefix, "
    ".moz-forward-container, #divRplyFwdMsg, #divRplyFwdMsg ~ *, #appendonsend ~ *, "
    "#OLK_SRC_BODY_SECTION, .yahoo_quoted, .protonmail_quote, .tutanota_quote, .zmail_extra, "
    "#mail-editor-reference-message-container, #reply-intro, .front-blockquote, .hm-quote, "
    "blockquote.iosymail, .ms-outlook-mobile-reference-message, .WordSection1 ~ blockquote"
)
_SIGNATURES = (
    ".gmail_signature, .gmail_signature_prefix, .moz-signature, .protonmail_signature_block, "
    "#Signature, .ms-outlook-mobile-signature, .tutanota_signature"
)
_MARKS = re.compile(
    r"gmail_quote|gmail_signature|type=[\"']?cite|moz-|divRplyFwdMsg|appendonsend|OLK_SRC_BODY"
    r"|yahoo_quoted|protonmail_|tutanota_|zmail_extra|reference-message|reply-intro"
    r"|front-blockquote|iosymail|outlook-mobile-signature|id=[\"']?Signature",
    re.IGNORECASE,
)


def own_words(markup: str) -> str:
    """Return the visible text without the containers in which known clients quote and sign.

    Where that leaves nothing, "" is returned: the caller falls back to the whole text.
    """
    document = visible(markup)
    document.remove(_QUOTES)
    document.remove(_SIGNATURES)
    return shown(document, links=False)


def has_quotes(markup: str) -> bool:
    """Say, without parsing, whether known clients' marks of quotes or signatures may be there."""
    return _MARKS.search(markup) is not None
