"""The routes of the team's views."""

from __future__ import annotations

from triage.core.switches import SwitchName
from triage.web.routes import SMALL, Names, Route
from triage.web.team import deeds as teamdeeds
from triage.web.team import hour
from triage.web.team import views as team

TEAM: tuple[Route, ...] = (
    *(
        Route(path=f"/team/{name}" if name else "/team", method="GET", handler=team.part(name))
        for name in team.PARTS
    ),
    *(
        Route(
            path=f"/team/hour/{name}",
            method="POST",
            handler=teamdeeds.switch(name),
            largest=SMALL,
        )
        for name in SwitchName
    ),
    Route(path="/team/hour/end", method="POST", handler=hour.end, largest=SMALL),
    Route(
        path="/ticket/{ticket}/breach",
        method="POST",
        handler=teamdeeds.explain,
        names=Names.TICKET,
        largest=SMALL,
    ),
    Route(
        path="/ticket/{ticket}/voice",
        method="POST",
        handler=teamdeeds.write_down,
        names=Names.TICKET,
        largest=SMALL,
    ),
)
