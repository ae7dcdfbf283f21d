"""The way into the demo's page without a password: a link that is of use once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hmac import compare_digest

from starlette.responses import Response

from triage.core.accounts import Account
from triage.web.door.login import begin_session
from triage.web.routes import Route, Visit
from triage.web.said import not_found

NO_PASSWORD = "!"  # noqa: S105 - no hash: nobody has a password for it
"""What is kept in place of a password's hash."""


@dataclass(slots=True)
class Once:
    """A link by which one person is signed in, the first time that it is opened."""

    account: Account
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def path(self) -> str:
        """The path of the link."""
        return f"/login/once/{self.secret}"

    @property
    def route(self) -> Route:
        """The route of the link, which the demo alone has."""
        return Route(path="/login/once/{secret}", method="GET", handler=self._enter, role=None)

    async def _enter(self, visit: Visit) -> Response:
        given = str(visit.request.path_params["secret"])
        if not self.secret or not compare_digest(given.encode(), self.secret.encode()):
            return not_found(visit.request)
        self.secret = ""
        return await begin_session(visit, self.account, "/view/next")
