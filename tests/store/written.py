"""Mails of our own people in a test: written, put, sent, and answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.store.desk import NOW, Desk
from triage.core.identifiers import anchor, minted
from triage.core.message import Address
from triage.core.outgoing import Outgoing, Readiness, Send
from triage.core.reply import ASIDE, After, Answered, Enclosed, Form, Reply, Writer, Written
from triage.core.replymail import HumanMail, human_mail_bytes
from triage.core.ticket import OutboxId
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore

MARIA = Writer(person="maria", agent="maria", account="maria")
JONAS = Writer(person="jonas", agent="jonas", account="jonas")
WINDOW = timedelta(seconds=10)
JO = Address("jo@example.net", "Jo Park")


def key(number: int = 1) -> str:
    return f"press-{number:012d}"


def reply(text: str = "A new top leaves today.", **more: object) -> Reply:
    values: dict[str, object] = {"to": (JO,), "subject": "Re: Cracked table", "text": text, **more}
    return Reply(**values)  # type: ignore[arg-type]


def secret_of(store: SqliteStore) -> bytes:
    return bytes.fromhex(store.setting("secret") or "")


def written(
    store: SqliteStore, reference: str, mail: Reply, press: str, now: datetime = NOW
) -> Written:
    """Make a mail as the page does."""
    secret, aside = secret_of(store), mail.form in ASIDE
    name = minted(secret, "side" if aside else "reply", reference, "northwind.example", press)
    side = minted(secret, "side", reference, "northwind.example", f"anchor {press}")
    payload = human_mail_bytes(
        HumanMail(
            name="Maria Lund (Northwind)",
            mailbox="support@northwind.example",
            to=mail.to,
            cc=mail.cc,
            subject=mail.subject,
            text=mail.text,
            date=now,
            message_id=name,
            anchor=side if aside else anchor(secret, reference, "northwind.example"),
            enclosed=mail.enclosed,
        )
    )
    first, *also = (one.addr for one in (*mail.to, *mail.cc))
    return Written(
        reply=mail,
        key=press,
        mailbox="support",
        message_id=name,
        payload=payload,
        envelope_from="support@northwind.example",
        recipient=first,
        also=tuple(also),
        does="answers",
        side=side if aside else "",
    )


def as_written(recheck: Recheck) -> Readiness:
    """Let go what people wrote, and nothing else."""
    assert recheck.mail.payload is not None
    return Send(payload=recheck.mail.payload, envelope_from=recheck.mail.envelope_from)


class Office:
    """One ticket in a store, and what is written on it."""

    def __init__(self, store: SqliteStore, desk: Desk, reference: str) -> None:
        self.store, self.desk, self.reference = store, desk, reference
        self.press = 0

    def put(
        self,
        text: str = "A new top leaves today.",
        *,
        by: Writer = MARIA,
        after: After = Answered(),  # noqa: B008 - a value
        form: Form = Form.REPLY,
        to: tuple[Address, ...] = (JO,),
        cc: tuple[Address, ...] = (),
        enclosed: tuple[Enclosed, ...] = (),
        anyway: bool = False,
        seen: int | None = None,
    ) -> OutboxId:
        """Press the key."""
        self.press += 1
        mail = reply(text, after=after, form=form, to=to, cc=cc, enclosed=enclosed)
        now = self.desk.now
        about = self.store.correspondence(self.reference)
        return self.store.put_reply(
            self.reference,
            written(self.store, self.reference, mail, key(self.press), now),
            by,
            about.seen if seen is None else seen,
            now,
            now + WINDOW,
            anyway=anyway,
        )

    def claim(self, after: timedelta = WINDOW) -> Outgoing | None:
        """Let the undo window pass, and take what is to leave."""
        self.desk.now += after
        return self.store.claim(self.desk.now, as_written, sorts=("reply",))  # type: ignore[arg-type]

    def leave(self, after: timedelta = WINDOW) -> OutboxId:
        """Let a mail leave, and a relay take it."""
        mail = self.claim(after)
        assert mail is not None
        assert self.store.inflight(mail.id, self.desk.now)
        self.store.sent(mail.id, self.desk.now, "250 ok")
        return mail.id

    def events(self) -> list[str]:
        return [event.name for event in self.store.ticket(self.reference).events]
