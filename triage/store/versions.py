"""The part of the store that keeps sets of rules and prompts, and mail to rehearse a set on.

The last applied set is what runs, and what a restart runs. Beside it there is at most one draft:
files that were read, and are not in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from triage.core.known import Received
from triage.core.ticket import MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file of a set as against the set before: lines that came and lines that went.

    `state` is "new", "gone" or "changed".
    """

    file: str
    state: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Who put a set in force, by what, and what its tests and its replay said ({}: not run)."""

    person: str = ""
    how: str = ""
    tests: Mapping[str, object] = field(default_factory=dict)
    replay: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedSet:
    """A set of rules and prompts that was in force from `at` on: file names and their texts.

    `number` grows by one with each set; `digest` is that of the policy the files became.
    `changes` are those against the set before.
    """

    number: int
    at: datetime
    digest: str
    files: Mapping[str, str]
    audit: Audit = field(default_factory=Audit)
    changes: tuple[Change, ...] = ()


class Held(StrEnum):
    """Why a draft is not in force."""

    TESTS_FAIL = "tests_fail"
    CHANGES_MUCH = "changes_much"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Files that were read and wait, as against the applied set `number`.

    `files` is a digest of their names and contents alone, `digest` that of the policy they would
    become. `reason` says in words why they wait.
    """

    at: datetime
    files: str
    digest: str
    number: int
    state: Held
    reason: str
    tests: Mapping[str, object] = field(default_factory=dict)
    replay: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A mail that opened a ticket or was filed, with what it was judged by.

    `name` is the ticket's reference, or the mail's handle. `received` bears no word of a person.
    `said` and `around` are what `core/remember.py` made of the model's scores and of the
    surroundings, empty where they were not kept. `decided` is when. `ended` is when the first
    answer, or the end without one, came; None: it waits.
    """

    received: Received
    name: str
    said: Mapping[str, object]
    around: Mapping[str, object]
    decided: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRight:
    """What people said of a mail that was judged otherwise; None: they said nothing of it."""

    queue: str | None = None
    priority: str | None = None
    kind: str | None = None
    signals: Mapping[str, bool] = field(default_factory=dict)


class Versions(Protocol):
    """Sets of files, the one draft, and past mail."""

    def apply_set(self, digest: str, files: Mapping[str, str], now: datetime, audit: Audit) -> bool:
        """Keep the rules and prompts that are now in force; False: these files were already.

        They then bear the new `digest`. A limited number of the sets before them is kept, too.
        Another set ends the draft that waited.
        """

    def applied_set(self, number: int | None = None) -> AppliedSet | None:
        """Return the rules and prompts in force, or those of a number; None: there are none."""

    def applied_sets(self) -> tuple[AppliedSet, ...]:
        """Return every set that is kept, the one in force first."""

    def keep_draft(self, draft: Draft | None) -> None:
        """Keep the draft that waits, in place of any other; None: none waits."""

    def draft(self) -> Draft | None:
        """Return the draft that waits, or None."""

    def past_mails(self, since: datetime, limit: int) -> tuple[MessageId, ...]:
        """Name mail of `since` or later that opened a ticket or was filed, newest first.

        What could not be triaged, and what lies in junk, is left out.
        """

    def past(self, mails: Sequence[MessageId]) -> tuple[Past, ...]:
        """Return mails with what they were judged by, in the order of `mails`."""

    def set_right(self, mails: Sequence[MessageId]) -> Mapping[MessageId, SetRight]:
        """Return what people set right of `mails`, what was taken back left out."""

    def between_answers(self, since: datetime, most: timedelta) -> tuple[timedelta, ...]:
        """Return the pauses of at most `most` between two answers of one person, in any order."""
