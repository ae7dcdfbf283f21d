"""What an answer does: it answers, only asks, or only promises, and by when it promises."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.answering import Does, does, promised, sentences

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 17, 10, 0, tzinfo=ZONE)  # a Tuesday


@pytest.mark.parametrize(
    "text",
    [
        "Hi Jo,\n\nyour new top left today. Let me know if you have questions.\n\nBest,\nMaria",
        "Done.",
        "",
        "Would you like a refund or a replacement?",
        "On Monday we ship the rest. I'll let you know when it left.",
        "Please send the table back with the label enclosed.",
        "We have asked the carrier and they say it is lost. A new one leaves today.",
        "Bitte senden Sie den Tisch mit dem Etikett zurück.",
        "Nous avons remboursé votre achat. N'hésitez pas à nous écrire.",
        "Thank you, I'll refund it today.",
        "We will send you a new top by Thursday.",
    ],
)
def test_what_says_something_of_the_matter_answers(text: str) -> None:
    assert does(text) is Does.ANSWERS


@pytest.mark.parametrize(
    "text",
    [
        "Hi Jo,\n\nCould you send me your order number, please?\n\nBest, Maria",
        "Sorry for the trouble. When did you order it?\n\nKind regards\nMaria",
        "Hallo, bitte teilen Sie uns Ihre Bestellnummer mit.",
        "Bonjour,\n\nPourriez-vous nous envoyer une photo ?\n\nCordialement\nAya",
        "¿Podría enviarnos una foto?",
        "Potrebbe mandarci una foto? Grazie",
        "Kunt u ons een foto sturen?",
        "Poderia enviar-nos uma fotografia?",
        "Proszę o podanie numeru zamówienia.",
        "Could you send me the number? I'll get back to you by Thursday.",
    ],
)
def test_what_only_wants_something_of_the_requester_asks(text: str) -> None:
    assert does(text) is Does.ASKS


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (
            "Hi Jo,\n\nthank you for your mail. I'm looking into it and will get back to you by\n"
            "Thursday 4 pm.\n\nKind regards,\nMaria",
            "11-19 16:00",
        ),
        ("Ich kläre das und melde mich bis morgen 16 Uhr.\n\nViele Grüße\nJonas", "11-18 16:00"),
        ("Nous vérifions et revenons vers vous avant vendredi à 12h.", "11-20 12:00"),
        ("Le escribiré mañana antes de las 15:00.", "11-18 15:00"),
        ("La aggiornerò entro domani alle 15.", "11-18 15:00"),
        ("Ik kom hier uiterlijk donderdag 17:00 op terug.", "11-19 17:00"),
        ("Entraremos em contacto até sexta-feira às 15h.", "11-20 15:00"),
        ("Odezwę się do piątku do godz. 12.", "11-20 12:00"),
        ("I'll call you on Friday at 3 pm.", "11-20 15:00"),
        ("Ich rufe Sie morgen um 16 Uhr an.", "11-18 16:00"),
        ("Le llamaré mañana antes de las 15:00.", "11-18 15:00"),
        ("La richiamo domani alle 15:00.", "11-18 15:00"),
        ("Ik bel u donderdag om 17:00.", "11-19 17:00"),
        ("Volto a contactá-la até sexta-feira às 15h.", "11-20 15:00"),
        ("Zadzwonię do Państwa w piątek o godz. 12.", "11-20 12:00"),
        ("As Friday is a holiday, I'll write to you by Monday noon.", "11-23 12:00"),
        ("I'll get back to you shortly.", None),
        ("We have received your message. We are on it.", None),
    ],
)
def test_what_only_says_that_we_will_write_promises(text: str, by: str | None) -> None:
    assert does(text) is Does.PROMISES
    found = promised(text, NOW, ZONE, None)
    assert (found and f"{found.said.day:%m-%d} {found.said.at:%H:%M}") == by


def test_a_promise_beside_an_answer_is_found_with_its_sentence() -> None:
    text = "A new one is on its way. I'll let you know by Thursday when it comes.\n\nBest\nMaria"
    found = promised(text, NOW, ZONE, "en")
    assert does(text) is Does.ANSWERS
    assert found is not None
    assert found.sentence == "I'll let you know by Thursday when it comes."


@pytest.mark.parametrize(
    "text",
    [
        "The carrier will bring it by Thursday.",
        "Shall I get back to you on Thursday?",
        "You wrote that we will get it by Thursday.",
        "Best,\nI'll get back to you by Thursday",
    ],
)
def test_a_date_that_nobody_of_ours_promises_to_write_by_is_no_promise(text: str) -> None:
    assert promised(text, NOW, ZONE, None) is None


@given(st.text(max_size=3000))
def test_any_text_is_read_and_a_sentence_is_never_empty(text: str) -> None:
    assert does(text) in set(Does)
    assert all(sentence.strip() for sentence in sentences(text))
