"""The routes of the rules' views: for admins of the whole desk."""

from __future__ import annotations

from triage.core.accounts import Role
from triage.web.routes import Route
from triage.web.rules import deeds as ruledeeds
from triage.web.rules import views as rules
from triage.web.rules.trial import LARGEST

_SMALL = 8 * 1024

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
    Route(
        path="/rules/try",
        method="POST",
        handler=rules.whole(rules.judged),
        role=Role.ADMIN,
        largest=LARGEST,
    ),
    Route(
        path="/rules/apply",
        method="POST",
        handler=rules.whole(ruledeeds.apply),
        role=Role.ADMIN,
        largest=_SMALL,
    ),
    Route(
        path="/rules/rollback",
        method="POST",
        handler=rules.whole(ruledeeds.roll_back),
        role=Role.ADMIN,
        largest=_SMALL,
    ),
    *(
        Route(
            path=f"/rules/model/{name}",
            method="POST",
            handler=rules.whole(ruledeeds.heads(name)),
            role=Role.ADMIN,
            largest=_SMALL,
        )
        for name in ruledeeds.HEADS
    ),
)
