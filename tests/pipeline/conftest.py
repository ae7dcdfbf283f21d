"""What the tests of the stages share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pipeline.post import Post, open_post
from tests.store.desk import AGENTS, ALL_WEEK, NOW
from triage.config.load import Policy, load_policy
from triage.config.settings import Mode
from triage.core.desk import Roster


@pytest.fixture(scope="module")
def policy() -> Policy:
    """Return the shipped desk, live, without its rules and with the people of these tests."""
    shipped = load_policy(None, today=NOW.date())
    settings = replace(shipped.settings, mode=Mode.LIVE)
    roster = Roster(hours=ALL_WEEK, agents=AGENTS)
    return replace(shipped, settings=settings, rules=(), roster=roster)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """Open a store of its own, with watchers to start on it."""
    async with open_post(tmp_path) as opened:
        yield opened
