"""A draft rehearsed by a command: a replay beside what was applied, with its progress shown."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache

import click

from triage.cli.output import progress
from triage.config.load import Policy
from triage.inforce.making import open_model, retaught
from triage.model.predict import Model
from triage.store.protocol import Store
from triage.trial.gate import Trial
from triage.trial.replay import Replay, Task, replay

ALL = 10**9
"""More mails than any store holds."""

_SPAN = re.compile(r"(\d{1,4})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MOST = 9000


class Span(click.ParamType[timedelta]):
    """A span of time such as 30d."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the span."""
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(str(value).strip())
        if found is None or not 0 < int(found[1]) <= _MOST:
            self.fail(f"{value!r} is no span of time: write 30d, 12h or 2w", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


def rehearse(
    applied: Policy, draft: Policy, store: Store, now: datetime, since: timedelta, limit: int = ALL
) -> Replay:
    """Replay `draft` beside `applied` over what came in the last `since`.

    A model is made only where it is asked: of mail that none was kept for, or of other prompts.
    """
    with progress() as on:

        @cache
        def model() -> Model:
            return open_model(applied, on)

        @cache
        def taught() -> Model:
            return retaught(model(), draft)

        def go_on(done: int, of: int) -> bool:
            on(done / of, f"{done:,} of {of:,} mails")
            return True

        trial = Trial(applied=applied, draft=draft, ask=model, ask_draft=taught, now=now)
        before, after = trial.sides(store.setting("instance") or "")
        task = Task(
            before=before, after=after, since=now - since, now=now, limit=limit, go_on=go_on
        )
        return replay(store, task)
