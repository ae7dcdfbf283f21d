"""The shipped desk on mails of which people said what is right, and that it was not taught."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.clinc import at_least, plain
from tests.bench.figures import Figure
from tests.bench.kept import Kept, kept
from triage.cli.confusion_picture import Panel, picture
from triage.config.load import Policy, load_policy
from triage.core.terms import Terms
from triage.model.adapter import key_of, seen_texts
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.predict import Model
from triage.model.reading import Text, parts
from triage.pipeline.terms import terms_of
from triage.training import trained
from triage.training.evaluate_desk import Rated, rate
from triage.training.evaluate_figures import Hits
from triage.training.evaluate_mails import read_mails
from triage.training.evaluate_report import DeskFigures, DeskReport, desk_figures, desk_report

ROOT = Path(__file__).parents[2]
DESK = ROOT / "tests/mail/desk/mails.jsonl"
HELD_OUT = ROOT / "tests/model/held_out.jsonl"
AUTHORS = ROOT / "prompts/mails"
ACCURACY = 0.95
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped desk, and its encoder with the vectors that it made in earlier runs."""

    policy: Policy
    terms: Terms
    encoder: OnnxEncoder
    store: Kept

    def model(self, cache: Path | None = None, *, without: str = "") -> Model:
        """Return the desk's model; or one that one file of labelled mails did not teach."""
        taught = self.policy.teaching
        mails = {name: some for name, some in taught.mails.items() if name != without}
        teaching = replace(taught, mails=mails)
        heads = trained(teaching, self.encoder, cache or cache_folder(), _silent)
        return Model(self.encoder, heads, ACCURACY)

    def rated(self, path: Path, model: Model) -> list[Rated]:
        """Judge the mails of a file."""
        mails = read_mails(path, self.policy.teaching)
        found = rate(mails, model, self.terms, NOON, _silent)
        self.store.keep()
        return found


def shipped() -> Shipped:
    """Open the shipped desk."""
    policy = load_policy(None)
    encoder, store = kept(open_encoder("default", cache_folder(), _silent))
    return Shipped(policy, terms_of(policy, instance=""), encoder, store)


def desk_set(desk: Shipped, tell: Tell, drawn: Path | None) -> Iterator[Figure]:
    """Yield the figures that have bars: on mails of somebody who has seen no prompt."""
    tell(f"desk · {DESK.relative_to(ROOT)}")
    report = _report(desk, DESK, drawn)
    yield from _barred("desk", report.whole)
    yield from _signals("desk", report.whole)
    if report.far is not None:
        yield from _plain("desk, far half", report.far)
    for language, figures in report.languages.items():
        yield from _short(f"desk, {language}", figures)


def held_out_set(desk: Shipped, tell: Tell, drawn: Path | None) -> Iterator[Figure]:
    """Yield the figures of other mails that were written before any prompt was read."""
    tell(f"held out · {HELD_OUT.relative_to(ROOT)}")
    report = _report(desk, HELD_OUT, drawn)
    yield from _plain("held out", report.whole)
    yield from _signals("held out", report.whole)
    if report.far is not None:
        yield from _plain("held out, far half", report.far)


def authors(desk: Shipped, tell: Tell, drawn: Path | None) -> Iterator[Figure]:
    """Yield figures of each file of labelled mails, by heads that were taught the others alone.

    The encoder's adapter has seen most of them, so those that it has not seen stand beside.
    """
    everyone: list[Rated] = []
    strangers: list[Rated] = []
    seen = seen_texts()
    with tempfile.TemporaryDirectory() as cache:
        for path in sorted(AUTHORS.glob("*.jsonl")):
            tell(f"authors · all but {path.stem}")
            rated = desk.rated(path, desk.model(Path(cache), without=path.stem))
            mails = [mail for mail, _ in read_mails(path, desk.policy.teaching)]
            keys = [key_of(parts(Text(mail.subject, mail.body)).whole) for mail in mails]
            strangers += [one for one, key in zip(rated, keys, strict=True) if key not in seen]
            everyone += rated
            yield from _short(f"author {path.stem}", desk_figures(rated))
    yield from _plain("authors, all", desk_figures(everyone))
    yield from _signals("authors, all", desk_figures(everyone))
    if seen:
        yield from _plain("authors, unseen by the adapter", desk_figures(strangers))
    _draw(drawn, "authors", desk_report(everyone, _queues(desk)))


def _report(desk: Shipped, path: Path, drawn: Path | None) -> DeskReport:
    report = desk_report(desk.rated(path, desk.model()), _queues(desk))
    _draw(drawn, path.parent.name, report)
    return report


def _queues(desk: Shipped) -> list[str]:
    return [label.name for label in desk.policy.teaching.queues]


def _draw(folder: Path | None, name: str, report: DeskReport) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    panels = [Panel("Queues", report.queues), Panel("Priorities", report.priorities)]
    drawn = picture("What is taken for what", f"{name}: {report.whole.mails:,} mails", panels)
    (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")


def _barred(name: str, one: DeskFigures) -> Iterator[Figure]:
    mails = f"{one.mails} mails"
    yield at_least(f"{name}: queue", one.queue or 0.0, 0.88, mails)
    sure = f"coverage {one.coverage or 0.0:.3f}"
    yield at_least(f"{name}: queue when sure", one.when_sure or 0.0, 0.95, sure)
    yield at_least(f"{name}: priority", one.priority or 0.0, 0.80, "by model and signals")
    yield at_least(f"{name}: urgent recall", one.urgent.recall or 0.0, 0.95, _of(one.urgent))
    yield at_least(f"{name}: signals, micro-F1", one.signals_f1 or 0.0, 0.80, "")
    yield from _beside(name, one)


def _plain(name: str, one: DeskFigures) -> Iterator[Figure]:
    yield plain(f"{name}: queue", one.queue or 0.0, f"{one.mails} mails")
    sure = f"coverage {one.coverage or 0.0:.3f}"
    yield plain(f"{name}: queue when sure", one.when_sure or 0.0, sure)
    yield plain(f"{name}: priority", one.priority or 0.0, "by model and signals")
    yield plain(f"{name}: urgent recall", one.urgent.recall or 0.0, _of(one.urgent))
    yield plain(f"{name}: signals, micro-F1", one.signals_f1 or 0.0)
    yield from _beside(name, one)


def _beside(name: str, one: DeskFigures) -> Iterator[Figure]:
    yield plain(f"{name}: queue, calibration error", one.queue_ece or 0.0)
    yield plain(f"{name}: urgent precision", one.urgent.precision or 0.0)
    yield plain(f"{name}: queue with the rules", one.ruled_queue or 0.0)
    yield plain(f"{name}: priority with the rules", one.ruled_priority or 0.0)
    ruled = one.ruled_urgent
    yield plain(f"{name}: urgent recall with the rules", ruled.recall or 0.0, _of(ruled))
    yield plain(f"{name}: urgent precision with the rules", ruled.precision or 0.0)
    yield plain(f"{name}: signals with the rules, micro-F1", one.ruled_signals_f1 or 0.0)


def _short(name: str, one: DeskFigures) -> Iterator[Figure]:
    said = {
        "sure": one.when_sure,
        "coverage": one.coverage,
        "priority": one.priority,
        "urgent": one.urgent.recall,
        "signals": one.signals_f1,
    }
    beside = ", ".join(f"{key} {value:.2f}" for key, value in said.items() if value is not None)
    yield plain(f"{name}: queue", one.queue or 0.0, f"{one.mails} mails; {beside}")


def _signals(name: str, one: DeskFigures) -> Iterator[Figure]:
    for signal, hits in one.signals.items():
        told = f"precision {hits.precision or 0.0:.2f}, recall {hits.recall or 0.0:.2f}"
        yield plain(f"{name}: {signal}, F1", hits.f1 or 0.0, f"{told}, {hits.true} mails")


def _of(hits: Hits) -> str:
    return f"{hits.right} of {hits.true}"


def _silent(fraction: float, text: str) -> None:
    """Tell nobody how far it is."""
