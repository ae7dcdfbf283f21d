"""The store on SQLite: what people write down beyond the hour."""

from __future__ import annotations

from datetime import datetime

from triage.core.causes import Like
from triage.core.goodwill import Gift
from triage.core.ticket import TicketId
from triage.core.wish import Wish
from triage.store import gifts, parting, voices, wishing
from triage.store.family import living
from triage.store.round import (
    Given,
    Judge,
    Remedy,
    Round,
    VoiceKind,
    VoiceSaid,
)
from triage.store.sqlite_dossier import SqliteDossier


class SqliteRound(SqliteDossier):
    """`InTheRound` in one SQLite file. See `store/round.py` for what each method promises."""

    def in_the_round(self, reference: str) -> Round:
        row = living(self._db, reference)
        ticket = TicketId(row["id"])
        return Round(
            cause=row["cause"],
            asks=row["asks"],
            voices=voices.of_ticket(self._db, ticket),
            remedies=gifts.remedies_of(self._db, ticket),
            given=gifts.given_of(self._db, ticket),
            wish=wishing.wish(self._db, row["requester"]) if row["requester"] else None,
        )

    def set_cause(self, reference: str, cause: str, by: str, now: datetime) -> None:
        with self._writing() as db:
            parting.set_cause(db, reference, cause, by, now)

    def caused_like(self, queue: str, since: datetime, limit: int) -> tuple[Like, ...]:
        return parting.caused_like(self._db, queue, since, limit)

    def say_of_voice(
        self, reference: str, kind: VoiceKind, said: VoiceSaid, by: str, now: datetime
    ) -> None:
        with self._writing() as db:
            voices.say_of(db, reference, kind, said, by, now)

    def add_remedy(self, reference: str, remedy: Remedy) -> None:
        with self._writing() as db:
            gifts.add_remedy(db, reference, remedy)

    def remedies(self, since: datetime, until: datetime) -> tuple[tuple[str, Remedy], ...]:
        return gifts.remedies(self._db, since, until)

    def give(
        self, reference: str, gift: Gift, month: datetime, now: datetime, refused: Judge
    ) -> int:
        with self._writing() as db:
            return gifts.give(db, reference, gift, month, now, refused)

    def take_gift_back(self, reference: str, by: str, now: datetime) -> Given | None:
        with self._writing() as db:
            return gifts.take_back(db, reference, by, now)

    def given(self, since: datetime, until: datetime) -> tuple[Given, ...]:
        return gifts.given(self._db, since, until)

    def spent(self, since: datetime, until: datetime, currency: str) -> int:
        return gifts.spent(self._db, since, until, currency)

    def keep_wish(self, wish: Wish, by: str, now: datetime) -> None:
        with self._writing() as db:
            wishing.keep_wish(db, wish, by, now)

    def wish(self, address: str) -> Wish | None:
        return wishing.wish(self._db, address)

    def wishes(self, limit: int) -> tuple[Wish, ...]:
        return wishing.wishes(self._db, limit)
