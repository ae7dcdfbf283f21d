"""What an HTML mail would have fetched from elsewhere, counted: none of it ever is.

Counted by the tags as they stand, before anything is taken out. It serves to be told: what keeps
it from being fetched is the policy that the document is served with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

_MOST = 2000
_IMG = re.compile(r"<(?:img|image|input|video|source)\b([^<>]{0,4000})", re.IGNORECASE)
# White space is counted: two runs of it side by side, each without an end, would be tried in every
# way that one long run can be parted.
_IS = r"\s{0,16}=\s{0,16}[\"']?\s{0,16}"
_SOURCE = re.compile(
    rf"\b(?:src|srcset|poster|href){_IS}((?:https?:)?//[^\s\"'>]{{1,2000}})", re.IGNORECASE
)
_SIDE = re.compile(r"\b(width|height)\s{0,16}[=:]\s{0,16}[\"']?\s{0,16}(\d{1,5})", re.IGNORECASE)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
_TELLS = re.compile(
    r"/(?:open|opens|pixel|track|tracking|beacon|wf/open|o\.gif|t\.gif|spacer)\b|[?&](?:open|uid|mid)=",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\bbackground{_IS}(?:https?:)?//|url\(\s{{0,16}}[\"']?\s{{0,16}}(?:https?:)?//|@import\b"
    r"|<(?:link|iframe|frame|embed|object|script)\b[^<>]{0,2000}?(?:https?:)?//",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Remote:
    """How many pictures, and how much else, a mail names elsewhere.

    `trackers` of the pictures are too small to be looked at, or are asked for as trackers are.
    """

    pictures: int = 0
    trackers: int = 0
    others: int = 0


def remote(markup: str) -> Remote:
    """Count what `markup` names elsewhere, up to 2,000 of each. Linear in its size."""
    pictures = trackers = 0
    for tag in islice(_IMG.finditer(markup), _MOST):
        source = _SOURCE.search(tag[1])
        if source is None:
            continue
        pictures += 1
        sides = {name.casefold(): int(size) for name, size in _SIDE.findall(tag[1])}
        small = bool(sides) and min(sides.values()) <= 2
        trackers += small or bool(_UNSEEN.search(tag[1])) or bool(_TELLS.search(source[1]))
    others = sum(1 for _ in islice(_BEHIND.finditer(markup), _MOST))
    return Remote(pictures, trackers, others)
