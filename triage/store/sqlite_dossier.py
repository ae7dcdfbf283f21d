"""The store on SQLite: what is read of requesters and their mails."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from triage.core.ticket import MessageId
from triage.store import dossiers
from triage.store.dossier import Dossier
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteDossier(SqliteByHand):
    """`Dossiers` in one SQLite file. See `store/dossier.py` for what each method promises."""

    def dossier(self, reference: str, queues: Collection[str], limit: int) -> Dossier:
        return dossiers.dossier(self._db, reference, queues, limit)

    def lies_on(self, message: MessageId, reference: str) -> bool:
        return dossiers.lies_on(self._db, message, reference)

    def sizes(self, reference: str) -> Mapping[MessageId, int]:
        return dossiers.sizes(self._db, reference)
