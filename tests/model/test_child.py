"""A child process is ended as soon as nobody wants what it makes."""

from __future__ import annotations

import asyncio
import threading

import pytest

from triage.errors import ModelUnusable
from triage.model.child import run_child, while_wanted

SERVES_FOR_EVER = ("http.server", ["0", "--bind", "127.0.0.1"])


def nothing(_fraction: float, _text: str) -> None:
    """Show no progress."""


async def test_a_child_that_is_no_longer_wanted_is_ended_though_it_says_nothing() -> None:
    asked, stop = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def wanted() -> bool:
        loop.call_soon_threadsafe(asked.set)
        return not stop.is_set()

    while_wanted(wanted)
    work = asyncio.create_task(asyncio.to_thread(run_child, *SERVES_FOR_EVER, nothing))
    async with asyncio.timeout(30):
        await asked.wait()
        stop.set()
        with pytest.raises(ModelUnusable, match="stopped before"):
            await work


def test_a_child_whose_progress_cannot_be_shown_is_ended() -> None:
    def broken(_fraction: float, _text: str) -> None:
        raise BrokenPipeError

    module = "tests.model.speaking"
    with pytest.raises(BrokenPipeError):
        run_child(module, [], broken)


def test_what_a_child_says_in_pieces_is_put_together() -> None:
    heard: list[tuple[float, str]] = []
    folder = run_child(
        "tests.model.speaking", ["/made"], lambda fraction, text: heard.append((fraction, text))
    )
    assert str(folder) == "/made"
    assert heard == [(0.5, "half ü")]


def test_a_child_that_fails_says_why_in_its_own_words() -> None:
    with pytest.raises(ModelUnusable, match="no_such_module"):
        run_child("tests.model.no_such_module", [], nothing)
