"""The converted encoder, kept in the user's cache folder, and a small model on top of it."""

from __future__ import annotations

import pytest

from tests.model.lessons import SMALL
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.predict import Model
from triage.training import trained


def silent(fraction: float, text: str) -> None:
    """Tell nobody how far it is."""


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    """Open the default encoder; it is converted in the first run of all."""
    return open_encoder("default", cache_folder(), silent)


@pytest.fixture(scope="session")
def small_model(encoder: OnnxEncoder, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Teach the small lesson, afresh in every run."""
    heads = trained(SMALL, encoder, tmp_path_factory.mktemp("cache"), silent)
    return Model(encoder, heads, 0.9)
