"""The figures of a run, as values, as lines of a table, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial

from tests.bench.simulated.audit import (
    EXCUSES,
    MOST,
    Came,
    Days,
    Told,
    answers,
    delivered,
    doubled,
    lost,
    otherwise,
)
from tests.bench.simulated.audit import told as promises_of
from tests.bench.simulated.people import Policy
from tests.bench.simulated.world import Run
from tests.bench.table import at_share
from triage.core.hours import elapsed
from triage.core.ticket import Priority

_MINUTE = MOST / 60
Counted = Mapping[Came, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one policy came to. `waits` are open minutes from each mail to its answer, sorted.

    `promises` counts what became of the times in acknowledgements, by the sort of their days;
    `again` those in delay notices. `broken` are promises that nothing followed and nothing
    excused, `otherwise` those of which the store's own score differs. `idle` are the hours that
    somebody had nothing to do while mail waited.
    """

    policy: Policy
    mails: int
    tickets: int
    answers: int
    left: Mapping[str, int]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    unanswered: int
    waits: tuple[float, ...]
    urgent: tuple[float, ...]
    promises: Mapping[Days, Counted]
    again: Counted
    excuses: Mapping[str, int]
    broken: tuple[Told, ...]
    otherwise: tuple[str, ...]
    idle: float
    ahead: float
    cpu: float

    @property
    def faultless(self) -> bool:
        """Whether nothing was lost, doubled, left unanswered, broken unsaid or scored wrong."""
        wrong = self.lost or self.doubled or self.unanswered or self.broken or self.otherwise
        return not wrong

    def kept(self, *days: Days) -> float:
        """Return the share of promises that were kept, on days of these sorts (none: on all)."""
        rows = [self.promises[sort] for sort in days or tuple(Days) if sort in self.promises]
        told = sum(sum(row.values()) for row in rows)
        return sum(row.get(Came.KEPT, 0) for row in rows) / told if told else 1.0

    def came(self, what: Came) -> int:
        """Count the promises of acknowledgements of which this became."""
        return sum(row.get(what, 0) for row in self.promises.values())

    @property
    def in_time(self) -> float:
        """The share of mails that were answered within an open hour."""
        within = sum(wait <= 60 for wait in self.waits)
        return within / len(self.waits) if self.waits else 1.0


def figures(run: Run) -> Figures:
    """Count what came of a run."""
    sent = delivered(run)
    every = list(promises_of(run, sent))
    first = [one for one in every if one.sort == "ack"]
    waits = _waits(run)
    hours = run.house.policy.roster.hours
    ahead = [elapsed(hours, one.arrived, one.promised) / _MINUTE for one in first]
    human = {name for name, mail in run.mails.items() if not mail.automatic}
    (tickets,) = run.house.store._db.execute("SELECT count(*) FROM ticket").fetchone()
    return Figures(
        policy=run.policy,
        mails=len(run.mails),
        tickets=tickets,
        answers=len(run.answers),
        left=Counter(one.sort for one in sent),
        lost=tuple(lost(run)),
        doubled=tuple(doubled(sent)),
        unanswered=len(human - waits.keys()),
        waits=tuple(sorted(wait for name, wait in waits.items() if _owed(run, name))),
        urgent=tuple(wait for name, wait in waits.items() if _urgent(run, name)),
        promises={
            sort: Counter(one.came for one in first if one.days is sort)
            for sort in Days
            if any(one.days is sort for one in first)
        },
        again=Counter(one.came for one in every if one.sort == "delay"),
        excuses=Counter(one.why for one in first if one.came is Came.EXCUSED),
        broken=tuple(one for one in every if one.came is Came.BROKEN),
        otherwise=tuple(otherwise(run, every)),
        idle=run.idle / timedelta(hours=1),
        ahead=at_share(ahead, 0.5),
        cpu=run.cpu,
    )


def _owed(run: Run, name: str) -> bool:
    """Say whether a mail is owed an answer within the hour."""
    return run.mails[name].queue != "other"


def _urgent(run: Run, name: str) -> bool:
    return run.mails[name].priority is Priority.URGENT


def _waits(run: Run) -> dict[str, float]:
    """Return for each mail how many open minutes its ticket's next answer took."""
    hours = run.house.policy.roster.hours
    given = answers(run)
    rows = run.house.store._db.execute(
        "SELECT message_id, ticket FROM message WHERE role = 'inbox' AND ticket IS NOT NULL"
    )
    waits = {}
    for name, ticket in rows.fetchall():
        mail = run.mails.get(name)
        answered = mail and next((at for at in given.get(ticket, ()) if at >= mail.at), None)
        if mail is not None and answered and not mail.automatic:
            waits[name] = elapsed(hours, mail.at, answered) / _MINUTE
    return waits


def table(every: Sequence[Figures]) -> str:
    """Return the figures of several runs side by side."""
    heads = [f"{'':<{_WIDE}}" + "".join(f"{one.policy.value:>12}" for one in every)]
    rows = [
        f"{name:<{_WIDE}}" + "".join(f"{told(one):>12}" for one in every) for name, told in _ROWS
    ]
    return "\n".join([*heads, *rows])


def findings(one: Figures, most: int = 12) -> str:
    """Return what must not be, a line each, at most so many of a sort."""
    lines = [f"{one.policy}: LOST {name}" for name in one.lost[:most]]
    lines += [f"{one.policy}: SCORED WRONG {name}" for name in one.otherwise[:most]]
    lines += [f"{one.policy}: DOUBLED {name}" for name in one.doubled[:most]]
    lines += [
        f"{one.policy}: VIOLATION {told.reference} ({told.sort}, {told.days}): came"
        f" {told.arrived:%a %d %H:%M}, told {told.left:%a %d %H:%M} for"
        f" {told.promised:%a %d %H:%M}, answered {_when(told)}{told.why and f' [{told.why}]'}"
        for told in one.broken[:most]
    ]
    more = len(one.broken) - most
    return "\n".join([*lines, *([f"{one.policy}: and {more} more"] if more > 0 else [])])


def _when(told: Told) -> str:
    return "never" if told.answered is None else f"{told.answered:%a %d %H:%M}"


def as_json(one: Figures) -> dict[str, object]:
    """Return the figures as values that JSON holds; the waits as their quantiles."""
    said = asdict(one)
    waits = said.pop("waits")
    said["urgent"] = _mean(one.urgent)
    said["waits"] = {f"p{at}": at_share(waits, at / 100) for at in (50, 90, 99)}
    said["in_time"] = one.in_time
    said["kept"] = {"all": one.kept(), **{sort: one.kept(sort) for sort in one.promises}}
    said["faultless"] = one.faultless
    return said


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"


def _of(counted: Counted) -> str:
    told = sum(counted.values())
    return f"{counted.get(Came.KEPT, 0)} of {told}" if told else "-"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _excused(why: str, one: Figures) -> str:
    return f"{one.excuses.get(why, 0):,}"


_ROWS: Sequence[tuple[str, Callable[[Figures], str]]] = (
    ("mails in", lambda one: f"{one.mails:,}"),
    ("tickets", lambda one: f"{one.tickets:,}"),
    ("answers", lambda one: f"{one.answers:,}"),
    ("lost", lambda one: f"{len(one.lost)}"),
    ("doubled", lambda one: f"{len(one.doubled)}"),
    ("left unanswered", lambda one: f"{one.unanswered}"),
    ("acknowledged", lambda one: f"{one.left.get('ack', 0):,}"),
    ("delay notices", lambda one: f"{one.left.get('delay', 0):,}"),
    ("alerts", lambda one: f"{one.left.get('alert', 0):,}"),
    ("promised, open minutes ahead, p50", lambda one: f"{one.ahead:.0f}"),
    ("promises kept, ordinary days", lambda one: _share(one.kept(Days.ORDINARY))),
    ("  somebody sick", lambda one: _share(one.kept(Days.SICK))),
    ("  burst", lambda one: _share(one.kept(Days.BURST))),
    ("  outages", lambda one: _share(one.kept(Days.OUTAGE))),
    ("promises kept", lambda one: f"{one.came(Came.KEPT):,}"),
    ("  followed by a notice in time", lambda one: f"{one.came(Came.FOLLOWED):,}"),
    ("  no notice could leave, and why", lambda one: f"{one.came(Came.EXCUSED):,}"),
    ("  broken without a word", lambda one: f"{one.came(Came.BROKEN):,}"),
    *((f"    {why}", partial(_excused, why)) for why in sorted(EXCUSES)),
    ("second promises kept", lambda one: _of(one.again)),
    ("answered within an open hour", lambda one: _share(one.in_time)),
    ("open minutes to an answer, p50", lambda one: f"{at_share(one.waits, 0.5):.0f}"),
    ("  p90", lambda one: f"{at_share(one.waits, 0.9):.0f}"),
    ("  p99", lambda one: f"{at_share(one.waits, 0.99):.0f}"),
    ("  urgent, mean", lambda one: f"{_mean(one.urgent):.0f}"),
    ("idle while mail waited, hours", lambda one: f"{one.idle:.0f}"),
    ("CPU seconds", lambda one: f"{one.cpu:.0f}"),
)
_WIDE = max(len(name) for name, _ in _ROWS)
