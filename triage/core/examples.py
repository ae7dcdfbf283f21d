"""What marks a shipped example value, so that it never reaches a requester.

The shipped desk is complete, with a brand, people and phones that do not exist. Each of
these carries one of four marks, and a text that shows one is not sent in `live`:

- the brand `Northwind Home`;
- a domain under `.example` (RFC 2606 section 2), such as `northwind.example`;
- a phone from 555-0100 to 555-0199, set aside for fiction in North America;
- any value that ends in `(example)`.
"""

from __future__ import annotations

import re

_MARKED = re.compile(
    r"""
    northwind\s+home
    | [^\s<>()\[\]"',;:]{0,80}\(example\)                # a bare word that carries the marker
    | \(example\)
    | (?:[\w.+-]{1,64}@)?(?:[\w-]{1,63}\.){1,8}example(?![\w-]|\.\w)
    | (?<!\w)(?:[+(]?\d[\d .()/-]{0,16})?(?<!\d)555[ .\u2010-\u2015-]01\d\d(?!\d)
    | (?<![\w-])\+?\d{0,3}\d{3}55501\d\d(?!\d)             # the same, written without a break
    """,
    re.IGNORECASE | re.VERBOSE,
)


def example_values(text: str) -> list[str]:
    """Return the marked example values that stand in `text`, each once, in order."""
    found = (" ".join(match.group().split()) for match in _MARKED.finditer(text))
    return list(dict.fromkeys(found))
