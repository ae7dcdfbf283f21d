"""A gift as tickets, the ledger and reports tell it: what it is worth, and as JSON."""

from __future__ import annotations

from datetime import tzinfo

from triage.core.goodwill import plain
from triage.report.tickets import when
from triage.store.round import Given

COLUMNS = (
    "number",
    "ticket",
    "at",
    "kind",
    "amount",
    "currency",
    "reason",
    "by",
    "approved_by",
    "undone",
)
"""The columns of the ledger as CSV, in their order: keys of `gift_shape`."""


def worth(given: Given) -> str:
    """Write what a gift is worth, in its own currency."""
    return f"{amount(given)} {given.gift.currency}"


def gift_shape(given: Given, zone: tzinfo) -> dict[str, object]:
    """Return one gift; `amount` is a text with its decimal point, `undone` null or when."""
    gift = given.gift
    return {
        "number": given.number,
        "ticket": given.reference,
        "at": when(given.at, zone),
        "kind": gift.kind,
        "amount": amount(given),
        "currency": gift.currency,
        "reason": gift.reason,
        "by": gift.person,
        "approved_by": gift.approved_by or None,
        "undone": when(given.undone, zone),
    }


def amount(given: Given) -> str:
    """Write what a gift is worth without its currency, with as many digits as that has."""
    from babel.numbers import get_currency_precision  # noqa: PLC0415 - slow, and seldom needed

    return plain(given.gift.amount, get_currency_precision(given.gift.currency))
