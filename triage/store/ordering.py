"""The order that a person gave a running daemon: one at a time, given and taken whole."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from triage.store.setting import keep_setting, read_setting
from triage.store.verdicts import ORDER, Order, read_order


def put_order(db: sqlite3.Connection, order: Order) -> Order | None:
    """Put an order where the daemon takes it; return another one that still stands there."""
    other = read_order(read_setting(db, ORDER), order.at)
    if other is None:
        keep_setting(db, ORDER, order.written())
    return other


def take_order(db: sqlite3.Connection, now: datetime) -> Order | None:
    """Take the order that stands there, if it is fresh; none stands there then."""
    text = read_setting(db, ORDER)
    if text is not None:
        keep_setting(db, ORDER, "")
    return read_order(text, now)
