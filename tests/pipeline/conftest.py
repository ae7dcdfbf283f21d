"""What the tests of the stages share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pipeline.post import Post, open_post


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """Open a store of its own, with watchers to start on it."""
    async with open_post(tmp_path) as opened:
        yield opened
