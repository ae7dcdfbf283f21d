"""Writing on a ticket: looked at once more, sent once, called back, and never lost."""

from __future__ import annotations

from html import unescape

import pytest

from tests.servers.sink import Cut, SmtpSink
from tests.store.desk import mail
from tests.web.conftest import House
from tests.web.posting import JSON, UNDONE, held, looked, opened_form, press, relayed
from triage.core.disposition import Open
from triage.core.outgoing import Sort, State
from triage.core.reply import RELAY_SIZE
from triage.core.ticket import Status
from triage.store.sqlite import SqliteStore

pytestmark = pytest.mark.usefixtures("in_time")

FINE = "Hello Jo,\n\na new top leaves today, you need not send anything back.\n\nMaria"


def asked(house: House, text: str = "The top is cracked.", number: int = 1) -> str:
    made = house.desk.take(
        mail(text, message_id=f"<a{number}@example.net>", more="Cc: kim@example.net")
    )
    assert isinstance(made, Open)
    return made.reference


def written(store: SqliteStore, reference: str) -> list[State]:
    return [one.state for one in store.replies(reference)]


async def test_what_is_sent_arrives_once_and_the_ticket_is_answered(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser, relayed(house, sink) as post:
        fields = await opened_form(browser, reference)
        told = await press(browser, reference, {**fields, "text": FINE})
        again = await press(browser, reference, {**fields, "text": FINE})
        assert (told["mail"], told["seconds"]) == (again["mail"], 10)
        house.clock.now += UNDONE
        (delivery,) = await sink.delivered(1)
        await post.next("sent")
        page = (await browser.get(f"/ticket/{reference}")).text
    assert delivery.rcpt_tos == ("jo@example.net",)
    assert delivery.words.replace("\r\n", "\n").startswith(FINE)
    assert house.store.ticket(reference).row.status is Status.WAITING
    assert "accepted by the relay" in page


async def test_a_late_save_or_a_second_press_brings_no_draft_back(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        fields = {**await opened_form(browser, reference), "text": FINE}
        told = await press(browser, reference, fields)
        late = {"form": "reply", "text": FINE, "key": fields["key"]}
        saved = await browser.post(f"/ticket/{reference}/draft", data=late, headers=JSON)
        assert saved.status_code == 200
        again = await press(browser, reference, fields)
        assert again["mail"] == told["mail"]
        assert house.store.drafts_of("maria", reference) == ()
        mail_of = {"mail": str(told["mail"])}
        back = await browser.post(f"/ticket/{reference}/take-back", data=mail_of, headers=JSON)
    assert back.json()["values"]["text"] == FINE


async def test_an_answer_of_ones_own_from_another_window_is_shown_before_a_second(
    house: House,
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        first, second = [await opened_form(browser, reference) for _ in range(2)]
        await press(browser, reference, {**first, "text": FINE})
        doubt = held(await press(browser, reference, {**second, "text": FINE}))
        aside = {**second, "form": "third_party", "to": "carrier@example.org", "text": "Where?"}
        await press(browser, reference, {**aside, "subject": "Parcel"})
    assert "wrote an answer" in doubt
    assert [one.form for one in house.store.replies(reference)] == ["reply", "third_party"]


async def test_what_was_sent_is_called_back_and_stands_in_the_form_again(house: House) -> None:
    reference, other = asked(house), asked(house, number=2)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        fields = await opened_form(browser, reference)
        told = await press(browser, reference, {**fields, "text": FINE})
        mail_of = {"mail": str(told["mail"])}
        foreign = await browser.post(f"/ticket/{other}/take-back", data=mail_of, headers=JSON)
        assert foreign.status_code == 409
        back = await browser.post(f"/ticket/{reference}/take-back", data=mail_of, headers=JSON)
        assert back.json()["values"]["text"] == FINE
        assert (await opened_form(browser, reference))["text"] == FINE
        late = await browser.post(f"/ticket/{reference}/take-back", data=mail_of, headers=JSON)
        assert late.status_code == 409
    assert house.store.replies(reference) == ()
    assert house.store.ticket(reference).row.status is Status.OPEN


async def test_the_time_to_call_back_stands_still_while_somebody_looks(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    house.add("jonas", agent="jonas")
    async with house.browser("maria") as maria, house.browser("jonas") as jonas:
        fields = await opened_form(maria, reference)
        told = await press(maria, reference, {**fields, "text": FINE})
        (before,) = house.store.replies(reference)
        house.clock.now += UNDONE / 2
        body = {"mail": str(told["mail"])}
        path = f"/ticket/{reference}/hold"
        assert (await maria.post(path, data=body, headers=JSON)).status_code == 204
        assert (await jonas.post(path, data=body, headers=JSON)).status_code == 409
        (after,) = house.store.replies(reference)
        assert after.leaves_at - before.leaves_at == UNDONE / 2
        house.clock.now += 60 * UNDONE
        assert (await maria.post(path, data=body, headers=JSON)).status_code == 204
        assert (await maria.post(path, data=body, headers=JSON)).status_code == 409


async def test_a_mail_is_held_until_somebody_has_looked_at_every_doubt(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    text = "Hello Jo,\n\nthe drawing is attached.\n\nMaria"
    async with house.browser("maria") as browser:
        fields = {**await opened_form(browser, reference), "text": text}
        told = await press(browser, reference, fields)
        assert "nothing is attached" in held(told)
        assert "mail" not in told
        assert (await opened_form(browser, reference))["text"] == text, "it was kept"
        strange = {**fields, "to": "jo@example.net, jo@evil.example"}
        once = await press(browser, reference, strange, anyway="answered", looked=looked(told)[0])
        assert "jo@evil.example has not been in this thread" in held(once)
        sent = await press(browser, reference, fields, anyway="answered", looked=looked(told)[0])
        assert sent["mail"]
    assert written(house.store, reference) == [State.PENDING]


async def test_what_arrives_meanwhile_holds_an_answer_and_says_who_wrote(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        fields = {**await opened_form(browser, reference), "text": FINE}
        more = "In-Reply-To: <a1@example.net>\nReferences: <a1@example.net>"
        house.desk.take(mail("It fits after all!", message_id="<b@example.net>", more=more))
        told = await press(browser, reference, fields)
        assert "Jo Park has written" in held(told)
        assert house.store.replies(reference) == ()
        sent = await press(browser, reference, fields, anyway="answered", looked=looked(told)[0])
        assert sent["mail"]


@pytest.mark.parametrize("text", ["Hello {{ first_name }}, it left.", "", "> only theirs"])
async def test_what_nobody_can_mean_is_never_sent(house: House, text: str) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        fields = {**await opened_form(browser, reference), "text": text}
        told = await press(browser, reference, fields)
        again = await press(browser, reference, fields, anyway="answered", looked=looked(told)[0])
        assert held(again)
        assert "Send anyway" not in held(again)
        bare = await opened_form(browser, reference)
        assert "Nothing is written yet." in held(
            await press(browser, reference, {**bare, "text": ""})
        )
    assert house.store.replies(reference) == ()


async def test_the_greeting_and_the_signature_alone_are_no_answer(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        fields = await opened_form(browser, reference)
        assert fields["text"].startswith("Hello Jo,")
        assert "Nothing is written yet." in held(await press(browser, reference, fields))


async def test_a_promise_proposes_the_second_key_and_an_update_is_owed(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    text = "Hello Jo,\n\nI will get back to you by Thursday.\n\nMaria"
    async with house.browser("maria") as browser, relayed(house, sink) as post:
        fields = {**await opened_form(browser, reference), "text": text}
        told = await press(browser, reference, fields)
        assert "Send: I owe an update by Thu" in held(told)
        promised = held(told).partition('name="promised" value="')[2].partition('"')[0]
        assert promised.startswith("2026-11-26 ")
        none = await browser.post(
            f"/ticket/{reference}/reply", data={**fields, "after": "owes"}, headers=JSON
        )
        assert none.status_code == 409
        await press(browser, reference, {**fields, "promised": promised}, anyway="owes")
        house.clock.now += UNDONE
        await post.next("sent")
    (owed,) = house.store.owed(5)
    assert owed.reference == reference


async def test_a_note_never_leaves(house: House, sink: SmtpSink) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser, relayed(house, sink):
        fields = await opened_form(browser, reference, "note")
        data = {**fields, "text": "She is a friend of the house."}
        assert (await browser.post(f"/ticket/{reference}/note", data=data)).status_code == 303
        refused = await browser.post(f"/ticket/{reference}/reply", data=data, headers=JSON)
        assert refused.status_code == 409
    (remark,) = house.store.remarks(reference)
    assert (remark.person, remark.text) == ("maria", "She is a friend of the house.")
    assert house.store.replies(reference) == ()
    assert sink.deliveries == []


async def test_what_is_begun_stands_there_on_another_machine_until_it_is_discarded(
    house: House,
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    house.add("jonas", agent="jonas")
    path = f"/ticket/{reference}"
    async with house.browser("maria") as here, house.browser("maria") as there:
        fields = await opened_form(here, reference)
        begun = {**fields, "text": "I have look", "cc": "eve@example.org"}
        saved = (await here.post(f"{path}/draft", json=begun)).json()
        assert saved["parts"][".saved"].startswith("saved ")
        assert "eve@example.org" in saved["parts"][".strange"]
        again = await opened_form(there, reference)
        assert (again["text"], again["cc"]) == ("I have look", "eve@example.org")
        await there.post(f"{path}/discard", data=again)
        assert (await opened_form(here, reference))["text"] == fields["text"]
    async with house.browser("jonas") as other:
        assert (await opened_form(other, reference))["text"] != "I have look"


async def test_files_go_with_a_mail_as_far_as_the_relay_takes_them(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    house.store.keep(RELAY_SIZE, "300000")
    path = f"/ticket/{reference}"
    async with house.browser("maria") as browser, relayed(house, sink):
        fields = await opened_form(browser, reference)
        put = f"{path}/attachment?form=reply&name=../../a%20drawing.pdf"
        listed = (await browser.post(put, content=b"%PDF" + b"x" * 9000)).json()
        assert "a drawing.pdf" in listed["parts"][".files"]
        assert "../" not in listed["parts"][".files"]
        for size in (0, 26_000, 200_000):
            assert (await browser.post(put, content=b"x" * size)).status_code == 409, size
        much = await browser.post(put, content=b"x" * 26_000)
        assert much.json()["error"] == "That is too large: at most 27 KB go with one mail."
        gone = (await browser.post(f"{path}/attachment?form=reply&name=b.txt", content=b"b")).json()
        number = gone["parts"][".files"].rpartition('value="')[2].partition('"')[0]
        data = {**fields, "without": number}
        kept = (await browser.post(f"{path}/detach", data=data, headers=JSON)).json()
        assert "b.txt" not in kept["parts"][".files"]
        text = "Hello Jo,\n\nthe drawing is attached.\n\nMaria"
        await press(browser, reference, {**fields, "text": text})
        house.clock.now += UNDONE
        (delivery,) = await sink.delivered(1)
    assert b'filename="a drawing.pdf"' in delivery.raw
    assert b"application/pdf" in delivery.raw


async def test_what_failed_or_may_have_left_asks_whether_it_goes_again(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    sink.cut(Cut.AFTER_DOT)
    path = f"/ticket/{reference}"
    async with house.browser("maria") as browser, relayed(house, sink) as post:
        fields = await opened_form(browser, reference)
        told = await press(browser, reference, {**fields, "text": FINE})
        house.clock.now += UNDONE
        await post.next("unknown")
        page = unescape((await browser.get(path)).text)
        assert "would then get it twice" in page
        answer = await browser.post(f"{path}/send-again", data={"mail": str(told["mail"])})
        assert answer.status_code == 303
        await post.next("sent")
        again = await browser.post(f"{path}/send-again", data={"mail": str(told["mail"])})
        assert again.status_code == 409
    assert len(sink.deliveries) == 2


async def test_a_third_party_is_asked_and_the_requester_hears_nothing(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser, relayed(house, sink):
        for form in ("third_party", "forward"):
            fields = await opened_form(browser, reference, form)
            assert fields["to"] == ""
            to = {"to": "dispatch@carrier.example", "text": f"Where is NW-123456? {form}"}
            await press(browser, reference, {**fields, **to})
        house.clock.now += UNDONE
        deliveries = await sink.delivered(2)
    assert {one.rcpt_tos for one in deliveries} == {("dispatch@carrier.example",)}
    assert house.store.ticket(reference).row.status is Status.OPEN


async def test_a_mail_to_somebody_who_has_not_written_makes_a_ticket(
    house: House, sink: SmtpSink
) -> None:
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser, relayed(house, sink):
        fields = await opened_form(browser, "", "new")
        written_ = {
            **fields,
            "to": "ida@kunde.example",
            "subject": "Your sofa",
            "text": "Hello Ida,\n\nyour sofa has arrived.\n\nMaria",
            "mailbox": house.policy.settings.mailboxes[0].name,
            "queue": "orders",
        }
        told = await press(browser, "", written_)
        house.clock.now += UNDONE
        (delivery,) = await sink.delivered(1)
    reference = str(told["go"]).rpartition("/")[2]
    row = house.store.ticket(reference).row
    assert delivery.rcpt_tos == ("ida@kunde.example",)
    assert (row.requester, row.queue, row.subject) == ("ida@kunde.example", "orders", "Your sofa")


async def test_a_macro_is_filled_in_and_an_unknown_one_refused(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        path = f"/ticket/{reference}/macro"
        every = (await browser.get(path)).json()["macros"]
        assert {one["name"] for one in every} == set(house.policy.replies.names)
        told = (await browser.get(f"{path}?name=photo-request")).json()
        assert told["text"].startswith("Hello Jo,")
        assert not told["body"].startswith("Hello")
        assert told["missing"] == []
        assert (await browser.get(f"{path}?name=nothing")).status_code == 409
        page = (await browser.get(f"/ticket/{reference}/answer?macro=photo-request")).text
        assert "phone picture is good enough" in unescape(page)


async def test_without_a_script_a_held_mail_is_a_page_and_nothing_is_lost(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        fields = await opened_form(browser, reference)
        data = {**fields, "after": "answered", "text": "The drawing is attached."}
        answer = await browser.post(f"/ticket/{reference}/reply", data=data)
        assert answer.status_code == 422
        assert "nothing is attached" in answer.text
        assert "The drawing is attached." in answer.text
        files = {"file": ("drawing.pdf", b"%PDF", "application/pdf")}
        sent = await browser.post(f"/ticket/{reference}/reply", data=data, files=files)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/ticket/{reference}")
    (reply,) = house.store.replies(reference)
    assert [one.name for one in reply.enclosed] == ["drawing.pdf"]


async def test_what_cannot_be_an_address_is_said(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        fields = {**await opened_form(browser, reference), "text": FINE, "after": "answered"}
        for to in ("jo", "jo@", "jo@example.net, nobody"):
            answer = await browser.post(
                f"/ticket/{reference}/reply", data={**fields, "to": to}, headers=JSON
            )
            assert (answer.status_code, "is no address" in answer.text) == (409, True), to
        assert "It goes to nobody." in held(await press(browser, reference, {**fields, "to": ""}))


async def test_an_agents_answer_leaves_in_shadow_too(house: House, sink: SmtpSink) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser, relayed(house, sink):
        fields = await opened_form(browser, reference)
        await press(browser, reference, {**fields, "text": FINE})
        house.clock.now += UNDONE
        await sink.delivered(1)
    sorts = [one.sort for one in house.store.ticket(reference).outgoing]
    assert Sort.REPLY in sorts


async def test_an_answer_that_closes_its_ticket_asks_later_whether_all_is_well(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser, relayed(house, sink) as post:
        fields = {**await opened_form(browser, reference), "text": FINE, "check_back": "friday"}
        await press(browser, reference, fields, after="done")
        house.clock.now += UNDONE
        await post.next("sent")
    view = house.store.ticket(reference)
    assert view.row.status is Status.DONE
    (asks,) = (one.detail["at"] for one in view.events if one.name == "check_back_set")
    assert asks == "2026-11-27T08:00:00+00:00"
