"""What a route is, and who may ask for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from triage.core.accounts import Account, Role
from triage.store.accounts import Audited
from triage.web.office import Office


class Names(StrEnum):
    """What of the desk the path of a route names: it is looked for, and seen by few or by all."""

    NOTHING = "nothing"
    TICKET = "ticket"
    QUEUE = "queue"
    FILED = "filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of somebody who may make it.

    `account` is theirs; None only where a route is for everybody. `address` is where they ask from.
    """

    request: Request
    office: Office
    account: Account | None
    address: str
    now: datetime

    @property
    def who(self) -> Account:
        """The account of a route that is not for everybody."""
        if self.account is None:
            raise PermissionError(self.request.url.path)
        return self.account

    async def note(self, person: str, action: str, about: str = "", what: str = "") -> None:
        """Write down what somebody did, and what to: who, when, and where they asked from."""
        entry = Audited(
            at=self.now,
            person=person,
            action=action,
            about=about,
            detail={"what": what} if what else {},
            address=self.address,
        )
        await self.office.in_store(self.office.store.audit, entry)


Handler = Callable[[Visit], Awaitable[Response]]

SMALL = 8 * 1024
"""Most bytes of a form with a few fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path with one method.

    `role` None is for everybody, also without a login. `names` is what a part of the path in
    braces of the same name names: what its visitor may not see is not found.
    """

    path: str
    method: str
    handler: Handler
    role: Role | None = Role.AGENT
    names: Names = Names.NOTHING
    largest: int = 256 * 1024
    """Most bytes of a body."""
