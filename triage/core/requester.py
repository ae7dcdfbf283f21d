"""Who asks for something: mostly whoever the mail is from, and sometimes somebody behind them.

A contact form writes for many people, and a colleague passes on what somebody wrote to them. In
both cases the mail is about, and an answer is owed to, somebody who did not send it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from triage.core.form import Form, usable
from triage.core.mail import automatic
from triage.core.message import Address, Message, SenderTrust, Trust, Verdict
from triage.core.reaching import addressed_to_us, ours, recipient, reply_addresses, staff
from triage.core.subject import without_forward
from triage.core.terms import Terms
from triage.core.ticket import Kind
from triage.core.worded import worded


class Found(StrEnum):
    """Where the requester was found. What a form says proves nothing of who wrote it."""

    SENDER = "sender"
    REPLY_TO = "reply_to"
    FORM = "form"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Whom a ticket is for.

    `address` is case-folded; "" where none can be told. `watcher` is the colleague who passed
    the mail on, and `note` what they wrote above it.
    """

    address: str
    name: str
    found: Found
    watcher: str = ""
    note: str = ""

    @property
    def domain(self) -> str:
        """The domain of the address, or ""."""
        return self.address.rpartition("@")[2]

    @property
    def by_form(self) -> bool:
        """Whether a form says who it is."""
        return self.found in {Found.REPLY_TO, Found.FORM}


STAYS = frozenset(
    {
        Kind.BOUNCE,
        Kind.DSN_OTHER,
        Kind.CALENDAR,
        Kind.CHALLENGE,
        Kind.SPAM,
        Kind.PHISHING,
        Kind.UNREADABLE,
    }
)
"""What a mail from a form's address may be instead of what somebody filled in."""


def by_sender(message: Message) -> Requester:
    """Return the one whom a mail is from, or would be answered to."""
    sender = message.writer
    return Requester(
        address=sender.addr if sender else "",
        name=sender.name if sender else "",
        found=Found.SENDER,
    )


def reached(who: Requester, message: Message, own: frozenset[str]) -> Address | None:
    """Return where an acknowledgement to the requester goes; None: nowhere.

    A form's Reply-To is the requester's own. Nobody else than a form's customer is reached at an
    address that the sender of a mail does not have; see `recipient`.
    """
    if who.found is Found.FORWARD or not who.address:
        return None
    return Address(who.address, who.name) if who.by_form else recipient(message, own)


def also_reached(who: Requester, message: Message, own: frozenset[str]) -> tuple[str, ...]:
    """Return where else the requester wants answers: never where a form, or a colleague, does."""
    return reply_addresses(message, own) if who.found is Found.SENDER else ()


def behind(
    message: Message, verdict: Verdict, trust: SenderTrust, terms: Terms
) -> Requester | None:
    """Return the one who asks where that is not the sender, else None.

    Nobody is behind a colleague who is known to be forged. A form often fails authentication, for
    a web server sends it: a ticket comes of it all the same, and no acknowledgement. `verdict` is
    what the headers say.
    """
    if message.sender is None:
        return None
    by_form = _by_form(message, verdict, terms)
    if by_form is not None or trust.trust is Trust.FAIL:
        return by_form
    return _forwarded(message, verdict, terms)


def _by_form(message: Message, verdict: Verdict, terms: Terms) -> Requester | None:
    sender = message.sender.addr if message.sender else ""
    forms = [form for form in terms.forms if form.sender == sender]
    if not forms or verdict.kind in STAYS or message.header("X-Triage-Loop") is not None:
        return None
    answers = message.cites or automatic.replied(message) is not None
    ours_too = sender in ours(terms)
    if ours_too and (answers or not addressed_to_us(message, terms)):
        return None  # what we write ourselves: an answer may well quote the form
    for form in forms:
        if found := _filled_in(form, message, terms):
            return found
    # An absence or an answer from the form's own address names nobody: it is no form.
    if answers or ours_too:
        return None
    return Requester(address="", name="", found=Found.FORM)


def _filled_in(form: Form, message: Message, terms: Terms) -> Requester | None:
    """Return who filled the form in, where it names an address that can be theirs."""
    for found, said in (
        (Found.REPLY_TO, form.replies_to(message)),
        (Found.FORM, form.typed(message)),
    ):
        if said is None or not usable(said.addr) or said.addr == form.sender:
            continue
        if automatic.machines(said.addr):
            continue
        if said.addr not in terms.own.mailboxes:
            name = form.name(message) or said.name
            return Requester(address=said.addr, name=name, found=found)
    return None


def _forwarded(message: Message, verdict: Verdict, terms: Terms) -> Requester | None:
    """Return who wrote what a colleague passes on to us; an answer to them is no forward."""
    author, sender = message.forwarded_from, message.sender
    if author is None or sender is None or sender.addr not in staff(terms):
        return None
    told = {address.addr for address in (*message.to, *message.cc)}
    if verdict.kind is not Kind.HUMAN or author.addr in told | ours(terms):
        return None
    return Requester(
        address=author.addr,
        name=author.name,
        found=Found.FORWARD,
        watcher=sender.addr,
        note="" if message.forwarded.strip() in message.text else message.text,
    )


def as_asked(message: Message, who: Requester | None) -> Message:
    """Return a mail as the requester wrote it: what a colleague put around it is taken off.

    What a form sends is all filled in: nothing in it is a quote, a copied head or a signature.
    """
    if who is not None and who.by_form:
        return replace(message, text=message.body.strip())
    if who is None or who.found is not Found.FORWARD:
        return message
    text = message.forwarded.strip() or message.text
    return replace(message, subject=without_forward(message.subject), text=text)


def as_human(verdict: Verdict, who: Requester | None) -> Verdict:
    """Return the verdict on a mail: whoever fills a form in is human, whatever sends it off."""
    if who is None or not who.by_form:
        return verdict
    return Verdict(Kind.HUMAN, worded("a contact form sent it, for somebody who filled it in"))


def as_proven(trust: SenderTrust, who: Requester | None) -> SenderTrust:
    """Return what is proven of the requester: nothing, where anybody could type the address.

    That the mail does not even come from the form stays said.
    """
    if who is None or not who.by_form or trust.trust is Trust.FAIL:
        return trust
    why = worded("a contact form names the requester, and anybody can fill it in")
    return SenderTrust(Trust.NONE, why)


def asked_by(who: Requester) -> tuple[str, ...]:
    """Say in words how the requester was found, where it is not the sender."""
    match who.found:
        case Found.SENDER:
            return ()
        case Found.REPLY_TO:
            return (
                worded(
                    "filled in a contact form, whose Reply-To names them: %(address)s",
                    address=who.address,
                ),
            )
        case Found.FORM if who.address:
            return (
                worded(
                    "filled in a contact form, which names them: %(address)s", address=who.address
                ),
            )
        case Found.FORM:
            return (worded("a contact form names no address that could be the requester's"),)
        case Found.FORWARD:
            return (worded("forwarded by %(person)s, who takes no part", person=who.watcher),)
