"""A ticket as it is read: its mails, its files, its originals, and what is known of who asks."""

from __future__ import annotations

import base64
import struct
from datetime import timedelta

import pytest

from tests.store.desk import NOW, mail
from tests.web.conftest import House
from triage.core.accounts import Role
from triage.core.disposition import Open
from triage.core.prediction import Measured, Prediction, Reason, SignalScore
from triage.core.wish import Wish
from triage.web.thread.mails import disposition
from triage.web.thread.sanitised import document, harmless

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"


def rich() -> bytes:
    """Return a mail with HTML, a picture of its own, one from elsewhere, and a program."""
    picture = base64.b64encode(PNG).decode()
    html = "<p>cracked <img src=cid:one><img src=https://a.example/t.gif width=1 height=1></p>"
    parts = (
        f"Content-Type: text/html\r\n\r\n{html}",
        "Content-Type: image/png; name=crack.png\r\nContent-ID: <one>\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{picture}",
        "Content-Type: application/pdf; name=receipt.pdf.exe\r\n\r\nMZ",
    )
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    kind = "Content-Type: multipart/related; boundary=b\nDate: Mon, 23 Nov 2026 04:00:00 -0600"
    return mail(body, more=kind, message_id="<rich@example.net>")


def opened(house: House, raw: bytes | None = None) -> tuple[str, str]:
    """Take a mail; return the paths of its ticket and of itself."""
    made = house.desk.take(rich() if raw is None else raw)
    assert isinstance(made, Open)
    (message,) = house.store.ticket(made.reference).messages
    at = f"/ticket/{made.reference}"
    return at, f"{at}/message/{message.id}"


async def test_the_original_is_framed_by_us_alone_and_fetches_nothing(house: House) -> None:
    ticket, at = opened(house)
    house.add("maria")
    async with house.browser("maria") as browser:
        answer = await browser.get(f"{at}/original")
        page = (await browser.get(ticket)).text
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:;")
    assert "frame-ancestors 'self'" in policy
    assert "a.example" not in answer.text
    assert "data:image/png;base64," in answer.text
    assert (
        f'<iframe class="canvas" src="{at}/original" sandbox="" referrerpolicy="no-referrer"'
        in (page)
    )
    assert "1 remote picture blocked, 1 looks like a tracking pixel" in page


async def test_pictures_are_shown_and_everything_else_is_saved(house: House) -> None:
    ticket, at = opened(house)
    house.add("maria")
    async with house.browser("maria") as browser:
        picture, program = await browser.get(f"{at}/file/0"), await browser.get(f"{at}/file/1")
        none = await browser.get(f"{at}/file/2")
        page = (await browser.get(ticket)).text
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.headers["Content-Disposition"].startswith('inline; filename="crack.png"')
    assert picture.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert picture.content == PNG
    assert program.headers["Content-Type"] == "application/octet-stream"
    assert program.headers["Content-Disposition"].startswith("attachment; ")
    assert none.status_code == 404
    assert 'width="120" height="90" loading="lazy"' in page
    assert "receipt.pdf.exe" in page
    assert "pretends to be another kind of file" in page


async def test_a_picture_that_a_browser_keeps_is_not_shown_to_who_sits_there_next(
    house: House,
) -> None:
    _, at = opened(house)
    house.add("maria")
    house.add("olga", Role.AGENT, "orders")
    async with house.browser("maria") as browser:
        first = await browser.get(f"{at}/file/0")
        assert first.headers["Cache-Control"] == "private, no-cache"
        kept = {"If-None-Match": first.headers["ETag"]}
        again = await browser.get(f"{at}/file/0", headers=kept)
        assert (again.status_code, again.content) == (304, b"")
        assert (await browser.get(f"{at}/file/0", headers={"If-None-Match": '"x"'})).content == PNG
    async with house.browser("olga") as olga, house.browser() as nobody:
        assert (await olga.get(f"{at}/file/0", headers=kept)).status_code == 404
        assert (await nobody.get(f"{at}/file/0", headers=kept)).status_code == 303


async def test_a_mail_of_another_ticket_is_not_found_below_this_one(house: House) -> None:
    _, mine = opened(house)
    other, _ = opened(house, mail("lamp", message_id="<x@example.net>", subject="Lamp"))
    number = mine.rpartition("/")[2]
    house.add("maria")
    async with house.browser("maria") as browser:
        for name in ("original", "source", "mail.eml", "file/0"):
            assert (await browser.get(f"{mine}/{name}")).status_code == 200
            assert (await browser.get(f"{other}/message/{number}/{name}")).status_code == 404
            for wrong in ("0", "-1", "9" * 30, "x", "%00", "1e3"):
                assert (await browser.get(f"{other}/message/{wrong}/{name}")).status_code == 404


async def test_a_mail_of_a_merged_ticket_is_found_below_both_names(house: House) -> None:
    first, _ = opened(house)
    second, at = opened(house, mail("lamp", message_id="<x@example.net>", subject="Lamp"))
    into, gone = first.rpartition("/")[2], second.rpartition("/")[2]
    house.store.merge(gone, into, "maria", house.clock())
    house.add("maria")
    number = at.rpartition("/")[2]
    async with house.browser("maria") as browser:
        for reference in (into, gone):
            source = await browser.get(f"/ticket/{reference}/message/{number}/source")
            assert source.status_code == 200
            assert "lamp" in source.text
            assert "lamp" in (await browser.get(f"/ticket/{reference}")).text


async def test_the_source_is_plain_text_and_the_whole_is_byte_for_byte(house: House) -> None:
    _, at = opened(house)
    house.add("maria")
    async with house.browser("maria") as browser:
        source, whole = await browser.get(f"{at}/source"), await browser.get(f"{at}/mail.eml")
    assert source.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert whole.content == rich()
    assert whole.headers["Content-Disposition"].startswith("attachment; ")


async def test_p7_telling_sentences_are_marked_with_their_scores(house: House) -> None:
    house.desk.model.prediction = Prediction(
        queue_scores={"returns": 0.8, "orders": 0.2},
        queue_sure=True,
        signals={"complaint": SignalScore(0.91, "I am very cross about it.", fired=True)},
        reasons=(Reason("returns", "The top is cracked.", 2.4, Measured.VECTORS),),
    )
    ticket, _ = opened(house, mail("The top\r\nis cracked. I am very cross about it."))
    house.add("maria")
    async with house.browser("maria") as browser:
        page = (await browser.get(ticket)).text
    assert '<mark class="for">The top\nis cracked.</mark>' in page
    assert "returns +2.4" in page or "damage +2.4" in page
    assert '<mark class="signal">I am very cross about it.</mark>' in page
    assert "complaint 0.91" in page


async def test_who_asks_is_known_by_tickets_that_the_reader_may_see_alone(house: House) -> None:
    opened(house, mail("secret lamp", subject="Secret lamp", message_id="<a@example.net>"))
    house.desk.model.prediction = Prediction(queue_scores={"orders": 1.0}, queue_sure=True)
    house.desk.now = NOW + timedelta(days=40)
    house.clock.now = house.desk.now
    ticket, _ = opened(house, mail("parcel", subject="Parcel", message_id="<b@example.net>"))
    house.add("maria")
    house.add("olga", Role.AGENT, "orders")
    async with house.browser("maria") as maria, house.browser("olga") as olga:
        assert "Secret lamp" in (await maria.get(ticket)).text
        seen = (await olga.get(ticket)).text
    assert "Secret lamp" not in seen
    assert "1 mail since" in seen


async def test_a_wish_is_kept_and_forgotten_and_shown(house: House) -> None:
    ticket, _ = opened(house)
    house.add("maria", agent="maria")
    reference = ticket.rpartition("/")[2]

    async def send(**fields: str) -> int:
        fields["revision"] = str(house.store.ticket(reference).row.revision)
        return (await browser.post(f"{ticket}/wish", data=fields)).status_code

    async with house.browser("maria") as browser:
        assert await send(name="Jo", language="DE", contact="phone", silent="yes") == 303
        kept = Wish(
            address="jo@example.net", name="Jo", language="de", contact="phone", automatic=False
        )
        assert house.store.wish("jo@example.net") == kept
        assert "Wants to be called Jo" in (await browser.get(ticket)).text
        assert await send(language="xx") == 409
        assert await send() == 303
        assert house.store.wish("jo@example.net") is None


async def test_a_note_that_stays_inside_stands_in_the_conversation(house: House) -> None:
    ticket, _ = opened(house)
    house.store.remark(ticket.rpartition("/")[2], "Call her first.", "maria", house.clock())
    house.add("maria")
    async with house.browser("maria") as browser:
        page = (await browser.get(ticket)).text
    assert page.index("Internal note") < page.index("Call her first.")


async def test_their_own_time_is_told_by_the_date_of_their_mail(house: House) -> None:
    ticket, _ = opened(house)
    house.add("maria")
    async with house.browser("maria") as browser:
        assert "04:00 for them" in (await browser.get(ticket)).text


async def test_what_is_not_new_is_folded_and_a_long_mail_is_cut(house: House) -> None:
    quoted = "\r\n\r\nOn Mon, Nov 23, 2026 at 10:20 AM Maria <m@x.example> wrote:\r\n> sorry\r\n"
    ticket, _ = opened(house, mail(f"Yes please.{quoted}"))
    long, _ = opened(
        house, mail("a line\r\n" * 500, message_id="<l@example.net>", subject="Long one")
    )
    empty, _ = opened(house, mail("", message_id="<e@example.net>", subject="Empty"))
    house.add("maria")
    async with house.browser("maria") as browser:
        assert 'data-does="quotes">… 1 earlier' in (await browser.get(ticket)).text
        assert "Show all: 400 more lines" in (await browser.get(long)).text
        assert "Nothing is written in it." in (await browser.get(empty)).text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
        ('a".pdf', "attachment; filename=\"a_.pdf\"; filename*=UTF-8''a_.pdf"),
        ("../é.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''_%C3%A9.pdf"),
    ],
)
def test_a_file_is_saved_under_a_safe_name(name: str, told: str) -> None:
    assert disposition("attachment", name) == told
    assert "\r" not in disposition("attachment", f"{name}\r\nX: y")


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 2000,
        "".join(f"<b title={n}>" for n in range(290)) + "<p>x" * 20_000,
        "".join(f"<b title={n}><table></b></table>" for n in range(290)) + "<p>x" * 20_000,
        "x" * 2_000_000,
    ],
)
def test_html_that_would_take_long_to_read_is_not_shown_as_such(markup: str) -> None:
    assert document(markup, {}, "en") is None


def test_a_style_that_fetches_is_no_style() -> None:
    assert harmless("color:red;background:url(https://a/b)") == "color:red;background:none"
    assert harmless("background:u\\72l(https://a/b)") is None
    assert harmless("@import 'https://a/b'") is None
