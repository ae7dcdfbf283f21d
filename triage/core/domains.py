"""Whose a domain is: what stands below one name, and what only shares an ending.

The endings under which registries sell names are not in the DNS. A long list of them lives
elsewhere and changes weekly; here stand the second levels of countries, by the labels that
they have in common. Nothing that decides in a sender's favour rests on two names that merely
share a parent.
"""

from __future__ import annotations

_LABELS = """
    ac ad asn asso co com conf ed edu firm gen gob gouv gov govt go gr gv ind lg ltd me mil ne net
    nhs nic nom or org plc police sch school
"""
_SECOND_LEVELS = frozenset(_LABELS.split())
"""Labels that stand between a country and the names that it sells: `co` in `co.uk`."""


def labels(domain: str) -> list[str]:
    """Return the labels of a domain, in small letters, the last dot aside."""
    return domain.casefold().rstrip(".").split(".")


def ending(domain: str) -> str:
    """Return what follows the sold name: `co.uk` of `www.shop.co.uk`, `example` of `a.example`."""
    parts = labels(domain)
    country = len(parts) > 1 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVELS
    return ".".join(parts[-2:] if country else parts[-1:])


def organisation(domain: str) -> str:
    """Return the name that was sold: `shop.co.uk` of `www.shop.co.uk`; "" of a bare ending.

    Source: RFC 7489 section 3.2, with the endings of this module.
    """
    parts = labels(domain)
    size = len(labels(ending(domain))) + 1
    return ".".join(parts[-size:]) if len(parts) >= size else ""


def within(domain: str, other: str) -> bool:
    """Say whether `domain` is `other`, or below it."""
    inner, outer = ".".join(labels(domain)), ".".join(labels(other))
    return bool(outer) and (inner == outer or inner.endswith(f".{outer}"))


def shown(domain: str) -> str:
    """Return a domain as people see it: punycode labels decoded, where they can be.

    Source: RFC 3492; RFC 5890 section 2.3.2.1.
    """
    return ".".join(_shown(label) for label in labels(domain))


def _shown(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode") or label
    except (UnicodeError, ValueError, OverflowError):
        return label
