"""The tables of what agents write: replies on their way, and what lies beside them."""

from __future__ import annotations

from triage.store.search_schema import migrations

__all__ = ["migrations"]
