"""What the desk does by itself while somebody watches: a notice, a call, and a promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.config.load import Policy
from triage.core.owed import Source
from triage.core.owing import owed_by
from triage.core.switches import Switch, SwitchName
from triage.demo.mails import scene
from triage.store.protocol import Store

NOTICE = "Snow in the north: deliveries there come a day later than planned."
CALLED = "deutsch"
"""The scene whose requester is called back."""

OWED = "the refund of the second debit"
_LASTS = timedelta(hours=12)
_THINKS = timedelta(seconds=2)
_SENT = "sent"


class Colleagues:
    """The agents who are not watched."""

    def __init__(self, store: Store, policy: Policy) -> None:
        """Work on a store, by a connection that nobody else uses meanwhile."""
        self._store = store
        self._policy = policy
        self._by = policy.roster.agents[1].id
        self._lead = policy.roster.agents[0].id
        self._called = False
        self._seen: datetime | None = None

    def put_up_notice(self, now: datetime) -> None:
        """Have every acknowledgement say what holds today."""
        notice = Switch(
            name=SwitchName.NOTICE,
            said=NOTICE,
            since=now,
            until=now + _LASTS,
            at=now,
            person=self._lead,
        )
        self._store.switch_on(notice)

    def work(self, now: datetime) -> None:
        """Do what is due: call back whoever asked in German, and promise them an update."""
        if self._called:
            return
        address = scene(CALLED).address
        row = next((row for row in self._store.queue(None, 100) if row.requester == address), None)
        if row is None or row.acknowledgement != _SENT:
            return
        self._seen = self._seen or now
        if now - self._seen < _THINKS:
            return
        self._called = True
        self._store.answered(row.reference, now, self._by, "phone")
        hours, warning = self._policy.roster.hours, self._policy.service.warn_before
        owes = owed_by(now + timedelta(hours=3), OWED, now, hours, warning)
        self._store.owe(row.reference, owes, self._by, now, Source.PAGE)
