"""The second look before a mail leaves: what it holds back, and what it lets go."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.sendguard import (
    MUST_BE_MENDED,
    Came,
    Doubt,
    Held,
    Outbound,
    blocked,
    doubts,
    own_words,
    placeholders,
    says_attached,
    strangers,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
ZONE = ZoneInfo("Europe/Berlin")
FINE = "Hello Jo,\n\na new top leaves today. You need not send anything back.\n\nMaria"
THERE = ("jo@example.net",)


def held(mail: Outbound) -> list[Held]:
    return [doubt.why for doubt in doubts(mail, NOW, ZONE)]


def to_jo(text: str, enclosed: int = 0) -> Outbound:
    return Outbound(text=text, recipients=THERE, known=frozenset(THERE), enclosed=enclosed)


@pytest.mark.parametrize(
    "sentence",
    [
        "The invoice is attached as a PDF.",
        "I have attached the label.",
        "I've attached both photos.",
        "Small things go by parcel with the label I attach: print it.",
        "Please find the invoice attached.",
        "See the attachment for the drawing.",
        "Attached is the drawing that you asked for.",
        "Anbei die Rechnung.",
        "Die Rechnung finden Sie im Anhang.",
        "Ich habe Ihnen das Etikett angehängt.",
        "Ich füge die Anleitung bei.",
        "In der Anlage erhalten Sie die Rechnung.",
        "Vous trouverez ci-joint la facture.",
        "La facture est en pièce jointe.",
        "Je joins la facture à ce message.",
        "Le adjunto la factura.",
        "Adjuntamos la etiqueta.",
        "In de bijlage vindt u de factuur.",
        "Bijgevoegd vindt u het label.",
        "Ik voeg de factuur bij.",
        "In allegato trova la fattura.",
        "Le allego l'etichetta.",
        "Segue em anexo a fatura.",
        "Anexei a etiqueta.",
        "W załączniku przesyłam fakturę.",
        "Załączam etykietę zwrotną.",
    ],
)
def test_what_is_said_to_be_attached_and_is_not_holds_a_mail(sentence: str) -> None:
    text = f"Hello Jo,\n\n{sentence}\n\nMaria"
    assert says_attached(text) == sentence
    assert held(to_jo(text)) == [Held.ATTACHMENT]
    assert held(to_jo(text, enclosed=1)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Thank you for the photo that you attached.",
        "Your attachment did not open.",
        "Please attach a photo of the label.",
        "Could you attach the receipt?",
        "The rail is attached to the wall with two screws.",
        "There was no attachment in your mail.",
        "Vielen Dank für Ihren Anhang.",
        "Das Foto, das Sie angehängt haben, zeigt den Schaden.",
        "Hängen Sie das Regal bitte nicht an die Wand.",
        "Merci pour votre pièce jointe.",
        "Gracias por su adjunto.",
        "Bedankt voor uw bijlage.",
        "Grazie per il suo allegato.",
        "Obrigada pelo seu anexo.",
        "Dziękuję za pana załącznik.",
        "I have kept and forwarded nothing of what you attached.",
    ],
)
def test_what_the_requester_attached_or_is_to_attach_holds_nothing(sentence: str) -> None:
    assert says_attached(f"{sentence} A new top leaves today.") == ""


def test_a_mail_in_which_nothing_is_amiss_is_let_go() -> None:
    assert doubts(to_jo(FINE), NOW, ZONE) == ()


@pytest.mark.parametrize("text", ["", " \n\t", "...", "> what they wrote\n> before\n"])
def test_a_mail_without_a_word_of_ours_cannot_leave(text: str) -> None:
    found = doubts(to_jo(text), NOW, ZONE)
    assert [doubt.why for doubt in found] == [Held.EMPTY]
    assert blocked(found)
    assert not blocked(doubts(to_jo(text, enclosed=1), NOW, ZONE))


@pytest.mark.parametrize(
    "placeholder",
    ["{{ first_name }}", "{% if x %}", "[NAME]", "[ORDER NUMBER]", "<NAME>", "{order_number}"],
)
def test_what_nobody_filled_in_cannot_leave(placeholder: str) -> None:
    found = doubts(to_jo(f"Hello {placeholder}, a new top leaves today."), NOW, ZONE)
    assert found == (Doubt(why=Held.PLACEHOLDER, about=placeholder),)
    assert blocked(found)


@pytest.mark.parametrize("text", ["[1] see below", "[T-7ABCDEF]", "[sic]", "a < b > c", "{}"])
def test_brackets_that_people_type_are_no_placeholders(text: str) -> None:
    assert placeholders(text) == ()


def test_another_language_than_the_requesters_holds_a_mail_where_it_is_sure() -> None:
    def mail(written_in: str | None, theirs: str | None) -> Outbound:
        return Outbound(text=FINE, recipients=THERE, written_in=written_in, theirs=theirs)

    assert doubts(mail("en", "de"), NOW, ZONE) == (Doubt(why=Held.LANGUAGE, about="de"),)
    assert held(mail(None, "de")) == held(mail("en", None)) == held(mail("de", "de")) == []


def test_an_address_that_the_thread_does_not_know_holds_a_mail() -> None:
    mail = Outbound(
        text=FINE,
        recipients=("Jo@Example.net", "joe@example.net"),
        known=frozenset(THERE),
    )
    assert doubts(mail, NOW, ZONE) == (Doubt(why=Held.ADDRESS, about="joe@example.net"),)
    assert strangers(("anybody@example.org",), None) == ()


def test_a_mail_to_nobody_cannot_leave() -> None:
    found = doubts(Outbound(text=FINE, recipients=()), NOW, ZONE)
    assert [doubt.why for doubt in found] == [Held.NOBODY]
    assert blocked(found)


def test_what_came_meanwhile_holds_a_mail_and_says_who_wrote_it() -> None:
    mail = Outbound(text=FINE, recipients=THERE, came=(Came("Jo Park", NOW),))
    found = doubts(mail, NOW, ZONE)
    assert found == (Doubt(why=Held.MEANWHILE, about="Jo Park", at=NOW),)
    assert not blocked(found)


def test_a_promise_of_time_asks_for_an_update_that_is_owed() -> None:
    text = "Hello Jo,\n\nI will get back to you by Thursday.\n\nMaria"
    (doubt,) = doubts(to_jo(text), NOW, ZONE)
    assert doubt.why is Held.PROMISE
    assert doubt.by is not None
    assert f"{doubt.by.day}" == "2026-11-26"
    owing = Outbound(text=text, recipients=THERE, owes=True)
    assert held(owing) == []


def test_what_must_be_mended_stands_first() -> None:
    text = "The invoice is attached, {{ first_name }}."
    assert held(to_jo(text)) == [Held.PLACEHOLDER, Held.ATTACHMENT]


words = st.text(max_size=300)
addresses = st.from_regex(r"[a-z]{1,6}@[a-z]{1,6}\.example", fullmatch=True)


@given(text=words, enclosed=st.integers(0, 3))
def test_every_mail_can_be_looked_at(text: str, enclosed: int) -> None:
    for doubt in doubts(to_jo(text, enclosed), NOW, ZONE):
        assert doubt.blocks == (doubt.why in MUST_BE_MENDED)


@given(text=words)
def test_something_enclosed_never_adds_a_doubt(text: str) -> None:
    assert set(held(to_jo(text, 1))) <= set(held(to_jo(text, 0)))


@given(text=words)
def test_what_is_quoted_is_not_held_against_the_writer(text: str) -> None:
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    assert own_words(quoted) == ""
    assert held(to_jo(f"{FINE}\n\n{quoted}")) == []


@given(recipients=st.lists(addresses, max_size=6), known=st.frozensets(addresses, max_size=6))
def test_strangers_are_who_is_not_known_each_once(
    recipients: list[str], known: frozenset[str]
) -> None:
    found = strangers([address.upper() for address in recipients], known)
    assert {address.casefold() for address in found} == set(recipients) - known
    assert len(found) == len(set(found))
