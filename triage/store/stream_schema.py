"""The tables of what other programs are told."""

from __future__ import annotations

from triage.store.reply_schema import migrations

__all__ = ["migrations"]
