"""What somebody decides for themselves: language, zone, password, and where they are logged in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from starlette.responses import RedirectResponse, Response

from triage.core.accounts import LEAST_PASSWORD, Session
from triage.errors import NotPossible
from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.web.door.identity import new_id, set_cookie
from triage.web.door.login import passwords
from triage.web.reading import reader
from triage.web.render import LANGUAGES, Reader, marked, page
from triage.web.routes import Visit
from triage.web.shell import shell

_NAMES = {"en": "English", "de": "Deutsch"}
_DONE = {"kept": marked("Kept."), "password": marked("Your password is another one now.")}


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))


@dataclass(frozen=True, slots=True)
class Seen:
    """One session of the account, as it is shown."""

    since: str
    seen: str


async def show(visit: Visit) -> Response:
    """Show what the visitor may decide for themselves."""
    read, name = reader(visit), visit.who.name

    def look(db: Store) -> tuple[tuple[QueueCount, ...], tuple[Session, ...]]:
        return db.rail(visit.now), db.sessions(name, visit.now)

    counts, sessions = await visit.office.read(look)
    done = _DONE.get(str(visit.request.query_params.get("done", "")))
    return page(
        "me.html",
        read,
        languages=tuple((code, _NAMES[code]) for code in LANGUAGES),
        zones=_zones(),
        desk_zone=str(visit.office.policy().roster.hours.zone),
        sessions=tuple(_seen(one, read) for one in sessions),
        least=LEAST_PASSWORD,
        done=read.say(done) if done else "",
        **shell(visit, read, "/me", counts),
    )


def _seen(one: Session, read: Reader) -> Seen:
    return Seen(since=read.time(one.began), seen=read.time(one.seen))


async def keep(visit: Visit) -> Response:
    """Keep how the visitor reads: language and zone, each "" for what it would be by itself."""
    fields, say = await visit.request.form(), reader(visit).say
    language, zone = str(fields.get("language", "")), str(fields.get("zone", "")).strip()
    if language not in {"", *LANGUAGES}:
        raise NotPossible(say("There is no such language."))
    if zone and zone not in _zones():
        raise NotPossible(say("There is no such zone: Europe/London is one."))
    store = visit.office.store
    await visit.office.in_store(store.keep_manner, visit.who.name, language, zone)
    await visit.note(visit.who.person, "settings")
    return RedirectResponse("/me?done=kept", 303)


async def change_password(visit: Visit) -> Response:
    """Change the password; every session ends but this one, which is a new one."""
    office, who, say = visit.office, visit.who, reader(visit).say
    fields = await visit.request.form()
    old, new = str(fields.get("old", "")), str(fields.get("new", ""))
    # Counted before it is looked at, as at the door: a session may be a stolen one.
    if not await office.in_store(office.store.try_login, who.name, visit.address, visit.now):
        raise NotPossible(say("Too many tries. Wait a quarter of an hour, then try again."))
    found = await office.read(lambda db: db.account(who.name))
    if not await passwords.right(old, None if found is None else found[1]):
        raise NotPossible(say("The old password is wrong."))
    if len(new) < LEAST_PASSWORD:
        raise NotPossible(say("A password has at least %(num)s characters.", num=LEAST_PASSWORD))
    kept, id_ = await passwords.hashed(new), new_id()
    await office.in_store(office.store.keep_password, who.name, kept)
    await office.in_store(office.store.open_session, who.name, id_, visit.now)
    await visit.note(who.person, "password")
    response = RedirectResponse("/me?done=password", 303)
    set_cookie(response, office.settings, id_)
    return response
