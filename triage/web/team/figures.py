"""The figures that the team's views are made of, and whose they are to see."""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.accounts import Role
from triage.core.clocked import counting_with
from triage.core.switches import Switches
from triage.report.figures import Desk, Figures, figures
from triage.store.protocol import Store
from triage.web.routes import Visit
from triage.web.team.ahead import Forecast, forecast
from triage.web.team.period import Period, period_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a view is asked for: a time, and one queue or all (None).

    `whole`: the visitor may see the whole desk. `mine`: figures of people are of this agent alone;
    None: of everybody.
    """

    period: Period
    queue: str | None
    whole: bool
    mine: str | None

    @property
    def everything(self) -> bool:
        """Whether all queues are asked for, by somebody who may see them."""
        return self.whole and self.queue is None


def asked(visit: Visit) -> Asked | None:
    """Return what is asked for; None where it is no time, or no queue that the visitor may see."""
    asks, who, policy = visit.request.query_params, visit.who, visit.office.policy()
    period = period_of(asks, visit.now, policy.roster.hours.zone)
    queue = asks.get("queue") or None
    if who.queues and queue is None:
        queue = min(who.queues)
    if period is None or (queue is not None and not who.sees(queue, queue)):
        return None
    if queue is not None and queue not in {*policy.queues, *who.queues}:
        return None
    lead = who.may(Role.LEAD)
    return Asked(period=period, queue=queue, whole=not who.queues, mine=None if lead else who.agent)


async def figures_of(visit: Visit, asks: Asked) -> Figures:
    """Return the figures of a time, as they were within the last minute."""
    key = ("figures", asks.period.query, asks.queue)
    return await visit.office.slow(
        key, visit.now, lambda: visit.office.read(lambda db: _figures(visit, db, asks))
    )


def _figures(visit: Visit, db: Store, asks: Asked) -> Figures:
    policy, period = visit.office.policy(), asks.period
    read = db.reported(period.since, period.until, visit.now, asks.queue)
    hours, switches = policy.roster.hours, Switches(read.switches)
    desk = Desk(
        counting=counting_with(policy.service, policy.queues, hours, switches),
        roster=policy.roster,
        zone=hours.zone,
    )
    return figures(read, desk, visit.now, agents=True)


async def forecast_of(visit: Visit) -> Forecast:
    """Return what is ahead of the whole desk, as it was within the last minute."""
    return await visit.office.slow(
        "forecast", visit.now, lambda: visit.office.read(lambda db: forecast(visit, db))
    )
