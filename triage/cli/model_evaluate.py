"""`triage model evaluate`: how well the model judges, measured on what it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from triage.cli.confusion_picture import Panel, picture
from triage.cli.ending import USAGE, end
from triage.cli.evaluation import (
    desk_json,
    draw_corrections,
    draw_desk,
    draw_texts,
    texts_json,
)
from triage.cli.opening import opened, with_config, with_json
from triage.cli.output import Progress, print_json, progress, say, stdout, write_file
from triage.config.load import Policy, load_policy
from triage.config.settings import ModelSettings
from triage.config.toml import find_settings, load_settings
from triage.core.teaching import LabelledMail, Teaching
from triage.errors import ConfigError
from triage.learning.teacher import Teacher
from triage.model.cache import cache_folder
from triage.model.encoder import open_encoder
from triage.model.predict import Model
from triage.pipeline.terms import terms_of
from triage.report.tickets import Json
from triage.store.learning import Outcome
from triage.training import open_model
from triage.training.evaluate import evaluate_texts
from triage.training.evaluate_desk import rate
from triage.training.evaluate_figures import Confusion
from triage.training.evaluate_files import read_labelled, read_texts
from triage.training.evaluate_held import held_out
from triage.training.evaluate_mails import read_mails
from triage.training.evaluate_report import desk_report

_FILE = click.Path(path_type=Path, dir_okay=False)
_SETS = 500
"""Sets of heads of which the live one is looked for; the store keeps no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked on the command line; None and 0 where nothing was."""

    train: Path | None
    test: Path | None
    unknown: Path | None
    encoder: str
    shots: int
    seed: int
    mails: Path | None
    picture: Path | None
    config: Path | None
    as_json: bool


@click.command()
@click.option("--train", type=_FILE, metavar="T", help="Labelled texts to teach, CSV or JSONL.")
@click.option("--test", type=_FILE, metavar="T", help="Labelled texts to measure on.")
@click.option("--encoder", default="", metavar="E", help="Default: that of the settings.")
@click.option("--shots", type=click.IntRange(1), metavar="N", help="Teach N a label; else all.")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Which N are taught.")
@click.option("--unknown", type=_FILE, metavar="F", help="Texts that belong to no label.")
@click.option("--mails", type=_FILE, metavar="FILE.jsonl", help="Labelled mails for the desk.")
@click.option("--picture", type=_FILE, metavar="FILE.svg", help="Draw what is taken for what.")
@with_json
@with_config
def evaluate(
    *,
    train: Path | None,
    test: Path | None,
    encoder: str,
    shots: int | None,
    seed: int | None,
    unknown: Path | None,
    mails: Path | None,
    picture: Path | None,
    as_json: bool,
    config: Path | None,
) -> None:
    """Measure how well the model judges.

    With --train and --test, CSV or JSON lines with `text` and `label`: a head like the queues' own
    is taught the one and measured on the other. Without them the desk in force is measured: on the
    --mails of a file, one {"subject", "body", "queue", "priority", "signals", "language"} a line,
    or on its own examples and on corrections, each by heads that had not seen it.

    \b
    --json prints of texts {"accuracy", "macro_f1", "ece", "coverage", "accuracy_when_sure",
      "unknown_auroc", "seconds"}; null: nothing to say it of. Of the desk:
      {"source", "mails", "model", "whole": figures, "far": figures|null, "languages": {code:
       figures}, "queues": {"labels", "counts"}, "priorities": {"labels", "counts"},
       "corrections": {name: {"mails", "before", "after"}}}
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    _check_usage(train, test, mails, of_texts=(encoder, shots, seed, unknown))
    asked = Asked(
        train=train,
        test=test,
        unknown=unknown,
        encoder=encoder,
        shots=shots or 0,
        seed=seed or 0,
        mails=mails,
        picture=picture,
        config=config,
        as_json=as_json,
    )
    if train is not None and test is not None:
        _texts(asked, train, test)
    else:
        _desk(asked)


def _check_usage(
    train: Path | None, test: Path | None, mails: Path | None, of_texts: tuple[object, ...]
) -> None:
    if (train is None) != (test is None):
        missing = "--train" if train is None else "--test"
        raise click.UsageError(f"--train and --test belong together; name {missing} too")
    if train is not None and mails is not None:
        raise click.UsageError("--mails measures the desk, --train and --test measure texts")
    if train is None and any(given not in (None, "") for given in of_texts):
        raise click.UsageError(
            "--encoder, --shots, --seed and --unknown go with --train and --test"
        )


def _texts(asked: Asked, train: Path, test: Path) -> None:
    settings = _model_settings(asked.config)
    with _as_usage():
        taught, measured = read_labelled(train), read_labelled(test)
        unknown = read_texts(asked.unknown) if asked.unknown else ()
    if asked.shots:
        taught = taught.some(asked.shots, asked.seed)
    with progress() as on:
        figures = evaluate_texts(
            open_encoder(asked.encoder or settings.encoder, cache_folder(), on),
            taught,
            measured,
            unknown=unknown,
            accuracy_when_sure=settings.accuracy_when_sure,
            progress=on,
        )
    labels, asked_of = len(set(taught.labels)), len(measured.texts)
    about = f"taught {figures.taught:,} texts of {labels:,} labels, measured on {asked_of:,}"
    if unknown:
        about += f", and {len(unknown):,} that belong to none"
    if asked.as_json:
        print_json(texts_json(figures))
    else:
        draw_texts(stdout(), figures, about)
    if asked.picture:
        _draw_picture(asked.picture, f"{test.name}: {about}", [("Labels", figures.confusion)])


def _model_settings(config: Path | None) -> ModelSettings:
    """Return what the settings say of the model; what is usual, where there are none."""
    path = find_settings(config)
    return ModelSettings() if path is None else load_settings(path).model


def _desk(asked: Asked) -> None:
    settings = find_settings(asked.config)
    policy = load_policy(settings)
    mails = _mails(asked.mails, policy.teaching) if asked.mails else None
    with progress() as on:
        model, corrections = _in_force(policy, settings, on)
        if mails is None:
            accuracy = policy.settings.model.accuracy_when_sure
            rated = held_out(model.heads, policy.teaching, accuracy)
        else:
            terms = terms_of(policy, instance="")
            rated = rate(mails, model, terms, datetime.now(UTC), on)
    report = desk_report(rated, model.heads.queue.labels)
    source = "examples, each held out" if asked.mails is None else str(asked.mails)
    if asked.as_json:
        facts: Json = {"source": source, "mails": len(rated), "model": model.id}
        print_json({**facts, **desk_json(report), "corrections": corrections})
    else:
        draw_desk(stdout(), report, f"{source}: {len(rated):,} · model {model.id}")
        draw_corrections(stdout(), corrections)
    if asked.picture:
        panels = [("Queues", report.queues), ("Priorities", report.priorities)]
        _draw_picture(asked.picture, f"{source}: {len(rated):,} · model {model.id}", panels)


def _mails(path: Path, teaching: Teaching) -> list[tuple[LabelledMail, str]]:
    with _as_usage():
        return read_mails(path, teaching)


@contextmanager
def _as_usage() -> Iterator[None]:
    """End with the faults of a file that was named on the command line, as wrong usage."""
    try:
        yield
    except ConfigError as error:
        end(error)
        raise click.exceptions.Exit(USAGE) from error


def _in_force(
    policy: Policy, settings: Path | None, on: Progress
) -> tuple[Model, Mapping[str, object]]:
    """Return the model that judges, with what it learnt, and how corrections fared held out."""
    wanted = policy.settings.model
    accuracy, cache = wanted.accuracy_when_sure, cache_folder()
    model = open_model(policy.teaching, wanted.encoder, cache, accuracy, on)
    if settings is None or not policy.settings.store.exists():
        return model, {}
    with opened(settings, read_only=True) as at:
        teacher = Teacher(policy.settings.store, at.store, _nothing_is_written, cache)
        learnt = teacher.as_before(model, policy.teaching, accuracy)
        live = (one for one in at.store.taught(_SETS) if one.outcome is Outcome.LIVE)
        taught = next(live, None)
    return learnt, taught.figures if taught and taught.heads == learnt.heads.id else {}


def _nothing_is_written(*_: object) -> None:
    raise AssertionError("measuring writes nothing into the store")


def _draw_picture(path: Path, note: str, drawn: Sequence[tuple[str, Confusion]]) -> None:
    panels = [Panel(heading, confusion) for heading, confusion in drawn if confusion.total]
    write_file(path, picture("What is taken for what", note, panels))
    say(f"{path} is drawn")
