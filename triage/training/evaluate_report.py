"""Rated mails → the figures of a desk: of all, of those far from what was taught, by language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from triage.core.ticket import PRESSING, Priority
from triage.training.evaluate_desk import Rated, by_language, farthest
from triage.training.evaluate_figures import Confusion, Hits, calibration_error, share

LEVELS = tuple(sorted(Priority, key=lambda each: PRESSING[each]))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFigures:
    """How well mails are judged, from 0 to 1 each; None where nothing can be said.

    `when_sure` and `coverage` are of the queue where the model does not abstain. `priority` and
    `urgent` are made by model and signals; those with `ruled_` by rules too. `urgent` counts how
    often that was said and true, so it has precision and recall. `signals` has each by its name.
    """

    mails: int
    queue: float | None
    when_sure: float | None
    coverage: float | None
    queue_ece: float | None
    ruled_queue: float | None
    priority: float | None
    ruled_priority: float | None
    urgent: Hits
    ruled_urgent: Hits
    signals: Mapping[str, Hits]
    ruled_signals: Mapping[str, Hits]

    @property
    def signals_f1(self) -> float | None:
        """The F1 over all signals together."""
        return sum(self.signals.values(), Hits()).f1

    @property
    def ruled_signals_f1(self) -> float | None:
        """The same where rules set signals, too."""
        return sum(self.ruled_signals.values(), Hits()).f1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskReport:
    """The figures of a set of mails; `far` is None where nothing is known of the distance."""

    whole: DeskFigures
    far: DeskFigures | None
    languages: Mapping[str, DeskFigures]
    queues: Confusion
    priorities: Confusion


def desk_report(rated: Sequence[Rated], queues: Sequence[str]) -> DeskReport:
    """Return the figures of `rated`; `queues` is the order in which queues are shown."""
    far = farthest(rated)
    return DeskReport(
        whole=desk_figures(rated),
        far=desk_figures(far) if far else None,
        languages={name: desk_figures(some) for name, some in by_language(rated)},
        queues=Confusion.of(
            ((each.queue, each.guess) for each in rated if each.queue and each.guess), queues
        ),
        priorities=Confusion.of(
            ((each.priority, each.level) for each in rated if each.priority and each.level), LEVELS
        ),
    )


def desk_figures(rated: Sequence[Rated]) -> DeskFigures:
    """Return the figures of some mails; one of which nobody says something does not count there."""
    queued = [each for each in rated if each.queue and each.guess]
    right = [each.guess == each.queue for each in queued]
    sure = [each.sure for each in queued]
    levelled = [each for each in rated if each.priority and each.level]
    return DeskFigures(
        mails=len(rated),
        queue=share(right),
        when_sure=share(hit for hit, is_sure in zip(right, sure, strict=True) if is_sure),
        coverage=share(sure),
        queue_ece=calibration_error([each.score for each in queued], right),
        ruled_queue=share(each.ruled_queue == each.queue for each in queued if each.ruled_queue),
        priority=share(each.level == each.priority for each in levelled),
        ruled_priority=share(
            each.ruled_level == each.priority for each in levelled if each.ruled_level
        ),
        urgent=_urgent((each.priority, each.level) for each in levelled),
        ruled_urgent=_urgent(
            (each.priority, each.ruled_level) for each in levelled if each.ruled_level
        ),
        signals=_signals((each, each.fired) for each in rated),
        ruled_signals=_signals((each, each.ruled_fired) for each in rated),
    )


def _urgent(pairs: Iterable[tuple[str, str]]) -> Hits:
    total = Hits()
    for true, said in pairs:
        is_true, is_said = true == Priority.URGENT, said == Priority.URGENT
        total += Hits(is_true and is_said, is_said, is_true)
    return total


def _signals(rated: Iterable[tuple[Rated, frozenset[str]]]) -> Mapping[str, Hits]:
    """Count each signal over the mails that say something of it, beside those that fired."""
    found: dict[str, Hits] = {}
    for each, fired in rated:
        if each.signals is None:
            continue
        for name in (each.signals | fired) - each.unsaid:
            is_true, is_said = name in each.signals, name in fired
            found[name] = found.get(name, Hits()) + Hits(is_true and is_said, is_said, is_true)
    return dict(sorted(found.items()))
