"""The encoder and the small model that the tests of the model make."""

from __future__ import annotations

from tests.model.conftest import encoder, small_model

__all__ = ["encoder", "small_model"]
