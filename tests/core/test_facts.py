"""What a mail states by itself: numbers that look so, and numbers that words announce."""

from __future__ import annotations

from functools import cache
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config.load import load_policy
from triage.core.announced import announced
from triage.core.facts import facts
from triage.core.message import Attachment, Message
from triage.core.terms import Terms
from triage.pipeline.terms import terms_of


@cache
def shipped() -> Terms:
    return terms_of(load_policy(None), instance="")


def stated(
    text: str = "", *, subject: str = "", body: str = "", forwarded: str = ""
) -> dict[str, str]:
    message = Message(
        subject=subject, sender=None, text=text, body=body or text, forwarded=forwarded
    )
    return facts(message, shipped())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("My order NW-482133 has not come.", "NW-482133"),
        ("order number is 4711 22", "471122"),
        ("My order no. is 471122, thanks", "471122"),
        ("Order: #4711223", "#4711223"),
        ("my order has 3 broken chairs; the order number: 471122", "471122"),
        ("Order number\n\n  471122", "471122"),
        ("| Order number: | 471122 |", "471122"),
        ("PO number 4711 22", "471122"),
        ("Bestellung Nr.: 4711223", "4711223"),
        ("Bestellung vom 12.03.2026, Nummer 4711223", "4711223"),
        ("meine Bestellnr. lautet 471122", "471122"),
        ("Auftrags-Nr. 471122", "471122"),
        ("Ma commande n\u00b0 471 1223 n'est pas arriv\u00e9e", "4711223"),
        ("Mi n\u00famero de pedido es el 471122", "471122"),
        ("Il mio ordine \u00e8 il 471122", "471122"),
        ("Mijn bestelnummer is 471122", "471122"),
        ("O n\u00famero da encomenda \u00e9 471122", "471122"),
        ("Numer zam\u00f3wienia to 471122", "471122"),
        ("Mitt ordernummer \u00e4r 471122", "471122"),
        ("Mit ordrenummer er 471122", "471122"),
        ("Bestillingsnummeret mitt: 471122, bestilling 471122", "471122"),
        ("Tilausnumeroni on 471122", "471122"),
        ("\u010c\u00edslo objedn\u00e1vky je 471122", "471122"),
        ("\u6ce8\u6587\u756a\u53f7\u306f471122\u3067\u3059\u3002", "471122"),
        ("\u6ce8\u6587\u756a\u53f7\uff1a\uff14\uff17\uff11\uff11\uff12\uff12", "471122"),
        ("order 12 chairs", None),
        ("call 1234567", None),
        ("We ordered 1234567 last week", None),
        ("order 12345678", None),
        ("The order is late! 4711223", None),
        ("order placed on 12 03 2026", None),
        ("order, invoice 4711223", None),
        ("refund of my order to IBAN DE89 370400", None),
        ("order T-4711223", None),
        ("Ordernr. 471122 von gestern", "471122"),
        ("Ihre Auftragsbest\u00e4tigung 471122", "471122"),
        ("tilaukseni numero on 471122", "471122"),
        ("Order 471122 (249,00 \u20ac)", "471122"),
        ("Order from customer Ida Berg: 471122", "471122"),
        ("Order total: 124900 JPY", None),
        ("order for 249000 yen", None),
        ("Order: \nPostcode: 241033", None),
        ("Order number: \nCustomer number: 881234", None),
        ("Bestellung, Kundennr. 8812345", None),
        ("commande, article 471122", None),
        ("objedn\u00e1vka z Prahy, PS\u010c 110000", None),
        ("\u6ce8\u6587\u5546\u54c1 471122", None),
    ],
)
def test_an_order_number_is_found_by_its_looks_or_its_announcement(
    text: str, number: str | None
) -> None:
    assert stated(text).get("order_number") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Invoice no. 2026114", "2026114"),
        ("INV-20261 is wrong", "INV-20261"),
        ("invoice 2026114 dated 12 March", "2026114"),
        ("the invoice dated 12/03/2026, number 2026114", "2026114"),
        ("Rechnung Nr. 2026114 vom 3.5.2026", "2026114"),
        ("facture n\u00ba 2026114", "2026114"),
        ("Fakturanummeret er 2026114, fakturanr. 2026114", "2026114"),
        ("\u8acb\u6c42\u66f8\u756a\u53f7 2026114", "2026114"),
        ("the invoice is wrong", None),
        ("Rechnung vom 03.05.2026", None),
        ("invoice of 2026-03-05", None),
        ("Die Rechnungen 2026114 und 2026115", "2026114"),
        ("Invoice 2026114 EUR 1249", "2026114"),
        ("Invoice 2026114 for \u20ac1,249.00", "2026114"),
        ("Rechnung 12490 Euro", None),
        ("invoice total \u00a312490", None),
        ("facture de 12490 \u20ac", None),
        ("faktura na 12490,00 K\u010d", None),
    ],
)
def test_an_invoice_number_is_found_and_its_date_is_not(text: str, number: str | None) -> None:
    assert stated(text).get("invoice_number") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("my number: +49 30 901820", "+49 30 901820"),
        ("Reach me on +44 20 7946 0018 please", "+44 20 7946 0018"),
        ("+4930901820", "+4930901820"),
        ("Call me on 020 7946 0018 after six", "020 7946 0018"),
        ("You can reach me under +1 (206) 555-0199.", "+1 (206) 555-0199"),
        ("Tel. (206) 555-0199", "(206) 555-0199"),
        ("Tel: 030/1234567", "030/1234567"),
        ("Handy 0170 1234567, Bestellung 471122", "0170 1234567"),
        ("Sie erreichen mich unter 0351 4711223", "0351 4711223"),
        ("t\u00e9l\u00e9phone 06 12 34 56 78", "06 12 34 56 78"),
        ("mi m\u00f3vil es 612 345 678", "612 345 678"),
        ("Puhelinnumeroni on 040 123 4567", "040 123 4567"),
        ("\u96fb\u8a71\u756a\u53f7\u306f03-1234-5678\u3067\u3059", "03-1234-5678"),
        ("tel 0170 1234567 / 0171 7654321", "0170 1234567"),
        ("0170 1234567", None),
        ("NW-123456", None),
        ("my phone broke on 12.03.2026", None),
        ("my phone is from 2026-03-05", None),
        ("phone, order number 4711223", None),
        ("IBAN DE89 3704 0044 0532 0130 00", None),
        ("call me about 30 chairs", None),
        ("+1000", None),
        ("version 1.2.3.4567.890", None),
        ("Meine Telefonnummer ist 0431 / 12 34 56", "0431 / 12 34 56"),
        ("facture 2026114, t\u00e9l. 06 12 34 56 78", "06 12 34 56 78"),
        ("Pouvez-vous me rappeler au 06 12 34 56 78 ?", "06 12 34 56 78"),
        ("Ll\u00e1menme al 612 345 678", "612 345 678"),
        ("mi pu\u00f2 richiamare al 333 1234567", "333 1234567"),
        ("U kunt mij bellen op 06-12345678", "06-12345678"),
        ("prosz\u0119 o kontakt pod numerem 601 234 567", "601 234 567"),
        ("ring til mig p\u00e5 20 12 34 56", "20 12 34 56"),
        ("Telefon:\nKundennr: 0881234567", None),
    ],
)
def test_a_phone_number_is_no_order_no_date_and_no_account(text: str, number: str | None) -> None:
    assert stated(text).get("phone") == number


def test_the_new_text_comes_first_then_the_subject_then_what_is_forwarded() -> None:
    subject, forwarded = "Order NW-222222", "Order NW-333333"
    body = "Order NW-111111\n\n-- \nOrder NW-555555"
    text = "Order NW-111111"
    everywhere = stated(text, subject=subject, forwarded=forwarded, body=body)
    assert everywhere == {"order_number": "NW-111111"}
    told = stated("Hello", subject=subject, forwarded=forwarded, body=body)
    assert told == {"order_number": "NW-222222"}
    assert stated("Hello", forwarded=forwarded, body=body) == {"order_number": "NW-333333"}
    assert stated("Hello", body=body) == {"order_number": "NW-111111"}


def test_an_attachment_s_name_states_what_the_words_do_not() -> None:
    attachment = Attachment("Invoice_INV-20261.pdf", "application/pdf", 100)
    message = Message(subject="", sender=None, text="See below.", attachments=(attachment,))
    assert facts(message, shipped()) == {"invoice_number": "INV-20261"}


@pytest.mark.parametrize(
    "quoted",
    [
        "On Monday, Northwind <support@northwind.example> wrote:\n> Order NW-999999, {our}",
        "Am 3.5. schrieb Maria Lund:\n> > Hello\n> Order NW-999999, {our}",
        "From: Northwind <support@northwind.example>\nSent: Monday\nTo: jo@example.net\n"
        "Subject: Re: Order\n\nOrder NW-999999, {our}",
    ],
)
def test_what_stands_only_in_our_own_words_is_nobody_s_statement(quoted: str) -> None:
    our = shipped().roster.phone
    assert stated("Thanks.", body="Thanks.\n\n" + quoted.format(our=our)) == {}


def test_what_is_quoted_of_them_and_their_signature_still_count() -> None:
    body = (
        "Thanks.\n\n-- \nJo Park, tel 030 1234567\n\n"
        "On Monday, Northwind <support@northwind.example> wrote:\n> We are on it.\n"
        "> On Sunday, Jo <jo@example.net> wrote:\n>> Order NW-482133"
    )
    assert stated("Thanks.", body=body) == {"order_number": "NW-482133", "phone": "030 1234567"}
    under = "On Monday, support@northwind.example wrote:\n> Which?\n\nOrder NW-482133"
    assert stated("", body=under) == {"order_number": "NW-482133"}


def test_our_own_phone_number_is_not_theirs() -> None:
    assert stated(f"I called you on {shipped().roster.phone}") == {}


@pytest.mark.parametrize(("words", "value"), [(["*"], r"\d"), (["order"], r"\d*"), (["x"], "(")])
def test_what_would_announce_everything_is_refused(words: list[str], value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        announced(words, value)


@given(st.text(alphabet="order numbTel:#+0123456789 ()/.-\n>@<\u6ce8\u6587NW", max_size=400))
def test_any_text_states_what_stands_in_it(text: str) -> None:
    for value in stated(text).values():
        assert set(value) <= set(text.replace("\n", " "))
        assert any(char.isdigit() for char in value)


@pytest.mark.parametrize(
    "piece",
    [
        "order number ",
        "order 1 ",
        "+1 2 3 ",
        "tel (((((",
        "Bestellung vom 1.1. ",
        "\u6ce8\u6587\u756a\u53f7\u306f",
        "> support@northwind.example wrote:\n",
        "1" * 50,
    ],
)
def test_ten_times_the_text_is_at_most_fifteen_times_the_work(piece: str) -> None:
    def spent(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        best = 9.0
        for _ in range(3):
            start = process_time()
            stated(text)
            best = min(best, process_time() - start)
        return best

    spent(1000)
    assert spent(90_000) <= 15 * max(spent(9000), 0.002)
