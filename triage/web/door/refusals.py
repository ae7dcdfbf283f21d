"""What was refused, written down: who asked for what, from where, and why not; never a secret.

Anybody can be refused as often as they like: so many of one address are written down, and no more.
"""

from __future__ import annotations

from contextlib import suppress

from triage.errors import StoreBusy
from triage.store.accounts import Audited
from triage.store.trying import source
from triage.web.door.pace import Pace
from triage.web.office import Office

ACTION = "refused"
"""How the audit calls it."""


class Refusals:
    """Writes refused attempts into the audit."""

    def __init__(self, office: Office) -> None:
        """Begin with nothing refused."""
        self._office = office
        self._pace = Pace(burst=20, rate=1 / 30)

    async def note(self, why: str, address: str, person: str = "", about: str = "") -> None:
        """Write one down. `about` is a ticket or the pattern of a path, never what was typed."""
        now = self._office.clock()
        if self._pace.wait(source(address), now):
            return
        entry = Audited(
            at=now, person=person, action=ACTION, about=about, detail={"what": why}, address=address
        )
        with suppress(StoreBusy):  # it is refused, written down or not
            await self._office.in_store(self._office.store.audit, entry)
