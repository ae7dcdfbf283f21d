"""A report as JSON, in a shape that stays: keys are added, never changed. Waits are minutes."""

from __future__ import annotations

from datetime import timedelta, tzinfo

from triage.core.goodwill import plain
from triage.report.figures import Desk, Figures
from triage.report.gifts import gift_shape
from triage.report.kept import Kept
from triage.report.response import Came, Response, Spread, Waited
from triage.report.staffing import Staffing
from triage.report.tickets import Json, when
from triage.store.guarding import Breach
from triage.store.round import Leaving, Remedy, Voice


def shape(found: Figures, desk: Desk) -> Json:
    """Return all of a report."""
    zone = found.zone
    return {
        "since": when(found.since, zone),
        "until": when(found.until, zone),
        "now": when(found.now, zone),
        "queue": found.queue,
        "response": _response(found.response, zone),
        "queues": [{"queue": name, **_response(one, zone)} for name, one in found.queues],
        "days": [{"day": day.isoformat(), **_response(one, zone)} for day, one in found.days],
        "oldest": [_waits(one, zone) for one in found.oldest],
        "causes": [
            {
                "cause": one.cause or None,
                "title": desk.causes.get(one.cause),
                "tickets": one.tickets,
                "mails": one.mails,
            }
            for one in found.causes
        ],
        "promises": _promises(found.kept, zone) | {"outlooks": _outlooks(found)},
        "breaches": [_breach(one, zone) for one in found.breaches],
        "breach_reasons": dict(found.reasons),
        "staffing": _staffing(found.staffing),
        "complaints": [_voice(one, found) for one in found.complaints],
        "compliments": [_voice(one, found) for one in found.compliments],
        "leaving": [_leaving(one, zone) for one in found.leaving],
        "goodwill": _goodwill(found, desk),
        "remedies": [_remedy(name, one, zone) for name, one in found.remedies],
        "acknowledgements": _acknowledgements(found),
        "agents": None
        if found.agents is None
        else [
            {
                "agent": one.agent,
                **_response(one.response, zone),
                "complaints": one.complaints,
                "compliments": one.compliments,
                "gifts": one.gifts,
            }
            for one in found.agents
        ],
    }


def _response(one: Response, zone: tzinfo) -> Json:
    return {
        "turns": one.turns,
        "answered": one.answered,
        "decided": one.decided,
        "in_time": one.in_time,
        "share": _rounded(one.share),
        "on_wall": one.on_wall,
        "share_on_wall": _rounded(one.share_on_wall),
        "late_open": one.late_open,
        "waits": one.waits,
        "closed": one.closed,
        "does": {str(does): many for does, many in one.does.items()},
        "business": _spread(one.business),
        "wall": _spread(one.wall),
        "oldest_open": None if one.oldest is None else _waits(one.oldest, zone),
    }


def _spread(one: Spread) -> Json:
    return {name: _minutes(getattr(one, name)) for name in ("p50", "p90", "p99")}


def _waits(one: Waited, zone: tzinfo) -> Json:
    return {
        "ticket": one.turn.reference,
        "queue": one.turn.queue,
        "since": when(one.turn.start, zone),
        "deadline": when(one.turn.deadline, zone),
        "business": _minutes(one.business),
        "wall": _minutes(one.wall),
        "late": one.came is Came.LATE_OPEN,
    }


def _promises(one: Kept, zone: tzinfo) -> Json:
    return {
        "told": one.told,
        "kept": one.kept,
        "share": _rounded(one.share),
        "told_before": one.told_before,
        "not_told": dict(one.not_told),
        "still_open": one.open,
        "broken": [
            {
                "ticket": told.reference,
                "promised_at": when(told.promised_at, zone),
                "answered": when(told.answered, zone),
                "why": told.why or None,
            }
            for told in one.broken
        ],
        "delays": {"told": one.delays[0], "kept": one.delays[1]},
        "expected": one.expected,
        "before_expected": one.before_expected,
    }


def _outlooks(found: Figures) -> Json:
    one = found.ahead
    return {
        "number": one.forecasts,
        "right": one.right,
        "late_foreseen": round(one.mean, 1),
        "late_came": one.came,
    }


def _breach(one: Breach, zone: tzinfo) -> Json:
    return {
        "ticket": one.reference,
        "clock": one.clock,
        "deadline": when(one.at, zone),
        "reason": one.reason,
        "detail": dict(one.detail),
        "by": one.person or None,
    }


def _staffing(one: Staffing) -> Json:
    return {
        "minutes_an_answer": round(one.pace, 1),
        "measured": one.measured,
        "together": one.together,
        "hours": [
            {
                "weekday": cell.weekday,
                "hour": cell.hour,
                "hours": round(cell.hours, 2),
                "arrivals": cell.came,
                "capacity": round(cell.capacity, 1),
                "ratio": _rounded(cell.ratio),
            }
            for cell in one.cells
        ],
    }


def _voice(one: Voice, found: Figures) -> Json:
    about = found.about.get(one.reference)
    return {
        "ticket": one.reference,
        "requester_name": "" if about is None else about.requester_name,
        "at": when(one.at, found.zone),
        "sentence": one.sentence,
        "owner": one.owner,
        "cause": one.cause or None,
        "fix": one.fix or None,
        "closed": when(one.closed, found.zone),
    }


def _leaving(one: Leaving, zone: tzinfo) -> Json:
    return {
        "ticket": one.reference,
        "requester_name": one.requester_name,
        "opened": when(one.opened, zone),
        "sign": one.sign,
        "sentence": one.sentence,
        "owner": one.owner,
        "status": one.status,
        "outcome": one.outcome or None,
    }


def _goodwill(found: Figures, desk: Desk) -> Json:
    budget = desk.budget
    return {
        "currency": None if budget is None else budget.currency,
        "budget": None if budget is None else plain(budget.month, budget.digits),
        "spent": None if budget is None else plain(desk.spent, budget.digits),
        "gifts": [gift_shape(one, found.zone) for one in found.gifts],
    }


def _remedy(reference: str, one: Remedy, zone: tzinfo) -> Json:
    return {
        "ticket": reference,
        "at": when(one.at, zone),
        "happened": one.happened,
        "kept_word": one.kept_word,
        "asked_for": one.asked_for,
        "decided": one.decided,
        "decided_by": one.decided_by,
        "final": one.final,
    }


def _acknowledgements(found: Figures) -> Json:
    every = (*found.withheld, *found.machines)
    return {
        "sent": sum(one.mails for one in found.acknowledged if one.state == "sent"),
        "not_sent": [
            {"state": one.state, "reason": one.reason or None, "mails": one.mails}
            for one in found.acknowledged
            if one.state != "sent"
        ],
        "withheld": [{"kind": one.kind, "reason": one.reason, "mails": one.mails} for one in every],
    }


def _minutes(span: timedelta | None) -> float | None:
    return None if span is None else round(span / timedelta(minutes=1), 1)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
