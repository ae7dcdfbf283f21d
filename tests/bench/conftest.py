"""Fixtures that the figures share with the tests."""

from __future__ import annotations

from tests.model.conftest import encoder, small_model

__all__ = ["encoder", "small_model"]
