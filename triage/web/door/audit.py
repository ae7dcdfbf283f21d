"""The audit: who did what, to what, when, and from where; for admins of the whole desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode

from starlette.responses import Response

from triage.core.hours import first_instant
from triage.store.accounts import Audited
from triage.store.auditing import AuditAsked
from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.web.door.refusals import ACTION
from triage.web.fields import whole_number
from triage.web.kept import kept
from triage.web.reading import reader
from triage.web.render import Reader, marked, page
from triage.web.routes import Visit
from triage.web.said import not_found
from triage.web.shell import shell
from triage.web.words_of import said

MOST = 100

ACTIONS: Mapping[str, str] = {
    "login": marked("logged in"),
    "logout": marked("logged out"),
    "logout_everywhere": marked("logged out everywhere"),
    "refused": marked("was refused"),
    "settings": marked("changed their settings"),
    "password": marked("changed their password"),
    "user_added": marked("added an account"),
    "user_changed": marked("changed an account"),
    "token_made": marked("made a token"),
    "token_revoked": marked("revoked a token"),
    "take": marked("took"),
    "hand_over": marked("handed over"),
    "snooze": marked("put off"),
    "close": marked("closed"),
    "correct": marked("set right"),
    "undo": marked("took back"),
    "answered": marked("marked as answered"),
    "owe": marked("owes an update"),
    "wish": marked("kept wishes"),
    "send": marked("sent a mail"),
    "send_again": marked("sent a mail again"),
    "take_back": marked("called a mail back"),
    "arrived": marked("said that a mail arrived"),
    "note": marked("wrote a note"),
    "remedy": marked("wrote a remedy down"),
    "gift": marked("gave goodwill"),
    "gift_back": marked("took goodwill back"),
    "merge": marked("merged"),
    "unmerge": marked("took a merge back"),
    "split": marked("split"),
    "unsplit": marked("took a split back"),
    "breach_explained": marked("said why it was late"),
    "complaint": marked("wrote about a complaint"),
    "compliment": marked("wrote about a compliment"),
    "switched_on": marked("set something for the hour"),
    "switched_off": marked("ended something for the hour"),
    "rules_applied": marked("applied rules"),
    "rules_rolled_back": marked("went back to earlier rules"),
    "heads_approved": marked("approved heads"),
    "heads_rejected": marked("rejected heads"),
    "heads_rolled_back": marked("went back to earlier heads"),
    "mail_tried": marked("tried a mail"),
}
"""What is done, by the names that the audit keeps."""

_FILTERS = ("person", "action", "about", "since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit, as it is shown; `ticket` is a path, or ""."""

    number: int
    when: str
    instant: str
    person: str
    action: str
    about: str
    ticket: str
    what: str
    address: str
    refused: bool


async def show(visit: Visit) -> Response:
    """Show what was done, newest first: by whom, what, to what, and since when, as is asked for.

    It tells of every queue: whoever may see but some of them does not see it.
    """
    if visit.who.queues:
        return not_found(visit.request)
    asks, read = visit.request.query_params, reader(visit)
    given = {name: asks.get(name, "").strip()[:200] for name in _FILTERS}
    asked = AuditAsked(
        person=given["person"],
        action=given["action"],
        about=given["about"],
        since=_since(given["since"], read),
        before=whole_number(asks.get("before", "")) or 0,
        limit=MOST + 1,
    )

    def look(
        db: Store,
    ) -> tuple[tuple[tuple[int, Audited], ...], tuple[str, ...], tuple[QueueCount, ...]]:
        return db.audit_of(asked), db.audited_actions(), db.rail(visit.now)

    found, actions, counts = await visit.office.read(look)
    older = ""
    if len(found) > MOST:
        asked_for = {name: value for name, value in given.items() if value}
        older = f"/audit?{urlencode({**asked_for, 'before': found[MOST - 1][0]})}"
    return page(
        "audit.html",
        read,
        entries=tuple(_entry(number, one, read) for number, one in found[:MOST]),
        actions=tuple((name, _action(name, read)) for name in actions),
        given=given,
        filtered=any(given.values()),
        older=older,
        **shell(visit, read, "/audit", counts),
    )


def _entry(number: int, one: Audited, read: Reader) -> Entry:
    return Entry(
        number=number,
        when=read.time(one.at),
        instant=one.at.isoformat(),
        person=one.person,
        action=_action(one.action, read),
        about=one.about,
        ticket=f"/ticket/{one.about}" if one.about.startswith("T-") else "",
        what=_more(str(one.detail.get("what", "")), read),
        address=one.address,
        refused=one.action == ACTION,
    )


def _more(text: str, read: Reader) -> str:
    """Return what was written down beside a deed: an end, as the reader reads time, or words."""
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        return kept(text, read)
    return read.say("until %(when)s", when=read.time(until)) if until.tzinfo else text


def _action(name: str, read: Reader) -> str:
    return said(ACTIONS, name.replace("-", "_"), read)


def _since(typed: str, read: Reader) -> datetime | None:
    """Return when a day begins for the reader; None where it is none."""
    try:
        return first_instant(read.zone, date.fromisoformat(typed), time())
    except (ValueError, OverflowError):
        return None
