"""The routes of the rules' views: for admins of the whole desk."""

from __future__ import annotations

from triage.core.accounts import Role
from triage.web.routes import SMALL, Handler, Route
from triage.web.rules import deeds as ruledeeds
from triage.web.rules import views as rules
from triage.web.rules.trial import LARGEST


def _post(name: str, handler: Handler, largest: int = SMALL) -> Route:
    return Route(
        path=f"/rules/{name}",
        method="POST",
        handler=rules.whole(handler),
        role=Role.ADMIN,
        largest=largest,
    )


RULES: tuple[Route, ...] = (
    *(
        Route(
            path=f"/rules/{name}" if name else "/rules",
            method="GET",
            handler=rules.part(name),
            role=Role.ADMIN,
        )
        for name in rules.PARTS
    ),
    _post("try", rules.judged, LARGEST),
    _post("apply", ruledeeds.apply),
    _post("rollback", ruledeeds.roll_back),
    *(_post(f"model/{name}", ruledeeds.heads(name)) for name in ruledeeds.HEADS),
)
