"""A queue that people overrule raises one alarm a day, with a rule that can be used as it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, TERMS, Desk, mail
from triage.alarms import Alarms
from triage.config.load import Policy, load_policy
from triage.config.rulefiles import load_rules
from triage.core.disposition import Open
from triage.errors import StoreBusy
from triage.learning.task import Learning
from triage.model.predict import Model
from triage.pipeline.instore import StoreThread
from triage.store.byhand import Correction
from triage.store.sqlite import SqliteStore, open_store


class Shipped:
    """The shipped desk, whose model is still being made."""

    def __init__(self, path: Path) -> None:
        policy = load_policy(None)
        self.policy: Policy = replace(policy, settings=replace(policy.settings, store=path))
        self.model: Model | None = None

    async def learnt(self, model: Model, taught: str) -> bool:
        return False


@dataclass
class Watched:
    """A store in which a queue can be overruled, and what was said of that."""

    store: SqliteStore
    desk: Desk
    learning: Learning
    said: list[tuple[str, str]] = field(default_factory=list)
    number: int = 0

    def place(self, text: str, moved_to: str = "") -> None:
        """Let the model put a mail into `returns`, and a person move it."""
        self.number += 1
        raw = mail(text, subject="Hello", message_id=f"<{self.number}@example.net>")
        new = self.desk.take(raw.replace(b"jo@", f"jo{self.number}@".encode()))
        assert isinstance(new, Open)
        assert new.queue == "returns"
        if moved_to:
            self.store.correct(
                new.reference, Correction(queue=moved_to), TERMS.service.boosts, "maria", NOW
            )

    async def look(self, later: timedelta = timedelta()) -> None:
        """Look for what is overruled, as is done once a correction has ripened."""
        await self.learning._look_for_overruled(self.learning._force.policy, NOW + later)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    in_store = StoreThread()
    store = await in_store(open_store, tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    said: list[tuple[str, str]] = []
    alarms = Alarms(store, in_store, lambda: TERMS, b"secret", lambda: NOW, lambda: None)

    async def alarm(queue: str, words: str) -> None:
        said.append((queue, words))
        await alarms.overruled(queue, words)

    learning = Learning(store, in_store, Shipped(tmp_path / "triage.db"), lambda: NOW, alarm)
    yield Watched(store, Desk(store), learning, said)
    await in_store(store.close)
    in_store.close()


async def test_it_says_so_once_a_day_with_words_and_a_rule_that_loads(
    watched: Watched, tmp_path: Path
) -> None:
    for name in ("oak", "elm", "ash", "fir"):
        watched.place(f"The scented candle {name} smells of nothing.", "orders")
    for name in ("red", "blue", "green", "grey", "white", "black"):
        watched.place(f"My {name} sofa came with a torn cover.")
    await watched.look()
    await watched.look(timedelta(hours=1))
    ((queue, words),) = watched.said
    assert queue == "returns"
    assert "4 of 10 mails that the model put into returns" in words
    assert "candle" in words
    before, _, rule = words.partition("version: 1")
    assert "rules/90-overruled.yaml" in before
    (tmp_path / "90-overruled.yaml").write_text(f"version: 1{rule}")
    (loaded,) = load_rules(tmp_path, {"returns", "orders"}, set(), set())
    assert loaded.then.queue == "orders"
    alarm = [one for one in watched.store.journal(0, 100) if one.name == "alarm"]
    assert [one.detail["name"] for one in alarm] == ["queue_overruled"]
    assert watched.store.counts().outgoing["pending"] > 10  # the duty manager's, beside the rest


async def test_the_next_day_it_says_so_again(watched: Watched) -> None:
    for name in ("oak", "elm", "ash", "fir", "yew", "bay", "box", "fig"):
        watched.place(f"The scented candle {name} smells of nothing.", "orders")
    await watched.look(timedelta(hours=1))
    await watched.look(timedelta(hours=23))
    assert len(watched.said) == 2


async def test_what_stays_below_three_in_ten_says_nothing(watched: Watched) -> None:
    for name in ("oak", "elm"):
        watched.place(f"The scented candle {name} smells of nothing.", "orders")
    for name in ("red", "blue", "green", "grey", "white", "black"):
        watched.place(f"My {name} sofa came with a torn cover.")
    await watched.look()
    assert watched.said == []


async def test_an_alarm_that_could_not_be_raised_is_raised_later(watched: Watched) -> None:
    for name in ("oak", "elm", "ash", "fir", "yew", "bay", "box", "fig"):
        watched.place(f"The scented candle {name} smells of nothing.", "orders")
    raised = watched.learning._alarm

    async def busy(_queue: str, _words: str) -> None:
        raise StoreBusy("locked")

    watched.learning._alarm = busy
    with pytest.raises(StoreBusy):
        await watched.look()
    watched.learning._alarm = raised
    await watched.look()
    assert len(watched.said) == 1
