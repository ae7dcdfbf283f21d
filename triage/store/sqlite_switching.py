"""The store on SQLite: the switches of the hour."""

from __future__ import annotations

from datetime import datetime

from triage.core.switches import Switch, SwitchName
from triage.store import switches
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteSwitching(SqliteByHand):
    """`Switching` in one SQLite file. See `store/switching.py` for what each method promises."""

    def switches(self, now: datetime) -> tuple[Switch, ...]:
        return switches.switches(self._db, now)

    def switch_on(self, switch: Switch) -> Switch:
        with self._writing() as db:
            return switches.switch_on(db, switch)

    def switch_off(
        self, name: SwitchName, about: str | None, by: str, now: datetime, *, number: int = 0
    ) -> tuple[Switch, ...]:
        with self._writing() as db:
            return switches.switch_off(db, name, about, by, now, number=number)
