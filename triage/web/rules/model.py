"""The tables of the model: what it was taught, what people moved, and which heads there were.

How right it is comes from the last training: each example was judged by heads that had not seen it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from triage.core.teaching import Teaching
from triage.model.heads import ClassHead
from triage.report.words import DASH
from triage.store.learning import Outcome, Taught
from triage.store.tuning import LabelCount, Moved
from triage.web.kept import kept
from triage.web.names import Names
from triage.web.render import Reader, marked
from triage.web.rules.sheets import back_to
from triage.web.sheets import Cell, Column, Row, Sheet, moment, number, share

WANTED = 20
"""Corrections of a label from which on it is well covered; the prompts' examples come besides."""

LATELY_DAYS = 30
_OUTCOMES = {
    Outcome.LIVE: marked("was live"),
    Outcome.WAITING: marked("waits"),
    Outcome.ROLLED_BACK: marked("taken back"),
}
_MEASURES = ("accuracy", "log_loss", "calibration_error")


def coverage(
    read: Reader, counts: Sequence[LabelCount], head: ClassHead | None, names: Names
) -> Iterator[Sheet]:
    """Yield how many labels there are of each queue and signal, and what is needed."""
    teaching = names.policy.teaching
    said = {(one.signal, one.name): one for one in counts}
    seen = {} if head is None else _held_out(head)
    rows = []
    for label in teaching.queues:
        found = said.get((False, label.name), LabelCount(label.name, False, 0, 0, 0))
        times, right = seen.get(label.name, (0, 0))
        rows.append(
            (
                Cell(text=names.queue(label.name), value=label.name),
                number(len(label.examples)),
                number(found.yes),
                number(found.lately),
                _needed(read, found.yes),
                number(times),
                share(right / times if times else None),
            )
        )
    yield Sheet(
        name="queue-labels",
        title=read.say("Queues: what the model was taught, and how right it is"),
        columns=(
            *_head(read, "queue", read.say("Queue")),
            Column("needs", read.say("Needs"), "number"),
            Column("said", read.say("Said in training"), "number"),
            Column("right", read.say("Of these right"), "number"),
        ),
        rows=tuple(rows),
        note=read.say(
            "Examples are those of the prompts. In training each example is judged by heads that"
            " had not seen it."
        ),
        most=100,
    )
    yield _signals(read, teaching, said)


def _signals(
    read: Reader, teaching: Teaching, said: Mapping[tuple[bool, str], LabelCount]
) -> Sheet:
    rows: list[Row] = []
    for label in teaching.signals:
        found = said.get((True, label.name), LabelCount(label.name, True, 0, 0, 0))
        rows.append(
            (
                Cell(text=label.name.replace("_", " "), value=label.name),
                number(len(label.examples)),
                number(found.yes),
                number(found.lately),
                number(found.no),
                _needed(read, found.yes + found.no),
            )
        )
    return Sheet(
        name="signal-labels",
        title=read.say("Signals: what the model was taught"),
        columns=(
            *_head(read, "signal", read.say("Signal")),
            Column("no", read.say("Said to be none"), "number"),
            Column("needs", read.say("Needs"), "number"),
        ),
        rows=tuple(rows),
        most=100,
    )


def _head(read: Reader, key: str, title: str) -> tuple[Column, ...]:
    return (
        Column(key, title),
        Column("examples", read.say("Examples"), "number"),
        Column("corrections", read.say("Corrections"), "number"),
        Column("lately", read.say("In the last %(days)s days", days=LATELY_DAYS), "number"),
    )


def _needed(read: Reader, there: int) -> Cell:
    missing = max(WANTED - there, 0)
    words = read.say("%(many)s more", many=missing) if missing else DASH
    return Cell(text=words, value=missing)


def _held_out(head: ClassHead) -> dict[str, tuple[int, int]]:
    """Return of each label how often it was said in training, and how often that was right."""
    found = dict.fromkeys(head.labels, (0, 0))
    for row in head.held_out.tolist():
        name = head.labels[int(row[2])]
        times, right = found[name]
        found[name] = times + 1, right + int(row[1] > 0)
    return found


def moved(read: Reader, every: Sequence[Moved], names: Names) -> Sheet:
    """Return which queues people changed for which: what is confused with what."""
    return Sheet(
        name="moved",
        title=read.count(
            "What people moved in the last day",
            "What people moved in the last %(num)s days",
            LATELY_DAYS,
        ),
        columns=(
            Column("from", read.say("From queue")),
            Column("to", read.say("To queue")),
            Column("tickets", read.say("Tickets"), "number"),
        ),
        rows=tuple(
            (
                Cell(text=names.queue(one.began), value=one.began),
                Cell(text=names.queue(one.ended), value=one.ended),
                number(one.tickets),
            )
            for one in every
        ),
        empty=read.say("Nobody moved anything."),
    )


def heads(read: Reader, every: Sequence[Taught]) -> Sheet:
    """Return the heads that were taught, the newest first; earlier ones can judge again."""
    judging = next((one.number for one in every if one.outcome is Outcome.LIVE), 0)
    return Sheet(
        name="heads",
        title=read.say("Heads that were taught"),
        columns=(
            Column("number", read.say("Heads"), "number"),
            Column("at", read.say("Taught"), "time"),
            Column("labels", read.say("Corrections"), "number"),
            Column("right", read.say("Queue right")),
            Column("outcome", read.say("Stands")),
            Column("why", read.say("Why"), "words"),
            Column("", read.say("Go back")),
        ),
        rows=tuple(
            (
                number(one.number),
                moment(read, one.at),
                number(one.labels),
                Cell(text=_change(one)),
                Cell(text=_stands(read, one, judging), value=one.outcome),
                Cell(text=kept(one.why, read) or DASH),
                back_to(
                    read,
                    "/rules/model/rollback",
                    read.say("Let heads %(number)s judge again", number=one.number),
                    one.number,
                )
                if _earlier(one, judging)
                else Cell(),
            )
            for one in every
        ),
        empty=read.say("Nothing was learnt yet: the model judges by what the prompts teach alone."),
        most=20,
    )


def _earlier(one: Taught, judging: int) -> bool:
    return one.outcome is Outcome.LIVE and one.number < judging


def _stands(read: Reader, one: Taught, judging: int) -> str:
    return read.say("judges") if one.number == judging else read.say(_OUTCOMES[one.outcome])


def _change(one: Taught) -> str:
    """Return how often the queue was right before and after, where that was compared."""
    for name, figures in one.figures.items():
        if name.startswith("queue, ") and isinstance(figures, Mapping):
            before, after = figures["before"]["accuracy"], figures["after"]["accuracy"]
            return f"{before:.3f} → {after:.3f}"
    return DASH


def compared(read: Reader, one: Taught) -> Sheet:
    """Return how good heads were before and after, on mails that neither had seen."""
    rows: list[Row] = []
    for name, figures in one.figures.items():
        if not isinstance(figures, Mapping):
            continue
        pairs = (
            Cell(text=f"{figures['before'][each]:.3f} → {figures['after'][each]:.3f}")
            for each in _MEASURES
        )
        rows.append((Cell(text=name), number(int(figures["mails"])), *pairs))
    return Sheet(
        name="compared",
        title=read.say("Heads %(number)s beside those that judge", number=one.number),
        columns=(
            Column("on", read.say("On mails that neither had seen")),
            Column("mails", read.say("Mails"), "number"),
            Column("accuracy", read.say("Right"), "number"),
            Column("log_loss", read.say("Log loss"), "number"),
            Column("calibration_error", read.say("Calibration error"), "number"),
        ),
        rows=tuple(rows),
        empty=read.say("Nothing could be compared."),
    )
