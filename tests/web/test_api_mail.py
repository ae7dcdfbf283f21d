"""What programs send and fetch of mail: files, first mails, and one answer to many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default

import httpx
import pytest

from tests.servers.sink import SmtpSink, smtp_sink
from tests.store.desk import mail
from tests.store.test_waves import arrive
from tests.web.conftest import House
from tests.web.posting import UNDONE, relayed
from tests.web.test_api import opened, program, schema_of
from triage.core.accounts import Role
from triage.core.disposition import Open
from triage.core.reply import RELAY_SIZE, Enclosed
from triage.core.ticket import handle
from triage.core.wave import WAVE
from triage.store.byhand import Correction
from triage.store.replying import DraftSort

WORDS = "Dear Jo Park,\n\nthe drawing is attached.\n\nMaria Lund"
FIRST = {
    "to": "Ida Kunz <ida@kunde.example>",
    "subject": "Your sofa",
    "text": "Hello Ida,\n\nyour sofa has arrived.\n\nMaria Lund",
    "queue": "orders",
}


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with smtp_sink() as running:
        yield running


async def answered(
    client: httpx.AsyncClient,
    house: House,
    reference: str,
    files: list[tuple[str, tuple[str, bytes, str]]],
    **more: str,
) -> httpx.Response:
    """Answer a ticket with these files."""
    revision = str(house.store.ticket(reference).row.revision)
    data = {"revision": revision, "text": WORDS, **more}
    return await client.post(f"/api/v1/tickets/{reference}/reply", data=data, files=files)


def part(name: str, data: bytes, kind: str = "") -> tuple[str, tuple[str, bytes, str]]:
    return "file", (name, data, kind or "application/octet-stream")


async def test_an_answer_by_a_program_leaves_with_its_files(house: House, sink: SmtpSink) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    drawn = Enclosed("mine.txt", "text/plain", b"of a person")
    house.store.attach("maria", reference, DraftSort.REPLY, drawn, house.clock(), most=99)
    files = [part("../a drawing.pdf", b"%PDF" + b"x" * 9000), part("ü.csv", b"1;2")]
    async with program(house, "maria") as client, relayed(house, sink):
        sent = await answered(client, house, reference, files)
        assert sent.status_code == 200, sent.text
        assert [(one["name"], one["size"]) for one in sent.json()["files"]] == [
            ("a drawing.pdf", 9004),
            ("ü.csv", 3),
        ]
        house.clock.now += UNDONE
        (delivery,) = await sink.delivered(1)
    left = list(message_from_bytes(delivery.raw, policy=default).iter_attachments())
    assert [one.get_filename() for one in left] == ["a drawing.pdf", "ü.csv"]
    assert [one.get_content_type() for one in left] == ["application/pdf", "text/csv"]
    assert left[0].get_payload(decode=True) == b"%PDF" + b"x" * 9000
    assert left[1].get_payload(decode=True) == b"1;2"


async def test_files_are_as_large_as_the_relay_takes_or_the_room_is_said(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    house.store.keep(RELAY_SIZE, "300000")
    async with program(house, "maria") as client:
        half = [part("a.bin", b"x" * 14_000), part("b.bin", b"x" * 14_000)]
        much = await answered(client, house, reference, half)
        assert (much.status_code, much.headers["content-type"]) == (413, "application/problem+json")
        assert much.json()["detail"] == "That is too large: at most 27 KB go with one mail."
        assert much.json()["room"] < 28_000
        assert house.store.replies(reference) == ()
        fits = await answered(client, house, reference, half[:1])
        assert fits.status_code == 200, fits.text
        new = await client.post("/api/v1/tickets", data=FIRST, files=half)
        assert (new.status_code, new.json()["room"]) == (413, much.json()["room"])


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([part("empty.txt", b"")], "'file' has a name, and something in it."),
        ([("attachment", ("a.txt", b"a", "text/plain"))], "A file comes as 'file'"),
        ([("file", (None, b"a", None))], "'file' is a file, with a name"),
        ([("force", (None, b"1", None))], "There is no 'force'"),
    ],
)
async def test_what_is_no_file_of_a_mail_is_said(
    house: House, files: list[tuple[str, tuple[str, bytes, str]]], said: str
) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        answer = await answered(client, house, reference, files)
        assert answer.status_code == 422
        assert said in answer.json()["detail"]
        torn = {"Content-Type": "multipart/form-data"}
        path = f"/api/v1/tickets/{reference}/reply"
        assert (await client.post(path, headers=torn, content=b"x")).status_code == 422
    assert house.store.replies(reference) == ()


async def test_a_deed_without_files_takes_json_alone(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        path, files = f"/api/v1/tickets/{reference}/take", [part("a.txt", b"a")]
        answer = await client.post(path, data={"revision": "1"}, files=files)
        assert (answer.status_code, "Send JSON" in answer.json()["detail"]) == (422, True)


async def test_a_form_from_another_site_sends_nothing(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Sec-Fetch-Site"] = "cross-site"
        answer = await answered(browser, house, reference, [part("a.txt", b"a")])
        assert answer.status_code == 403
    assert house.store.replies(reference) == ()


async def test_what_is_called_back_keeps_its_files(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        files = [part("a.txt", b"a")]
        told = (await answered(client, house, reference, files)).json()
        back = await client.post(told["undo"], json={"mail": told["mail"]})
        assert back.status_code == 200, back.text
    (draft,) = house.store.drafts_of("maria", reference)
    assert [one.name for one in draft.enclosed] == ["a.txt"]


@pytest.mark.parametrize("key", ["short", "x" * 65, "with a blank in it"])
async def test_what_can_be_no_key_is_refused_and_not_left_out(house: House, key: str) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        answer = await answered(client, house, reference, [part("a.txt", b"a")], key=key)
        assert (answer.status_code, "'key'" in answer.json()["detail"]) == (422, True)


# --- what came ------------------------------------------------------------------------------------


def with_files(house: House, number: int = 1) -> tuple[str, str]:
    """Take a mail in that has two files; return its ticket, and how the mail is named."""
    page = "Content-Type: text/html; name=page.html\r\n\r\n<script>alert(1)</script>"
    picture = "Content-Type: image/gif; name=a.gif\r\n\r\nGIF89a-----------"
    text = f"--b\r\n\r\nIt is cracked.\r\n--b\r\n{page}\r\n--b\r\n{picture}\r\n--b--"
    more = "Content-Type: multipart/mixed; boundary=b"
    made = house.desk.take(mail(text, message_id=f"<f{number}@example.net>", more=more))
    assert isinstance(made, Open)
    return made.reference, handle(house.store.ticket(made.reference).messages[0].id)


async def test_files_of_a_ticket_are_listed_and_fetched_to_be_saved(house: House) -> None:
    reference, named = with_files(house)
    house.add("maria", Role.AGENT, "returns")
    async with program(house, "maria") as client:
        shown = (await client.get(f"/api/v1/tickets/{reference}")).json()["thread"][0]
        assert (shown["mail"], shown["attachments"]) == (named, 2)
        path = f"/api/v1/tickets/{reference}/messages/{named}"
        listed = (await client.get(f"{path}/files")).json()["files"]
        assert [(one["name"], one["type"]) for one in listed] == [
            ("page.html", "text/html"),
            ("a.gif", "image/gif"),
        ]
        for one, bytes_ in zip(listed, (b"<script>alert(1)</script>", b"GIF89a"), strict=True):
            file = await client.get(one["path"])
            assert file.content.startswith(bytes_)
            assert len(file.content) == one["size"]
            assert file.headers["content-type"] == "application/octet-stream"
            assert file.headers["x-content-type-options"] == "nosniff"
            assert file.headers["content-disposition"].startswith("attachment;")
            assert "sandbox" in file.headers["content-security-policy"]
        whole = await client.get(f"{path}/mail.eml")
        assert b"<script>" in whole.content
        for wrong in ("files/2", "files/x", "files/-1"):
            assert (await client.get(f"{path}/{wrong}")).status_code == 404, wrong


async def test_files_of_another_ticket_or_queue_are_not_found(house: House) -> None:
    (first, mine), (second, _) = with_files(house, 1), with_files(house, 2)
    house.add("maria", Role.AGENT, "returns")
    house.add("olga", Role.AGENT, "orders")
    async with program(house, "maria") as maria, program(house, "olga") as olga:
        for last in ("files", "files/0", "mail.eml"):
            path = f"/api/v1/tickets/{first}/messages/{mine}/{last}"
            assert (await maria.get(path)).status_code == 200
            assert (await olga.get(path)).status_code == 404
            foreign = f"/api/v1/tickets/{second}/messages/{mine}/{last}"
            assert (await maria.get(foreign)).status_code == 404
            nothing = f"/api/v1/tickets/{first}/messages/M-999/{last}"
            assert (await maria.get(nothing)).status_code == 404


# --- who has not written --------------------------------------------------------------------------


async def test_a_program_writes_first_and_a_ticket_is_made_of_it(
    house: House, sink: SmtpSink
) -> None:
    house.add("maria", agent="maria")
    body = {**FIRST, "key": "a-first-mail-of-a-robot"}
    async with program(house, "maria") as client, relayed(house, sink):
        told = [
            await client.post("/api/v1/tickets", data=body, files=[part("bill.pdf", b"%PDF-1")])
            for _ in range(2)
        ]
        assert [one.status_code for one in told] == [200, 200], told[0].text
        first, again = (one.json() for one in told)
        assert (first["mail"], first["ticket"]) == (again["mail"], again["ticket"])
        house.clock.now += UNDONE
        (delivery,) = await sink.delivered(1)
    row = house.store.ticket(first["ticket"]).row
    assert (row.requester, row.queue, row.subject) == ("ida@kunde.example", "orders", "Your sofa")
    assert delivery.rcpt_tos == ("ida@kunde.example",)
    assert b'filename="bill.pdf"' in delivery.raw


async def test_a_first_mail_is_called_back_and_nothing_is_left_of_its_ticket(house: House) -> None:
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        told = (await client.post("/api/v1/tickets", json=FIRST)).json()
        assert told["undo"] == f"/api/v1/tickets/{told['ticket']}/take-back"
        back = await client.post(told["undo"], json={"mail": told["mail"]})
        assert back.status_code == 200, back.text
        assert (await client.get("/api/v1/views/all")).json()["tickets"] == []


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"queue": "returns"}, 409, "no such queue"),
        ({"queue": "nothing"}, 409, "which mailbox"),
        ({"mailbox": "nothing"}, 409, "which mailbox"),
        ({"to": "ida"}, 409, "is no address"),
        ({"after": "done"}, 422, "'after' is one of answered, owes."),
        ({"text": "Hello {{ first_name }}."}, 422, "was not filled in"),
        ({"text": "The bill is attached to this mail."}, 422, "nothing is attached"),
    ],
)
async def test_a_first_mail_that_cannot_leave_makes_no_ticket(
    house: House, change: dict[str, str], status: int, said: str
) -> None:
    house.add("olga", Role.AGENT, "orders", agent="maria")
    async with program(house, "olga") as client:
        answer = await client.post("/api/v1/tickets", json={**FIRST, **change})
        assert answer.status_code == status
        assert said in answer.json()["detail"]
        assert (await client.get("/api/v1/views/all")).json()["tickets"] == []


# --- one answer to many ---------------------------------------------------------------------------


def wave(house: House) -> list[str]:
    """Let mails come that are all alike; return their tickets."""
    references = arrive(house.desk, range(WAVE))
    house.clock.now = house.desk.now
    return references


def writes_again(house: House, number: int) -> None:
    more = f"In-Reply-To: <w{number}@visitors.example>\nReferences: <w{number}@visitors.example>"
    sender = f"Visitor {number} <v{number}@d{number}.example>"
    house.desk.take(mail("It works.", sender=sender, message_id="<l@v.example>", more=more))


async def test_one_text_by_a_program_answers_all_that_are_alike_and_is_called_back(
    house: House, sink: SmtpSink
) -> None:
    references = wave(house)
    house.add("maria", agent="maria")
    path = f"/api/v1/tickets/{references[0]}/alike"
    text = {"text": "you can log in again; {{ reference }} is closed with this."}
    async with program(house, "maria") as client, relayed(house, sink):
        shown = (await client.post(path, json={**text, "step": "preview"})).json()
        schema = await schema_of(client, "/api/v1/tickets/{ticket}/alike")
        assert set(schema["required"]) <= shown.keys()
        named = [one["ticket"] for one in shown["mails"]]
        assert [one.partition(":")[0] for one in named] == references
        assert f"{references[1]} is closed with this" in shown["mails"][1]["text"]
        assert (shown["alike"], shown["sent"], shown["undo"]) == (WAVE, [], None)
        assert not any(house.store.replies(one) for one in references)
        writes_again(house, 1)
        body = {**text, "step": "send", "key": "one-text-of-a-robot", "ticket": named[:3]}
        told = [await client.post(path, json=body) for _ in range(2)]
        assert [one.status_code for one in told] == [200, 200], told[0].text
        went = [references[0], references[2]]
        assert [one.json()["sent"] for one in told] == [went, went]
        assert [one["ticket"] for one in told[0].json()["refused"]] == [references[1]]
        assert [len(house.store.replies(one)) for one in references[:3]] == [1, 0, 1]
        back = await client.post(told[0].json()["undo"], json={"batch": "one-text-of-a-robot"})
        assert back.status_code == 200, back.text
        assert not any(house.store.replies(one) for one in references)
        again = await client.post(path, json={**body, "key": "one-more-of-a-robot"})
        assert again.json()["sent"] == went, again.text
        house.clock.now += UNDONE
        delivered = await sink.delivered(2)
    assert {one.rcpt_tos for one in delivered} == {("v0@d0.example",), ("v2@d2.example",)}


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"ticket": []}, 428, "'ticket' names each"),
        ({"ticket": ["T-0000000"]}, 428, "'ticket' names each"),
        ({"ticket": ["T-0000000:1"]}, 409, "There is no such ticket."),
        ({"text": "Invoice {{ invoice_number }}."}, 409, "invoice_number is not known."),
        ({"text": "The form is attached to this mail."}, 422, "nothing is attached"),
        ({"key": "short"}, 422, "'key' is 16 to 40"),
        ({"step": "post"}, 422, "'step' is one of preview, send."),
    ],
)
async def test_one_answer_that_cannot_go_to_many_goes_to_nobody(
    house: House, change: dict[str, object], status: int, said: str
) -> None:
    references = wave(house)
    house.add("maria", agent="maria")
    path = f"/api/v1/tickets/{references[0]}/alike"
    body = {"step": "preview", "text": "You can log in again."}
    async with program(house, "maria") as client:
        shown = (await client.post(path, json=body)).json()
        named = [one["ticket"] for one in shown["mails"]]
        send = {**body, "step": "send", "ticket": named, **change}
        answer = await client.post(path, json=send)
        assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text
        if "doubts" in answer.json():
            looked = [one["key"] for one in answer.json()["doubts"]]
            sent = await client.post(path, json={**send, "looked": looked})
            assert sent.json()["sent"] == references
        else:
            assert not any(house.store.replies(one) for one in references)


async def test_one_answer_goes_to_no_ticket_that_its_account_may_not_see(house: House) -> None:
    references = wave(house)
    house.add("rita", Role.AGENT, "returns", agent="maria")
    house.store.correct(references[2], Correction(queue="orders"), {}, "lead", house.clock())
    path = f"/api/v1/tickets/{references[0]}/alike"
    async with program(house, "rita") as client:
        shown = (await client.post(path, json={"step": "preview", "text": "It is well."})).json()
        assert references[2] not in str(shown)
        named = [shown["mails"][0]["ticket"], f"{references[2]}:1"]
        body = {"step": "send", "text": "You can log in again.", "ticket": named}
        told = (await client.post(path, json=body)).json()
        assert told["sent"] == references[:1]
        assert told["refused"] == [{"ticket": references[2], "why": "There is no such ticket."}]
    assert house.store.replies(references[2]) == ()


# --- what was written, read again -----------------------------------------------------------------


async def test_what_a_program_wrote_on_a_ticket_it_reads_there(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    path = f"/api/v1/tickets/{reference}"
    async with program(house, "maria") as client:
        await client.post(f"{path}/note", json={"text": "She called."})
        for name, told in (
            ("remedy", {"decided": "a new top", "kept_word": "no"}),
            ("wish", {"language": "de"}),
        ):
            seen = (await client.get(path)).json()["revision"]
            done = await client.post(f"{path}/{name}", json={"revision": seen, **told})
            assert done.status_code == 200, done.text
        sent = (await answered(client, house, reference, [part("a.txt", b"a")])).json()
        shown = (await client.get(path)).json()
    assert [(one["by"], one["text"]) for one in shown["notes"]] == [("maria", "She called.")]
    assert shown["round"]["remedies"][0]["decided"] == "a new top"
    assert shown["round"]["wish"]["language"] == "de"
    assert [one["mail"] for one in shown["outgoing"] if one["sort"] == "reply"] == [sent["mail"]]


async def test_a_mail_that_became_no_ticket_is_read_by_who_sees_every_queue(house: House) -> None:
    house.desk.take(mail("Win a safe.", message_id="<s@example.net>", more="X-Spam-Flag: YES"))
    house.add("maria")
    house.add("olga", Role.AGENT, "orders")
    async with program(house, "maria") as maria, program(house, "olga") as olga:
        (row,) = (await maria.get("/api/v1/filed", params={"view": "spam"})).json()["mails"]
        path = f"/api/v1/filed/{row['mail']}"
        shown = (await maria.get(path)).json()
        assert (shown["text"], shown["kind"], shown["ticket"]) == ("Win a safe.", "spam", None)
        assert (await olga.get(path)).status_code == 404
        for wrong in ("M-999", "x"):
            assert (await maria.get(f"/api/v1/filed/{wrong}")).status_code == 404


async def test_a_program_fills_a_reply_in_and_sends_it(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    path = f"/api/v1/tickets/{reference}"
    async with program(house, "maria") as client:
        every = (await client.get(f"{path}/macros")).json()["macros"]
        assert "photo-request" in {one["name"] for one in every}
        made = (await client.get(f"{path}/macros", params={"name": "photo-request"})).json()
        assert made["text"].startswith("Hello Jo,")
        assert made["missing"] == []
        assert (await client.get(f"{path}/macros", params={"name": "x"})).status_code == 409
        assert (await client.get("/api/v1/macros")).json()["macros"]


async def test_how_the_service_is_a_program_reads_too(house: House) -> None:
    house.add("maria")
    async with program(house, "maria") as client:
        lines = (await client.get("/api/v1/service")).json()["service"]
    assert {one["tone"] for one in lines} <= {"good", "mid", "bad"}
    assert "Rules" in {one["name"] for one in lines}
