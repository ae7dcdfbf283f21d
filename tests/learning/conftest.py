"""The real encoder, and a cache folder of its own for what is taught."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.conftest import silent
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, open_encoder


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    """Open the default encoder; it is converted in the first run of all."""
    return open_encoder("default", cache_folder(), silent)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder for heads that all tests of a run share."""
    return tmp_path_factory.mktemp("cache")
