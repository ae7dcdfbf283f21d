"""A question to a third party: its answer comes back beside the ticket, and answers nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.store.desk import SENT, Desk, bounce, mail
from tests.store.written import Office
from triage.core.disposition import Join
from triage.core.message import Address
from triage.core.owned import Telling, Untold
from triage.core.reply import Form
from triage.core.ticket import Status
from triage.errors import NoSuchTicket
from triage.store.accepted import THIRD_PARTY
from triage.store.sqlite import SqliteStore

CARRIER = Address("claims@carrier.example", "Carrier")


def asked(office: Office, form: Form = Form.THIRD_PARTY) -> str:
    """Ask the carrier, and return the name of that mail."""
    office.put("Where is parcel 7?", form=form, to=(CARRIER,))
    office.leave()
    return office.store.ticket(office.reference).outgoing[-1].message_id


def answer(
    office: Office,
    cites: str,
    text: str = "It lies in Hamburg.",
    sender: str = CARRIER.addr,
    name: str = "one@carrier.example",
) -> None:
    office.desk.now += timedelta(minutes=5)
    raw = mail(
        text,
        sender=sender,
        subject="Re: parcel",
        message_id=f"<{name}>",
        more=f"In-Reply-To: <{cites}>\nReferences: <{cites}>",
    )
    office.desk.take(raw)


@pytest.mark.parametrize("form", [Form.THIRD_PARTY, Form.FORWARD])
def test_a_question_to_somebody_else_stops_no_clock(office: Office, form: Form) -> None:
    asked(office, form)
    view = office.store.ticket(office.reference)
    assert (view.row.status, view.clocks[0].answered) == (Status.OPEN, None)
    assert office.store.answers(office.reference) == ()
    (side,) = office.store.side_threads(office.reference)
    assert (side.addresses, len(side.mails)) == ((CARRIER.addr,), 1)


@pytest.mark.parametrize("rests", [False, True])
def test_the_answer_comes_back_beside_the_ticket_however_it_stands(
    office: Office, *, rests: bool
) -> None:
    cites = asked(office)
    if rests:
        office.put()
        office.leave()
    status = office.store.ticket(office.reference).row.status
    clocks = office.store.ticket(office.reference).clocks
    answer(office, cites)
    view = office.store.ticket(office.reference)
    assert (view.row.status, view.clocks) == (status, clocks)
    assert view.messages[-1].text == "It lies in Hamburg."
    assert not view.messages[-1].participant
    assert THIRD_PARTY in view.row.badges
    (side,) = office.store.side_threads(office.reference)
    assert side.messages == (view.messages[-1].id,)
    assert len(office.store.queue(None, 10)) == (0 if rests else 1)
    acks = [one for one in view.outgoing if one.recipient == CARRIER.addr and one.sort == "ack"]
    assert acks == []


def test_a_third_party_who_goes_on_by_their_own_mail_alone_is_known(office: Office) -> None:
    answer(office, asked(office))
    answer(office, "one@carrier.example", "It moves now.", name="two@carrier.example")
    (side,) = office.store.side_threads(office.reference)
    assert len(side.messages) == 2
    assert len(office.store.queue(None, 10)) == 1


def test_a_colleague_of_the_third_party_answers_beside_the_ticket_too(office: Office) -> None:
    answer(office, asked(office), sender="boss@carrier.example")
    (side,) = office.store.side_threads(office.reference)
    assert len(side.messages) == 1


def test_the_requesters_own_mail_stays_theirs_whatever_it_cites(office: Office) -> None:
    cites = asked(office)
    office.put()
    office.leave()
    answer(office, cites, "The carrier told me to write to you.", sender="jo@example.net")
    view = office.store.ticket(office.reference)
    assert view.row.status is Status.OPEN
    assert view.messages[-1].participant
    (side,) = office.store.side_threads(office.reference)
    assert side.messages == ()


@pytest.mark.parametrize("first", [True, False])
def test_who_was_in_copy_and_is_asked_answers_beside_the_ticket(
    office: Office, *, first: bool
) -> None:
    cites = "" if first else asked(office)
    office.put(cc=(CARRIER,))
    office.leave()
    cites = cites or asked(office)
    before = office.store.ticket(office.reference)
    answer(office, cites)
    view = office.store.ticket(office.reference)
    assert (view.row.status, view.clocks) == (before.row.status, before.clocks)
    (side,) = office.store.side_threads(office.reference)
    assert side.messages == (view.messages[-1].id,)
    assert [one.addr for one in office.store.correspondence(office.reference).recipients] == [
        "jo@example.net"
    ]


def test_what_one_of_ours_writes_to_a_third_party_alone_answers_nobody(office: Office) -> None:
    asked(office)
    office.put(cc=(CARRIER,), form=Form.REPLY)
    ours = office.leave()
    office.desk.now += timedelta(minutes=1)
    office.desk.take(mail("And when?", message_id="<more@example.net>", more=cited(office, ours)))
    raw = mail(
        "Please call me.",
        sender="support@northwind.example",
        to=CARRIER.addr,
        message_id="<own@northwind.example>",
        more=cited(office, ours),
    )
    office.desk.take(raw, SENT)
    view = office.store.ticket(office.reference)
    assert (view.row.status, view.clocks[-1].answered) == (Status.OPEN, None)


def test_a_third_party_who_answers_what_was_never_seen_here_shows_no_answer(
    office: Office,
) -> None:
    cites = asked(office)
    raw = mail(
        "In Hamburg.",
        sender=CARRIER.addr,
        message_id="<late@carrier.example>",
        more=f"In-Reply-To: <phone@northwind.example>\nReferences: <{cites}>",
    )
    office.desk.take(raw)
    assert set(office.store.ticket(office.reference).row.badges) == {THIRD_PARTY}


def cited(office: Office, mail_: int) -> str:
    """Return the header by which a mail cites one of ours."""
    (ours,) = (one for one in office.store.ticket(office.reference).outgoing if one.id == mail_)
    return f"In-Reply-To: <{ours.message_id}>"


def test_an_answer_goes_to_the_requester_and_never_to_the_third_party(office: Office) -> None:
    answer(office, asked(office))
    about = office.store.correspondence(office.reference)
    assert [one.addr for one in about.recipients] == ["jo@example.net"]
    assert about.quoted == "The table top arrived cracked."
    assert about.in_reply_to == "first@example.net"


def test_a_conversation_is_gone_on_with_under_its_own_name(office: Office) -> None:
    cites = asked(office)
    answer(office, cites)
    (side,) = office.store.side_threads(office.reference)
    about = office.store.correspondence(office.reference, side=side.number)
    assert [one.addr for one in about.recipients] == [CARRIER.addr]
    assert about.quoted == "It lies in Hamburg."
    assert about.anchor.startswith("side.")
    assert about.in_reply_to.endswith("@carrier.example")
    with pytest.raises(NoSuchTicket):
        office.store.correspondence(office.reference, side=side.number + 1)


def test_what_a_third_party_says_is_no_news_any_more_once_something_is_written(
    office: Office,
) -> None:
    answer(office, asked(office))
    office.put()
    office.leave()
    assert THIRD_PARTY not in office.store.ticket(office.reference).row.badges


def test_its_owner_is_told_that_a_third_party_answered(office: Office) -> None:
    cites = asked(office)
    office.put()
    office.leave()
    answer(office, cites)
    told: list[tuple[str, str]] = []

    def tell(untold: Sequence[Untold], _lately: int) -> Sequence[Telling]:
        told.extend((one.reference, one.why) for one in untold)
        return ()

    office.store.tell_owners(office.desk.now, tell)
    assert told == [(office.reference, "third_party")]


def test_a_forged_third_party_joins_by_a_name_of_ours_alone(office: Office) -> None:
    cites = asked(office)
    office.desk.now += timedelta(minutes=5)
    decision = office.desk.take(
        mail(
            "Pay here.", sender="evil@x.example", message_id="<e@x>", more=f"References: <{cites}>"
        )
    )
    assert isinstance(decision, Join)
    assert (decision.participant, decision.reopens) == (False, False)


def test_a_bounce_of_a_question_takes_no_answer_back(office: Office) -> None:
    cites = asked(office)
    office.put()
    office.leave()
    office.desk.take(bounce(cites, CARRIER.addr))
    view = office.store.ticket(office.reference)
    assert view.row.status is Status.WAITING
    assert "reply_bounced" in view.row.badges


def test_after_a_merge_the_answer_lies_with_the_ticket_that_stands(
    store: SqliteStore, desk: Desk, office: Office
) -> None:
    cites = asked(office)
    desk.take(mail("Again.", message_id="<again@x>", subject="Other"))
    (other,) = {one.reference for one in store.queue(None, 10)} - {office.reference}
    store.merge(office.reference, other, "maria", desk.now, one_person=True)
    answer(office, cites)
    assert len(store.side_threads(other)[0].messages) == 1
    assert store.ticket(other).messages[-1].text == "It lies in Hamburg."
