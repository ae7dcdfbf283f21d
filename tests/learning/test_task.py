"""Teaching that fails says so, and is tried again once its time has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.learning.school import School, opened
from tests.model.lessons import SMALL
from tests.store.desk import NOW
from triage.config.load import Policy, load_policy
from triage.learning.task import Learning
from triage.model.encoder import OnnxEncoder
from triage.model.predict import Model
from triage.pipeline.instore import StoreThread, ticks

pytestmark = pytest.mark.model


class Force:
    """A desk that is taught little."""

    def __init__(self, school: School) -> None:
        policy = load_policy(None)
        settings = replace(policy.settings, store=school.path)
        self.policy: Policy = replace(policy, teaching=SMALL, settings=settings)
        self.model: Model | None = school.fresh

    async def learnt(self, model: Model, taught: str) -> bool:
        self.model = model
        return True


async def nobody(_queue: str, _words: str) -> None:
    """Hear of no alarm."""


async def until(holds: Callable[[], bool], stop: asyncio.Event) -> None:
    """Wait for what another task does."""
    async for _ in ticks(timedelta(milliseconds=50), stop):
        if holds():
            return


async def test_teaching_that_failed_says_so_and_goes_through_later(
    tmp_path: Path, encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setenv("CACHE_DIRECTORY", str(cache))
    with opened(tmp_path / "triage.db", encoder, cache) as school:
        in_store, force, stop = StoreThread(), Force(school), asyncio.Event()
        now = NOW + timedelta(minutes=5)
        learning = Learning(school.store, in_store, force, lambda: now, nobody)
        school.correct("I got a parking fine.", "travel")
        (cache / "lessons").write_text("no folder")
        async with asyncio.timeout(100), asyncio.TaskGroup() as tasks:
            tasks.create_task(learning.run(stop))
            await until(lambda: bool(learning.waiting), stop)
            assert learning.waiting == "learning failed: FileExistsError"
            (cache / "lessons").unlink()
            learning._not_before = 0.0
            await until(lambda: force.model is not school.fresh, stop)
            stop.set()
        assert learning.waiting == ""
        in_store.close()
