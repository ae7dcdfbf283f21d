"""A draft against the applied set, over stored mail: what would change, and whether for the better.

Nothing is sent and nothing is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.core.cited import cited
from triage.core.ticket import MessageId
from triage.store.protocol import Store
from triage.store.versions import Past
from triage.trial.changes import Agreement, Compared, Group, agreement, groups
from triage.trial.late import LONGEST, Waiting, handling, late
from triage.trial.rejudge import Outcome, Side, rejudged

WHAT = ("queue", "priority", "acknowledgement", "deadline")
"""What is compared, in the order in which it is shown."""

_AT_A_TIME = 50
_NAMED = 20
"""Tickets of one group that a kept summary names; it counts them all."""


def _go_on(_done: int, _of: int) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is replayed: the newest `limit` mails that came at `since` or later.

    `go_on` is called after each mail with how many are done, of how many; False ends it there.
    """

    before: Side
    after: Side
    since: datetime
    now: datetime
    limit: int
    go_on: Callable[[int, int], bool] = _go_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of it. `skipped` mails could not be judged again; `found` were to be replayed.

    `late` is how much mail of those would have been late under either set, simulated.
    """

    mails: tuple[Compared, ...]
    found: int
    skipped: int
    since: datetime
    agreement: Agreement
    late: tuple[int, int]
    seconds: float

    @property
    def changed(self) -> tuple[Compared, ...]:
        """The mails that would be treated otherwise."""
        return tuple(mail for mail in self.mails if mail.changes)

    @property
    def graver(self) -> tuple[Compared, ...]:
        """Those of them of which more than queue or priority would differ."""
        return tuple(mail for mail in self.mails if mail.graver)

    def groups(self, what: str) -> tuple[Group, ...]:
        """Return what changes in `what` (one of `WHAT`), grouped, the largest group first."""
        return groups(self.mails, what)

    def summary(self, named: int | None = _NAMED) -> dict[str, object]:
        """Return it as JSON; each group names at most `named` mails and counts them all."""
        said: dict[str, object] = {
            "mails": len(self.mails),
            "found": self.found,
            "skipped": self.skipped,
            "since": self.since.isoformat(timespec="seconds"),
            "changed": len(self.changed),
            "graver": len(self.graver),
        }
        for what in WHAT:
            said[what] = [
                {
                    "from": group.before,
                    "to": group.after,
                    "count": len(group.names),
                    "mails": list(group.names[:named]),
                }
                for group in self.groups(what)
            ]
        right = self.agreement
        return said | {
            "agreement": {"n": right.said, "before": right.before, "after": right.after},
            "late": {"before": self.late[0], "after": self.late[1]},
            "seconds": round(self.seconds, 2),
        }


def replay(store: Store, task: Task) -> Replay:
    """Judge stored mail by both sets and compare. Reads `store` alone.

    Raises: what a model raises that has to be made and cannot be.
    """
    began = time.monotonic()
    found = store.past_mails(task.since, task.limit)
    secret = bytes.fromhex(store.setting("secret") or "")
    compared: list[tuple[Past, Compared]] = []
    skipped = 0
    for past, sent in _read(store, found, secret):
        mail = _compared(past, task, secret, sent)
        if mail is None:
            skipped += 1
        else:
            compared.append((past, mail))
        if not task.go_on(len(compared) + skipped, len(found)):
            break
    right = store.set_right(found)
    each = handling(store.between_answers(task.since, LONGEST))
    ends = [past.ended for past, _ in compared if past.ended is not None]
    return Replay(
        mails=tuple(mail for _, mail in compared),
        found=len(found),
        skipped=skipped,
        since=task.since,
        agreement=agreement(
            (mail, right[past.received.id]) for past, mail in compared if past.received.id in right
        ),
        late=(
            late(_waiting(compared, "before"), ends, each, task.now),
            late(_waiting(compared, "after"), ends, each, task.now),
        ),
        seconds=time.monotonic() - began,
    )


def _read(
    store: Store, mails: Sequence[MessageId], secret: bytes
) -> Iterator[tuple[Past, Mapping[MessageId, Sequence[bytes]]]]:
    """Yield each mail, with what we had sent to whoever it cites; a few are in memory at a time."""
    for at in range(0, len(mails), _AT_A_TIME):
        for past in store.past(mails[at : at + _AT_A_TIME]):
            head = cited(past.received.raw, secret)
            yield past, {} if head is None else store.sent_mails({past.received.id: head})


def _compared(
    past: Past, task: Task, secret: bytes, sent: Mapping[MessageId, Sequence[bytes]]
) -> Compared | None:
    """Judge one mail twice; None where one of the ways fails on it."""
    try:
        return Compared(
            past.name,
            rejudged(past, task.before, secret, sent),
            rejudged(past, task.after, secret, sent),
        )
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError):
        # One mail that no code was written for; what a model or the store raises ends it all.
        return None


def _waiting(compared: Iterable[tuple[Past, Compared]], which: str) -> Iterator[Waiting]:
    """Yield what would wait under one of the sets: what opened a ticket."""
    for past, mail in compared:
        outcome: Outcome = getattr(mail, which)
        if outcome.queue:
            yield Waiting(past.received.arrived, outcome.deadline, outcome.boost)
