"""What a store promises of the switches of the hour."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from triage.core.switches import Switch, SwitchName


class Switching(Protocol):
    """The part of `Store` that keeps who is away, what is paused, and what is said today."""

    def switches(self, now: datetime) -> tuple[Switch, ...]:
        """Return what is set and not over at `now`, in the order it was set.

        Also what is to come, and when the desk was closed in the last two months: clocks that
        began before still count by it.
        """

    def switch_on(self, switch: Switch) -> Switch:
        """Keep a switch, with its number; what it contradicts ends.

        That is a switch of the same name and about the same, over the same time; notices stand
        beside each other.
        """

    def switch_off(
        self, name: SwitchName, about: str | None, by: str, now: datetime, *, number: int = 0
    ) -> tuple[Switch, ...]:
        """End what holds of a name, about the same (None: whatever about); return what ended.

        Where nothing holds, what is to come is called off. `number`: only that one. The end of a
        pause makes what waited for it due at once.
        """
