"""The tables of what makes tickets found by their words."""

from __future__ import annotations

from triage.store.accounts_schema import migrations

__all__ = ["migrations"]
