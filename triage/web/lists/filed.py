"""Mail that became no ticket: spam, and what machines sent; one key takes it where it belongs.

Such mail lies in no queue, so it is seen by those alone who may see all of them: whoever is held
to some would read here what was written to the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from triage.core.accounts import Account
from triage.core.arrival import Role
from triage.core.ticket import TICKETED, Kind, MessageId, handle, read_handle
from triage.errors import NoSuchTicket, NotPossible
from triage.store.byhand import Correction
from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.store.views import Filed, InJunk, MailView, MessageView
from triage.web.htmx import by_htmx, with_toast
from triage.web.kept import kept
from triage.web.reading import reader
from triage.web.render import Reader, page
from triage.web.routes import Handler, Visit
from triage.web.said import not_found
from triage.web.shell import FILED, back_to, shell
from triage.web.thread.asked import KIND_WORDS, KINDS
from triage.web.words_of import KINDS as KINDS_CALLED
from triage.web.words_of import said as called

MOST = 100
SPAM, AUTOMATIC = FILED
KINDS_OF = {
    SPAM: (Kind.SPAM,),
    AUTOMATIC: tuple(kind for kind in Kind if kind not in TICKETED and kind is not Kind.SPAM),
}
_OUT = {SPAM: "not_spam", AUTOMATIC: "not_automatic"}
_OTHER = {SPAM: "automatic", AUTOMATIC: "spam"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledRow:
    """One mail in a list: `kind` is what it is said to be, `ticket` the one it lies on, or ""."""

    handle: str
    who: str
    subject: str
    when: str
    instant: str
    kind: str
    why: str
    ticket: str


def sees(account: Account) -> bool:
    """Say whether an account may see mail that lies in no queue."""
    return not account.queues


def placed(db: Store, name: str) -> tuple[str, str] | None:
    """Return where a mail of that handle lies: in no queue; None: there is none."""
    return None if _mail(db, name) is None else ("", "")


def _mail(db: Store, name: str) -> MailView | None:
    """Return the mail of that handle, once it is known what it is."""
    number = read_handle(name)
    try:
        mail = None if number is None else db.mail(number)
    except NoSuchTicket:
        return None
    return mail if mail is not None and mail.message.kind else None


async def view(visit: Visit, name: str) -> Response:
    """Show the view of that name, and above spam what a filter threw away by mistake, perhaps."""
    if not sees(visit.who):
        return not_found(visit.request)
    read = reader(visit)
    asked = visit.request.query_params.get("open", "")

    def look(
        db: Store,
    ) -> tuple[tuple[Filed, ...], tuple[InJunk, ...], tuple[QueueCount, ...], MailView | None]:
        junk = db.in_junk(MOST) if name == SPAM else ()
        return db.filed(KINDS_OF[name], MOST), junk, db.rail(visit.now), _mail(db, asked)

    mails, junk, counts, opened = await visit.office.read(look)
    here = f"/view/{name}"
    return page(
        "filed.html",
        read,
        title=read.say(FILED[name]),
        here=here,
        back=here,
        doubtful=tuple(_of_junk(one, read) for one in junk),
        mails=tuple(_filed(one, read) for one in mails),
        opened=opened is not None,
        **shell(visit, read, here, counts),
        **({} if opened is None else _shown(opened, read)),
    )


async def one(visit: Visit) -> Response:
    """Show one mail: beside its list where a script asks, else on a page of its own."""
    read, number = reader(visit), _number(visit.request)
    back = back_to(visit.request.query_params.get("from", ""))

    def look(db: Store) -> tuple[MailView, tuple[QueueCount, ...]]:
        return db.mail(number), db.rail(visit.now)

    mail, counts = await visit.office.read(look)
    shown = _shown(mail, read)
    if by_htmx(visit.request):
        return page("mail.html", read, back=back, **shown)
    return page("mailpage.html", read, back=back, **shell(visit, read, back, counts), **shown)


def _says(name: str) -> Handler:
    """Return the handler that says what a mail is."""

    async def handler(visit: Visit) -> Response:
        number = _number(visit.request)
        await _as_seen(visit, number)
        store, correction = visit.office.store, Correction(kind=KINDS[name])
        await visit.office.in_store(
            store.correct, handle(number), correction, {}, visit.who.person, visit.now
        )
        await visit.note(visit.who.person, "correct", handle(number), name)
        read = reader(visit)
        told = read.say("Learned: %(what)s.", what=read.say(KIND_WORDS[name]))
        return await _after(visit, number, told, undo=True)

    return handler


async def _undo(visit: Visit) -> Response:
    """Take back what was said last of a mail."""
    number, read = _number(visit.request), reader(visit)
    store = visit.office.store
    if not await visit.office.in_store(
        store.undo_correction, handle(number), visit.who.person, visit.now
    ):
        raise NotPossible(read.say("There is no correction to take back."))
    await visit.note(visit.who.person, "undo", handle(number))
    return await _after(visit, number, read.say("Taken back."), undo=False)


DEEDS: Mapping[str, Handler] = {**{name: _says(name) for name in KINDS}, "undo": _undo}
"""What may be said of a mail, by the last word of its path."""


async def _as_seen(visit: Visit, number: MessageId) -> None:
    """Refuse what is said of a mail that is something else by now. Raises: NotPossible."""
    fields: FormData = await visit.request.form()
    mail = await visit.office.read(lambda db: db.mail(number))
    if str(fields.get("kind", "")) != mail.message.kind:
        raise NotPossible(
            reader(visit).say("It has changed meanwhile. Nothing was done: look again.")
        )


async def _after(visit: Visit, number: MessageId, told: str, *, undo: bool) -> Response:
    path = f"/filed/{handle(number)}"
    if not by_htmx(visit.request):
        return RedirectResponse(path, 303)
    read = reader(visit)
    mail = await visit.office.read(lambda db: db.mail(number))
    shown = page("mailthread.html", read, **_shown(mail, read))
    return with_toast(shown, told, f"{path}/undo" if undo else None)


def _number(request: Request) -> MessageId:
    number = read_handle(str(request.path_params["filed"]))
    if number is None:
        raise NoSuchTicket(str(request.path_params["filed"]))
    return number


def _shown(mail: MailView, read: Reader) -> dict[str, object]:
    message = mail.message
    kind = message.kind
    where = SPAM if kind == Kind.SPAM else AUTOMATIC
    keys = ("spam", "automatic") if kind in TICKETED else (_OUT[where], _OTHER[where])
    if message.role == Role.JUNK:
        keys = ("not_spam", "spam")
    return {
        "mail": _row(message, read, kind, message.kind_why, mail.reference),
        "address": message.sender,
        "text": message.text,
        "waits": mail.waits,
        "kind_word": called(KINDS_CALLED, kind, read),
        "keys": keys,
        "words": {name: read.say(text) for name, text in KIND_WORDS.items()},
    }


def _filed(mail: Filed, read: Reader) -> FiledRow:
    return _row(mail, read, called(KINDS_CALLED, mail.kind, read), mail.why, mail.reference)


def _of_junk(mail: InJunk, read: Reader) -> FiledRow:
    return _row(mail, read, read.say("in junk"), mail.why, mail.reference)


def _row(
    mail: Filed | InJunk | MessageView, read: Reader, kind: str, why: str, ticket: str
) -> FiledRow:
    return FiledRow(
        handle=handle(mail.id),
        who=mail.sender_name or mail.sender or read.say("nobody named"),
        subject=mail.subject or read.say("no subject"),
        when=read.time(mail.arrived),
        instant=mail.arrived.isoformat(),
        kind=kind,
        why=kept(why, read),
        ticket=ticket,
    )
