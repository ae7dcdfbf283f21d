"""Which mail may be the cause when a fetch fails or a connection breaks.

What was asked for together is then asked for one by one, and what fails alone waits between
its attempts, so that one bad mail holds up no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic


class Suspects:
    """The suspects of one folder, in memory; how often each failed is counted in the store.

    `trying` are the UIDs that are being fetched, `looking` those whose heads are being read.
    Moments are monotonic seconds; `again` is the pause before a mail that failed is tried again.
    """

    def __init__(self, again: float, uids: Iterable[int] = ()) -> None:
        self.trying: tuple[int, ...] = ()
        self.looking: tuple[int, ...] = ()
        self._again = again
        self._due: dict[int, float] = dict.fromkeys(uids, 0.0)
        self._one_by_one: set[int] = set()
        self._headless: set[int] = set()

    def __contains__(self, uid: int) -> bool:
        return uid in self._due

    def broke_off(self, *, blame: bool) -> None:
        """Note that the connection broke; with `blame`, what was asked for may be the cause.

        Several mails are suspected together and tried one by one at once; one that was tried
        alone waits.
        """
        if blame:
            pause = self._again if len(self.trying) == 1 else 0.0
            self._due |= dict.fromkeys(self.trying, monotonic() + pause)
            alone = len(self.looking) == 1
            (self._headless if alone else self._one_by_one).update(self.looking)
        self.trying = self.looking = ()

    def failed(self, uid: int) -> None:
        """Note that `uid` could not be fetched though the connection works."""
        self._due[uid] = monotonic() + self._again

    def cleared(self, uid: int) -> None:
        """Note that `uid` is settled."""
        self._due.pop(uid, None)

    def keep_only(self, uids: frozenset[int]) -> None:
        """Forget all that are not among `uids`."""
        self._due = {uid: due for uid, due in self._due.items() if uid in uids}

    def due(self, uids: Iterable[int]) -> list[int]:
        """Return those of `uids` whose turn it is, the longest waiting first.

        One that breaks every connection is thus tried after all others.
        """
        now = monotonic()
        ready = [uid for uid in uids if self._due.get(uid, float("inf")) <= now]
        return sorted(ready, key=lambda uid: self._due[uid])

    def next_try(self) -> float:
        """Return the seconds until it is the next one's turn; infinite if there is none."""
        return max(min(self._due.values(), default=float("inf")) - monotonic(), 0.0)

    def remaining(self) -> frozenset[int]:
        """Return what the successor of a stuck thread must try one by one."""
        return frozenset(self._due) | frozenset(self.trying)

    def groups(self, uids: Iterable[int], size: int) -> list[tuple[int, ...]]:
        """Split `uids` into groups whose heads are read together; leaves out the headless."""
        known = [uid for uid in uids if uid not in self._headless]
        plain = [uid for uid in known if uid not in self._one_by_one]
        groups = [tuple(plain[start : start + size]) for start in range(0, len(plain), size)]
        return groups + [(uid,) for uid in known if uid in self._one_by_one]
