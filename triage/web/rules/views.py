"""The rules' views, for admins: what runs and what it did, how good the model is, and a trial.

They tell of the whole desk, and name its tickets: who may see but some queues has none of them.
What a set is, and what becomes of files, is `inforce`'s; here it is shown, and ordered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from triage.core.overruled import WITHIN, overruled, rule_file
from triage.core.remember import as_list
from triage.errors import NotPossible
from triage.model.heads import ClassHead
from triage.model.predict import Model
from triage.report.words import percent
from triage.store.learning import Outcome, Taught
from triage.store.protocol import Store
from triage.store.tuning import LabelCount, Moved, RuleHits
from triage.store.verdicts import VERDICT, Said, read_said
from triage.store.versions import AppliedSet, Draft, Held
from triage.web.kept import kept
from triage.web.names import Names
from triage.web.reading import reader, refusal
from triage.web.render import Reader, marked, page
from triage.web.routes import Handler, Visit
from triage.web.rules import model as modelsheets
from triage.web.rules import sheets as rulesheets
from triage.web.rules.sureness import sureness
from triage.web.rules.trial import explained
from triage.web.said import not_found, turned_away
from triage.web.sheets import Sheet, csv_of
from triage.web.shell import shell

PARTS: Mapping[str, str] = {
    "": marked("Rules"),
    "model": marked("Model"),
    "try": marked("Try a mail"),
}
"""The views by the last word of their path, in the order in which they are shown."""

DAYS = (1, 7, 28)
"""Days over which hits are counted: the longest takes a second at 1,500 mails a day."""

USUAL = 7
MOST_HEADS = 50
COMMANDS: Mapping[Held, str] = {
    Held.TESTS_FAIL: "triage rules test",
    Held.CHANGES_MUCH: "triage rules apply",
    Held.ROLLED_BACK: "triage rules apply",
}
"""What is to be typed about a draft that waits."""

NOTHING: Mapping[str, str] = {"from": "", "subject": "", "text": ""}
"""The form of a trial before anything was typed."""

Shown = tuple[tuple[Sheet, ...], Mapping[str, Any]]
Part = Callable[[Visit, Reader], Awaitable[Shown]]


def whole(handler: Handler) -> Handler:
    """Return a handler that is for admins of the whole desk alone."""

    async def checked(visit: Visit) -> Response:
        if visit.who.queues:
            text = marked("This is for an admin of the whole desk.")
            return turned_away(visit.request, 403, text)
        return await handler(visit)

    return checked


def part(name: str) -> Handler:
    """Return the handler of one view; `?format=csv&table=NAME` takes one of its tables."""
    make = _PARTS[name]

    async def handler(visit: Visit) -> Response:
        read, asked = reader(visit), visit.request.query_params
        sheets, more = await make(visit, read)
        if asked.get("format") == "csv":
            return csv_of(sheets, asked.get("table"), "triage") or not_found(visit.request)
        return await shown(visit, name, sheets, more)

    return whole(handler)


async def shown(
    visit: Visit, name: str, sheets: tuple[Sheet, ...], more: Mapping[str, Any]
) -> Response:
    """Return one view, filled in."""
    read = reader(visit)
    counts = await visit.office.read(lambda db: db.rail(visit.now))
    return page(
        f"rules_{name or 'set'}.html",
        read,
        title=read.say(PARTS[name]),
        part=name,
        here="/rules" + (f"/{name}" if name else ""),
        parts=tuple(
            (each, f"/rules/{each}" if each else "/rules", read.say(text))
            for each, text in PARTS.items()
        ),
        sheets={one.name: one for one in sheets},
        **more,
        **shell(visit, read, "/rules", counts),
    )


async def _set(visit: Visit, read: Reader) -> Shown:
    asked = visit.request.query_params.get("days", "")
    days = next((many for many in DAYS if str(many) == asked), USUAL)
    since, policy = visit.now - timedelta(days=days), visit.office.policy()

    def look(
        db: Store,
    ) -> tuple[tuple[AppliedSet, ...], Draft | None, Said | None]:
        return db.applied_sets(), db.draft(), read_said(db.setting(VERDICT))

    sets, draft, verdict = await visit.office.read(look)
    hits: tuple[RuleHits, ...] = await visit.office.slow(
        ("hits", days), visit.now, lambda: visit.office.read(lambda db: db.rule_hits(since))
    )
    hints = await visit.office.slow("hints", visit.now, lambda: _hints(visit))
    told = tuple((kept(said, read), rule) for said, rule in hints)
    sheets = (
        rulesheets.hits(read, policy.rules, hits, days),
        rulesheets.sets(read, sets),
        *((rulesheets.files(read, sets[0]),) if sets else ()),
        *((rulesheets.changes(read, draft.replay),) if draft else ()),
    )
    return sheets, {
        "applied": _applied(read, policy.digest, sets[0] if sets else None),
        "draft": None if draft is None else _draft(read, draft),
        "faults": () if verdict is None else verdict.faults,
        "rejected": "" if verdict is None else read.time(verdict.at),
        "hints": told,
        "days": days,
        "spans": tuple((many, read.count("%(num)s day", "%(num)s days", many)) for many in DAYS),
        "asked": bool(visit.request.query_params.get("asked")),
    }


async def _hints(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return which queues people keep overruling, each with a rule that would help meanwhile."""
    today = visit.now.astimezone(visit.office.policy().roster.hours.zone).date()
    placed = visit.now - WITHIN
    found = await visit.office.read(lambda db: overruled(db.placed_by_model(placed)))
    return tuple((one.said, rule_file(one, today)) for one in found)


def _applied(read: Reader, digest: str, one: AppliedSet | None) -> Mapping[str, str]:
    if one is None:
        return {"digest": digest, "number": "", "since": "", "by": "", "tests": ""}
    by = " ".join(filter(None, (one.audit.person, one.audit.how)))
    passed = one.audit.tests.get("passed")
    return {
        "digest": digest,
        "number": str(one.number),
        "since": read.time(one.at),
        "by": by,
        "tests": "" if passed is None else str(passed),
    }


def _draft(read: Reader, draft: Draft) -> Mapping[str, object]:
    return {
        "reason": kept(draft.reason, read),
        "since": read.time(draft.at),
        "digest": draft.digest,
        "command": COMMANDS[draft.state],
        "failed": tuple(map(str, as_list(draft.tests.get("failed")))),
        "replayed": bool(draft.replay),
        "applies": draft.state is Held.CHANGES_MUCH and bool(draft.replay),
    }


async def _model(visit: Visit, read: Reader) -> Shown:
    names = Names(policy=visit.office.policy())
    since = visit.now - timedelta(days=modelsheets.LATELY_DAYS)

    def look(
        db: Store,
    ) -> tuple[tuple[LabelCount, ...], tuple[Moved, ...], tuple[Taught, ...]]:
        return db.label_counts(since), db.moved_by_people(since), db.taught(MOST_HEADS)

    counts, moved, taught = await visit.office.read(look)
    head = _head(visit)
    last = taught[0] if taught and taught[0].outcome is Outcome.WAITING else None
    condition = visit.office.condition()
    sheets = (
        *modelsheets.coverage(read, counts, head, names),
        *((sureness(read, head),) if head is not None else ()),
        modelsheets.moved(read, moved, names),
        modelsheets.heads(read, taught),
        *((modelsheets.compared(read, last),) if last is not None else ()),
    )
    return sheets, {
        "model": condition.model,
        "coverage": percent(condition.coverage),
        "waits": None if last is None else {"number": last.number, "why": kept(last.why, read)},
    }


def _head(visit: Visit) -> ClassHead | None:
    model = visit.office.judge()
    return model.heads.queue if isinstance(model, Model) else None


async def _try(visit: Visit, _read: Reader) -> Shown:
    ready = visit.office.judge() is not None
    return (), {"ready": ready, "found": None, "typed": NOTHING, "wrong": ""}


async def judged(visit: Visit) -> Response:
    """Explain a mail that was pasted; that it was is audited, and nothing of it is kept."""
    read = reader(visit)
    found, ready = None, visit.office.judge() is not None
    async with visit.request.form() as fields:
        typed = {name: str(fields.get(name, "")) for name in NOTHING}
        try:
            found = await explained(visit, fields)
            wrong = "" if found is not None or not ready else read.say("There is nothing to judge.")
        except NotPossible as exc:
            wrong = refusal(visit, exc)
    if found is not None:
        await visit.note(visit.who.person, "mail_tried")
    more = {"ready": ready, "found": found, "typed": typed, "wrong": wrong}
    return await shown(visit, "try", (), more)


_PARTS: Mapping[str, Part] = {"": _set, "model": _model, "try": _try}
