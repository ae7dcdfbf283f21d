"""How the service is: mailboxes, relay, and the rules that run, with the last rejection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.accounts import Role
from triage.store.protocol import Store
from triage.store.verdicts import VERDICT, Said, read_said
from triage.store.versions import AppliedSet
from triage.web.reading import reader
from triage.web.render import Reader, marked
from triage.web.routes import Visit
from triage.web.team.condition import Condition, FolderHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing, how it is in words, and whether that is "good", "mid" or "bad"."""

    name: str
    text: str
    tone: str
    more: tuple[str, ...] = ()


_ROLES = {"inbox": marked("inbox"), "sent": marked("sent mail"), "junk": marked("junk")}
ICONS = {"good": "●", "mid": "◆", "bad": "▲"}


async def service(visit: Visit, read: Reader) -> tuple[Line, ...]:
    """Return how the service is, a line for each part of it."""

    def look(db: Store) -> tuple[Said | None, AppliedSet | None]:
        return read_said(db.setting(VERDICT)), db.applied_set()

    verdict, applied = await visit.office.read(look)
    condition = visit.office.condition()
    return (
        *(_folder(read, one) for one in condition.folders),
        *_relay(read, condition),
        *_rules(visit, verdict, applied),
        *(
            Line(name=name.capitalize(), text=what, tone="mid")
            for name, what in condition.troubles.items()
            if name not in {"SENDING PAUSED", "REFUSED AS SENDER"}
        ),
    )


def _folder(read: Reader, one: FolderHealth) -> Line:
    name = f"{one.mailbox} · {read.say(_ROLES.get(one.role, one.role))}"
    if one.absent:
        return Line(name=name, text=read.say("the account has none"), tone="good")
    seen = "" if one.last_sync is None else read.time(one.last_sync)
    if one.down:
        text = read.say("unreachable; last looked at %(time)s", time=seen or "\N{EN DASH}")
        return Line(name=name, text=text, tone="bad", more=(one.error,))
    if not seen:
        return Line(name=name, text=read.say("not looked at yet"), tone="mid")
    return Line(name=name, text=read.say("looked at %(time)s", time=seen), tone="good")


def _relay(read: Reader, one: Condition) -> Iterator[Line]:
    if one.paused:
        text = read.say("nothing leaves")
        yield Line(name=read.say("Relay"), text=text, tone="bad", more=(one.paused,))
    elif one.last_sent is not None:
        text = read.say("mail last left %(time)s", time=read.time(one.last_sent))
        yield Line(name=read.say("Relay"), text=text, tone="good")
    else:
        text = read.say("nothing has left since the start")
        yield Line(name=read.say("Relay"), text=text, tone="good")
    for mailbox, words in one.refused.items():
        text = read.say("the relay does not let us send as %(mailbox)s", mailbox=mailbox)
        yield Line(name=read.say("Relay"), text=text, tone="bad", more=(words,))


def _rules(visit: Visit, verdict: Said | None, applied: AppliedSet | None) -> Iterator[Line]:
    read, policy = reader(visit), visit.office.policy()
    text = read.say("version %(digest)s", digest=policy.digest)
    if applied is not None:
        text = read.say(
            "version %(digest)s, set %(number)s since %(time)s",
            digest=policy.digest,
            number=applied.number,
            time=read.time(applied.at),
        )
    yield Line(name=read.say("Rules"), text=text, tone="good")
    if verdict is None:
        return
    if verdict.faults:
        lead = visit.who.may(Role.LEAD) and not visit.who.queues
        told = read.say("rejected %(time)s; the last good set runs", time=read.time(verdict.at))
        faults = verdict.faults if lead else ()
        yield Line(name=read.say("Changed rules"), text=told, tone="bad", more=faults)
    if verdict.pending is not None:
        told = read.say("wait for an admin since %(time)s", time=read.time(verdict.pending.at))
        yield Line(name=read.say("Changed rules"), text=told, tone="mid")
