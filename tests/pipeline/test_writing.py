"""What one of us writes on the page, by the real stages, a real store and a real relay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.pipeline.test_notices import House, opened
from tests.servers import Cut, Delivery, Step
from tests.store.desk import NOW, SENT, mail
from triage.config.load import Policy
from triage.config.settings import Mode
from triage.core.answering import Does
from triage.core.message import Address
from triage.core.outgoing import Readiness, State
from triage.core.owed import OwedState
from triage.core.reply import RELAY_SIZE, Correspondence, Enclosed, Form, Passed, Reply, Writer
from triage.core.switches import Paused, Switch, SwitchName
from triage.core.ticket import OutboxId, Status
from triage.errors import NotPossible
from triage.pipeline.prepare import Prepare
from triage.pipeline.terms import terms_of
from triage.pipeline.writing import Writing
from triage.store.protocol import Recheck

pytestmark = pytest.mark.usefixtures("in_time")

TAKEN = 5_000_000
WINDOW = timedelta(seconds=10)
MARIA = Writer(person="maria", agent="maria")
CARRIER = Address("claims@carrier.example", "Carrier")


class Page(House):
    """A desk with a page: what is written on it, and when it leaves."""

    pressed = 0
    open_now: frozenset[str] | set[str] = frozenset()

    def prepare(self, recheck: Recheck) -> Readiness:
        terms = terms_of(self.policy, "test", self.store.switches(self.now))
        is_open = self.open_now.__contains__
        return Prepare(self.policy, terms, b"secret", is_open)(recheck, self.now)

    def writing(self) -> Writing:
        return Writing(self.policy, terms_of(self.policy, "test"), self.secret)

    @property
    def secret(self) -> bytes:
        return bytes.fromhex(self.store.setting("secret") or "")

    def put(
        self,
        reference: str,
        text: str = "A new top leaves today.",
        *,
        about: Correspondence | None = None,
        **more: object,
    ) -> OutboxId:
        self.pressed += 1
        about = about or self.store.correspondence(reference)
        values: dict[str, object] = {
            "to": about.recipients,
            "subject": f"Re: {about.subject}",
            "text": text,
            **more,
        }
        key = f"press-{self.pressed:012d}"
        made = self.writing().written(about, Reply(**values), MARIA, key, self.now)  # type: ignore[arg-type]
        leaves = self.now + WINDOW
        return self.store.put_reply(reference, made, MARIA, about.seen, self.now, leaves)

    async def pass_window(self) -> None:
        self.desk.now += WINDOW
        await self.post()

    def written(self) -> list[Delivery]:
        """Return what the relay took of people's mail, and not of the desk's own."""
        return [one for one in self.sink.deliveries if b"\nAuto-Submitted:" not in one.raw]

    def left(self) -> EmailMessage:
        """Return the last mail of a person that the relay took."""
        return message_from_bytes(self.written()[-1].raw, policy=default)


@pytest.fixture
async def page(tmp_path: Path, policy: Policy) -> AsyncIterator[Page]:
    async with opened(Page, tmp_path, policy, TAKEN) as made:
        yield made


async def test_an_answer_reaches_its_requester_in_their_thread_and_stops_the_clock(
    page: Page,
) -> None:
    name = page.write()
    page.put(name)
    assert page.sink.deliveries == []
    await page.pass_window()
    left = page.left()
    assert left["To"] == "Jo Park <jo0@example.net>"
    assert str(left["From"]).startswith('"Maria Lund (')
    assert left["In-Reply-To"] == "<0@example.net>"
    assert left["Subject"] == "Re: Order 0"
    assert left["Auto-Submitted"] is None
    body = left.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == [
        "A new top leaves today.",
        "",
        "Jo Park wrote on 2026-11-23 10:00:",
        "> Where is order 0? aaaaaaaaa",
    ]
    view = page.store.ticket(name)
    assert (view.row.status, view.clocks[0].result) == (Status.WAITING, "met")


async def test_beside_an_answer_no_acknowledgement_leaves(page: Page) -> None:
    name = page.write()
    page.put(name)
    await page.post()
    assert page.sink.deliveries == []  # it waits for the answer
    await page.pass_window()
    await page.at(page.now + timedelta(minutes=30))
    assert len(page.letters("A new top")) == len(page.sink.deliveries) == 1


async def test_an_answer_that_is_called_back_lets_the_acknowledgement_go(page: Page) -> None:
    name = page.write()
    mail_ = page.put(name)
    await page.post()
    assert page.store.call_back(mail_, "maria", page.now) is not None
    await page.pass_window()
    assert len(page.sink.deliveries) == 1
    assert page.letters("A new top") == []


@pytest.mark.parametrize("mode", list(Mode))
async def test_an_answer_leaves_in_every_mode_and_through_every_pause(
    page: Page, mode: Mode
) -> None:
    page.policy = replace(page.policy, settings=replace(page.policy.settings, mode=mode))
    name = page.write()
    pause = Switch(name=SwitchName.PAUSE, about=Paused.ALL, since=NOW, at=NOW, person="lead")
    page.store.switch_on(pause)
    page.put(name)
    await page.pass_window()
    assert len(page.letters("A new top")) == 1


async def test_one_mail_reaches_all_and_who_was_refused_is_shown(page: Page) -> None:
    name = page.write()
    mail_ = page.put(name, cc=(Address("al@example.net"), Address("bo@example.net")))
    page.sink.answer(Step.RCPT, "", "550 5.1.1 nobody")
    await page.pass_window()
    (delivery,) = page.sink.deliveries
    assert delivery.rcpt_tos == ("jo0@example.net", "bo@example.net")
    view = page.store.reply(mail_)
    assert [one.address for one in view.refused] == ["al@example.net"]
    assert view.state is State.SENT
    assert page.store.ticket(name).row.status is Status.WAITING


async def test_an_answer_that_does_not_reach_its_requester_is_none(page: Page) -> None:
    name = page.write()
    mail_ = page.put(name, cc=(Address("al@example.net"),))
    page.sink.answer(Step.RCPT, "550 5.1.1 nobody")
    await page.pass_window()
    assert page.written() == []
    assert page.store.reply(mail_).state is State.FAILED
    assert page.store.ticket(name).row.status is Status.OPEN
    assert "reply_not_sent" in page.store.ticket(name).row.badges


async def test_who_is_not_taken_for_now_holds_the_mail_up_three_times(page: Page) -> None:
    name = page.write()
    mail_ = page.put(name, cc=(Address("al@example.net"),))
    for _ in range(3):
        page.sink.answer(Step.RCPT, "", "450 4.2.1 not now")
        await page.pass_window()
        assert page.letters("A new top") == []
        page.desk.now += timedelta(hours=1)
    page.sink.answer(Step.RCPT, "", "450 4.2.1 not now")
    await page.pass_window()
    assert len(page.letters("A new top")) == 1
    assert [one.address for one in page.store.reply(mail_).refused] == ["al@example.net"]


async def test_a_reply_lost_behind_the_dot_is_shown_and_sent_again_by_a_person_alone(
    page: Page,
) -> None:
    name = page.write()
    mail_ = page.put(name)
    page.sink.cut(Cut.AFTER_DOT)
    await page.pass_window()
    page.desk.now += timedelta(hours=1)
    await page.post()
    assert len(page.letters("A new top")) == 1
    assert page.store.reply(mail_).state is State.UNKNOWN
    assert page.store.ticket(name).row.status is Status.OPEN
    page.store.send_again(mail_, "jonas", page.now)
    await page.post()
    first, second = page.letters("A new top")
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    assert page.store.ticket(name).row.status is Status.WAITING


async def test_a_mail_that_a_relay_puts_off_for_a_day_is_given_back(page: Page) -> None:
    name = page.write()
    mail_ = page.put(name)
    page.sink.answer(Step.RCPT, *["450 4.2.1 not now"] * 40)
    for _ in range(30):
        page.desk.now += timedelta(hours=1)
        await page.post()
    assert page.store.reply(mail_).state is State.EXPIRED
    assert "reply_not_sent" in page.store.ticket(name).row.badges


async def test_the_same_answer_seen_in_sent_counts_once(page: Page) -> None:
    name = page.write()
    page.put(name)
    await page.pass_window()
    page.desk.receive(page.sink.deliveries[-1].raw, SENT)
    page.desk.triage()
    assert len(page.store.answers(name)) == 1
    assert len(page.store.ticket(name).messages) == 2


async def test_their_answer_to_ours_joins_and_our_words_are_taken_off_it(page: Page) -> None:
    name = page.write()
    page.put(name, "We have sent a new top by Nordpost today, it should be there on Friday.")
    await page.pass_window()
    left = page.left()
    page.desk.now += timedelta(hours=1)
    text = "It came, thanks!\n\n" + "\n".join(
        f"> {line}" for line in page.sink.deliveries[-1].words.splitlines()
    )
    page.desk.take(
        mail(
            text,
            sender="jo0@example.net",
            message_id="<came@x>",
            more=f"In-Reply-To: {left['Message-ID']}",
        )
    )
    assert page.store.ticket(name).messages[-1].text == "It came, thanks!"


async def test_what_an_answer_promises_is_proposed_and_what_it_asks_is_counted(page: Page) -> None:
    name = page.write()
    page.put(name, "I will write to you again on Thursday at 15:00.")
    await page.pass_window()
    (owed,) = page.store.owed_on(name)
    assert owed.state is OwedState.PROPOSED
    page.put(name, "Which colour is it?")
    await page.pass_window()
    assert page.store.answers(name)[-1].does is Does.ASKS


async def test_a_third_party_is_asked_without_a_word_of_the_requesters(page: Page) -> None:
    name = page.write()
    page.put(name, "Where is parcel 7?", form=Form.THIRD_PARTY, to=(CARRIER,), subject="Parcel 7")
    await page.pass_window()
    left = page.left()
    assert left["To"] == "Carrier <claims@carrier.example>"
    assert b"Where is order" not in page.written()[-1].raw
    assert left["In-Reply-To"] is None
    page.desk.now += timedelta(hours=1)
    raw = mail(
        "In Hamburg.",
        sender=CARRIER.addr,
        message_id="<c1@carrier.example>",
        more=f"References: {left['References']}",
    )
    page.desk.take(raw)
    (side,) = page.store.side_threads(name)
    assert len(side.messages) == 1
    about = page.store.correspondence(name, side=side.number)
    page.put(name, "And when?", about=about, form=Form.THIRD_PARTY, to=(CARRIER,), side=side.number)
    await page.pass_window()
    assert page.left()["In-Reply-To"] == "<c1@carrier.example>"
    assert "> In Hamburg." in page.written()[-1].words
    assert len(page.store.side_threads(name)) == 1


@pytest.mark.parametrize("passed", list(Passed))
async def test_a_mail_is_passed_on_within_the_text_or_whole(page: Page, passed: Passed) -> None:
    name = page.write()
    about = page.store.correspondence(name, raw=passed is Passed.ATTACHED)
    page.put(name, "Please look.", about=about, form=Form.FORWARD, to=(CARRIER,), passed=passed)
    await page.pass_window()
    parts = [part.get_content_type() for part in page.left().iter_attachments()]
    inline = "Where is order 0?" in page.written()[-1].words
    assert (parts, inline) == (
        (["message/rfc822"], False) if passed is Passed.ATTACHED else ([], True)
    )
    assert page.store.ticket(name).row.status is Status.OPEN


async def test_files_leave_with_an_answer(page: Page) -> None:
    name = page.write()
    page.put(name, enclosed=(Enclosed("label.pdf", "application/pdf", b"%PDF" * 1000),))
    await page.pass_window()
    (part,) = page.left().iter_attachments()
    assert (part.get_filename(), part.get_payload(decode=True)) == ("label.pdf", b"%PDF" * 1000)


async def test_how_large_a_mail_may_be_is_known_once_a_relay_has_said_it(page: Page) -> None:
    assert page.store.setting(RELAY_SIZE) is None
    page.put(page.write())
    await page.pass_window()
    assert page.store.setting(RELAY_SIZE) == str(TAKEN)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"to": ()}, "whom"),
        ({"to": (Address("support@northwind.example"),)}, "come back"),
        ({"to": (Address("jörg@x.example"),)}, "not ASCII"),
        ({"text": "  "}, "nothing in it"),
        ({"form": Form.THIRD_PARTY, "to": (Address("jo0@example.net"),)}, "is the requester"),
        ({"to": tuple(Address(f"{n}@x.example") for n in range(51))}, "51 people"),
    ],
    ids=["nobody", "ourselves", "no-address", "empty", "requester-aside", "too-many"],
)
async def test_what_cannot_be_sent_is_said_before_anything_is_kept(
    page: Page, more: dict[str, object], why: str
) -> None:
    name = page.write()
    with pytest.raises(NotPossible, match=why):
        page.put(name, **more)  # type: ignore[arg-type]
    assert page.store.replies(name) == ()


async def test_no_word_of_a_delay_leaves_while_somebody_has_the_ticket_open(page: Page) -> None:
    name = page.write()
    await page.post()
    told = page.told(name)
    opened = {name}
    page.open_now = opened
    await page.at(told - timedelta(minutes=5))
    assert page.letters("later than that") == []
    opened.clear()
    await page.at(told - timedelta(minutes=3))
    assert len(page.letters("later than that")) == 1
