"""Figures of judgement, as JSON and as tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from triage.cli import plain
from triage.cli.confusion import draw_confusion
from triage.cli.layout import title
from triage.report.tickets import Json
from triage.training.evaluate import TextFigures
from triage.training.evaluate_figures import Confusion, Hits
from triage.training.evaluate_report import DeskFigures, DeskReport

_NAME, _VALUE = 30, 12


def texts_json(figures: TextFigures) -> Json:
    """Return what `--json` promises of labelled texts: these keys and no other."""
    return {
        "accuracy": _round(figures.accuracy),
        "macro_f1": _round(figures.macro_f1),
        "ece": _round(figures.ece),
        "coverage": _round(figures.coverage),
        "accuracy_when_sure": _round(figures.accuracy_when_sure),
        "unknown_auroc": _round(figures.unknown_auroc),
        "seconds": round(figures.seconds, 2),
    }


def draw_texts(console: Console, figures: TextFigures, about: str) -> None:
    """Draw the figures of labelled texts, and what is taken for what."""
    console.print(Text(about, "dim"))
    console.print()
    for name, value, words in (
        ("accuracy", figures.accuracy, ""),
        ("macro-F1", figures.macro_f1, ""),
        ("calibration error", figures.ece, "15 bins"),
        ("coverage", figures.coverage, "share of texts of which it is sure"),
        ("accuracy when sure", figures.accuracy_when_sure, ""),
        ("AUROC of the unknown", figures.unknown_auroc, ""),
    ):
        _row(console, name, [value], words)
    _print(console, _line("seconds of CPU time", [f"{figures.seconds:.1f}"]))
    title(console, f"What is taken for what: {figures.confusion.total:,} texts")
    draw_confusion(console, figures.confusion)


def desk_json(report: DeskReport) -> Json:
    """Return the figures of a desk."""
    return {
        "whole": _figures_json(report.whole),
        "far": None if report.far is None else _figures_json(report.far),
        "languages": {name: _figures_json(some) for name, some in report.languages.items()},
        "queues": _confusion_json(report.queues),
        "priorities": _confusion_json(report.priorities),
    }


def draw_desk(console: Console, report: DeskReport, about: str) -> None:
    """Draw the figures of a desk: all mails, those far from what was taught, each language."""
    console.print(Text(about, "dim"))
    both = [report.whole] if report.far is None else [report.whole, report.far]
    head = Text(" " * _NAME)
    for words in ("all", "far half")[: len(both)]:
        head.append(words.rjust(_VALUE), "bold")
    head.append("   mails: " + ", ".join(f"{one.mails:,}" for one in both), "dim")
    console.print()
    _print(console, head)
    for name, values, words in _rows(both):
        if values is None:
            _print(console, Text(name, "bold"))
        elif any(value is not None for value in values):
            _row(console, f"  {name}", values, words)
    if report.whole.signals:
        _signals(console, report.whole.signals)
    if set(report.languages) - {"?"}:
        _languages(console, report.languages)
    for words, confusion in (("Queues", report.queues), ("Priorities", report.priorities)):
        if confusion.total:
            title(console, f"{words}: rows are right, columns are what was said")
            draw_confusion(console, confusion)


def draw_corrections(console: Console, figures: Mapping[str, object]) -> None:
    """Draw how corrections fared, and the examples beside them, when what judges now was taught."""
    if not figures:
        return
    title(console, "When it was last taught, on what it had not seen")
    heads = ("mails", "before", "after", "ECE after")
    _print(console, _line("", heads, "bold"))
    for name, given in figures.items():
        one = _map(given)
        before, after = _map(one.get("before")), _map(one.get("after"))
        told = [_number(each) for each in (before.get("accuracy"), after.get("accuracy"))]
        values = [str(one.get("mails", "")), *told, _number(after.get("calibration_error"))]
        _print(console, _line(f"  {plain.line(name)}", values))


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> str:
    return _told(value if isinstance(value, float) else None)


_Row = tuple[str, list[float | None] | None, str]


def _rows(both: list[DeskFigures]) -> Iterator[_Row]:
    def urgent(hits: Hits) -> str:
        return f"{hits.right} of {hits.true}"

    first = both[0]
    yield "Queue", None, ""
    yield "right", [one.queue for one in both], ""
    yield "right when sure", [one.when_sure for one in both], ""
    yield "sure (coverage)", [one.coverage for one in both], ""
    yield "calibration error", [one.queue_ece for one in both], "15 bins"
    yield "right, with the rules", [one.ruled_queue for one in both], ""
    by_signals = first.ruled_urgent.true or first.ruled_priority is not None
    yield f"Priority, by model{' and signals' if by_signals else ' alone'}", None, ""
    yield "right", [one.priority for one in both], ""
    yield "urgent found", [one.urgent.recall for one in both], urgent(first.urgent)
    yield "urgent rightly said", [one.urgent.precision for one in both], ""
    if by_signals:
        yield "Priority, with the rules", None, ""
        yield "right", [one.ruled_priority for one in both], ""
        found = [one.ruled_urgent.recall for one in both]
        yield "urgent found", found, urgent(first.ruled_urgent)
        yield "urgent rightly said", [one.ruled_urgent.precision for one in both], ""
    if first.signals:
        yield "Signals", None, ""
        yield "micro-F1", [one.signals_f1 for one in both], ""
        if any(hits.said for hits in first.ruled_signals.values()):
            yield "micro-F1, with the rules", [one.ruled_signals_f1 for one in both], ""


def _signals(console: Console, signals: Mapping[str, Hits]) -> None:
    console.print()
    heads = ("F1", "precision", "recall", "mails")
    _print(console, _line("Signal", heads, "bold"))
    for name, hits in signals.items():
        values = [*map(_told, (hits.f1, hits.precision, hits.recall)), f"{hits.true}"]
        _print(console, _line(f"  {plain.line(name)}", values))


def _languages(console: Console, languages: Mapping[str, DeskFigures]) -> None:
    console.print()
    heads = ("mails", "queue", "when sure", "coverage", "priority", "urgent", "signals")
    _print(console, _line("Language", heads, "bold", name=10, value=10))
    for name, one in languages.items():
        figures = (one.queue, one.when_sure, one.coverage, one.priority, one.urgent.recall)
        values = [f"{one.mails}", *map(_told, (*figures, one.signals_f1))]
        _print(console, _line(f"  {plain.line(name)}", values, name=10, value=10))


def _line(
    words: str,
    values: tuple[str, ...] | list[str],
    style: str = "",
    *,
    name: int = _NAME,
    value: int = _VALUE,
) -> Text:
    text = Text(words.ljust(name), style)
    for each in values:
        text.append(each.rjust(value))
    return text


def _row(console: Console, name: str, values: list[float | None], words: str) -> None:
    line = _line(name, [_told(value) for value in values])
    line.append(f"   {words}" if words else "", "dim")
    _print(console, line)


def _print(console: Console, line: Text) -> None:
    line.rstrip()
    console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def _told(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else f"{value:.3f}"


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _figures_json(one: DeskFigures) -> Json:
    return {
        "mails": one.mails,
        "queue": _round(one.queue),
        "when_sure": _round(one.when_sure),
        "coverage": _round(one.coverage),
        "queue_ece": _round(one.queue_ece),
        "ruled_queue": _round(one.ruled_queue),
        "priority": _round(one.priority),
        "urgent_recall": _round(one.urgent.recall),
        "urgent_precision": _round(one.urgent.precision),
        "ruled_priority": _round(one.ruled_priority),
        "ruled_urgent_recall": _round(one.ruled_urgent.recall),
        "ruled_urgent_precision": _round(one.ruled_urgent.precision),
        "signals_f1": _round(one.signals_f1),
        "ruled_signals_f1": _round(one.ruled_signals_f1),
        "signals": {
            name: {
                "f1": _round(hits.f1),
                "precision": _round(hits.precision),
                "recall": _round(hits.recall),
                "mails": hits.true,
            }
            for name, hits in one.signals.items()
        },
    }


def _confusion_json(confusion: Confusion) -> Json:
    return {"labels": list(confusion.labels), "counts": [list(row) for row in confusion.counts]}
