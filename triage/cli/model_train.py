"""`triage model train`: teach the model now, from prompts and corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from triage.cli.ending import Finding
from triage.cli.model_history import draw_figures, shape_of
from triage.cli.opening import Opened, opened, settings_file, with_config, with_json
from triage.cli.output import Progress, hint, print_json, progress, say, stdout
from triage.config.load import Policy, load_policy
from triage.inforce.making import open_model
from triage.learning.teacher import WITHDRAWN, Teacher
from triage.model.cache import cache_folder
from triage.model.predict import Model
from triage.store.learning import Outcome, Taught

_AT_ONCE = 32


@click.command()
@with_json
@with_config
def train(*, as_json: bool, config: Path | None) -> None:
    """Teach the model now, from the prompts and from all that people set right.

    What was corrected within the last seconds ([model] learn_after) can still be undone, and is
    left for later. The new heads judge only where mails that they had not seen show no harm; a
    running daemon takes them over by itself. Exit code 1: they wait.

    --json prints what `model history --json` prints of one set, or {"number": null} where there
    is nothing new to learn.
    """
    policy = load_policy(settings_file(config))
    with opened(config, read_only=False) as place:
        with progress() as on:
            taught = taught_now(place, policy, on)
        if as_json:
            print_json({"number": None} if taught is None else shape_of(taught, place.zone))
        elif taught is not None:
            draw_figures(stdout(), taught)
    if taught is None:
        say("there is nothing new to learn: the heads that judge know all of it")
    elif taught.outcome is Outcome.WAITING:
        raise Finding(f"heads {taught.number} wait, those before go on: {taught.why}")
    else:
        say(f"heads {taught.number} judge from now on; a running daemon takes them over")
        hint("triage model rollback   (goes back to those before)")


def taught_now(place: Opened, policy: Policy, on: Progress) -> Taught | None:
    """Read, fit and compare; None where nothing new comes of it. Raises: ModelUnusable."""
    model = open_model(policy, on)
    place.store.ripen(place.now - policy.settings.model.learn_after, place.now)
    teacher = Teacher(place.settings.store, place.store, _here, cache_folder())
    while read := teacher.read_some(model, _AT_ONCE):
        on(0.0, f"reading {read} corrections")
    accuracy = policy.settings.model.accuracy_when_sure
    model = teacher.as_before(model, policy.teaching, accuracy)
    result = teacher.teach(model, policy.teaching, datetime.now(UTC), on)
    if result is not None and result.taught.why == WITHDRAWN:
        less = Model(model.encoder, result.heads, accuracy)
        result = teacher.teach(less, policy.teaching, datetime.now(UTC), on) or result
    return None if result is None else result.taught


def _here(method: Callable[..., Any], *args: object) -> Any:
    """Write in this thread: a command is its store's only writer."""
    return method(*args)
