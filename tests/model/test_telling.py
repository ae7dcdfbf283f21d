"""Which sentences say what a mail is about, and which of them stands for it."""

from __future__ import annotations

import numpy as np
import pytest

from triage.model.telling import likeness, telling

SAID = "The top of my new table arrived cracked."


@pytest.mark.parametrize(
    "sentence",
    [
        "Dear Northwind Home Team,",
        "Hello Maria Lund,",
        "Sehr geehrte Damen und Herren,",
        "Guten Tag Frau Brandt,",
        "Bonjour Madame Lefèvre,",
        "Estimado García López,",
        "Kind regards, Josephine Park",
        "With best wishes, Ida Holm",
        "Thank you very much in advance!",
        "Thanks so much, Margaret Holloway",
        "Looking forward to hearing from you.",
        "Mit freundlichen Grüßen Thomas Brandt",
        "Vielen Dank im Voraus!",
        "Cordialement, Jeanne Moreau",
        "Cordiali saluti, Chiara Bianchi",
        "Met vriendelijke groet, Pieter",
        "Com os melhores cumprimentos, Ana",
        "Z poważaniem, Anna Nowak",
        "Vänliga hälsningar, Gunnar Tegnér",
        "Order number: NW-482133",
        "My order number is NW-482133.",
        "Meine Bestellnummer lautet NW-482133.",
        "Kundennummer 4711, Rechnungsnummer 88123",
        "Numéro de commande NW-482133",
        "Número de pedido: NW-482133",
        "NW-482133 / 4711 / 0815",
    ],
)
def test_courtesy_and_numbers_tell_nothing(sentence: str) -> None:
    assert list(telling([sentence, SAID, sentence])) == [1]


@pytest.mark.parametrize(
    "sentence",
    [
        "Hello, I ordered a rug in sand and a grey one came.",
        "Thank you for the lovely table, the driver was wonderful.",
        "Thanks, but that is not what I asked for.",
        "Where is order NW-482133?",
        "Order NW-482133 arrived broken.",
        "Dear all, the lamp smokes.",
        "Guten Tag, die Lampe ist kaputt.",
        "Merci de me rembourser la commande NW-482133.",
        "Best before dates on your biscuits are wrong.",
    ],
)
def test_what_says_more_than_courtesy_tells_something(sentence: str) -> None:
    assert list(telling(["Kind regards, Jo", sentence])) == [1]


def test_where_nothing_tells_anything_all_may_be_shown() -> None:
    assert list(telling(["Hello Maria,", "Kind regards, Jo"])) == [0, 1]
    assert list(telling(["Broken!", "NW-482133"])) == [0]


@pytest.mark.parametrize(
    "ask",
    ["When does it come?", "Please send me another one.", "Bitte schicken Sie mir eine neue."],
)
def test_of_two_that_are_as_like_the_one_that_asks_is_the_gist(ask: str) -> None:
    vectors = np.asarray([[1.0, 0.1], [1.0, 0.1]], np.float32)
    found = likeness([SAID, ask], vectors, np.asarray([1.0, 0.0], np.float32), np.zeros(2))
    assert found.argmax() == 1


def test_an_ask_about_something_else_is_not_the_gist() -> None:
    vectors = np.asarray([[0.9, 0.1], [0.5, 0.5]], np.float32)
    said = [SAID, "Could you close the window, please?"]
    found = likeness(said, vectors, np.asarray([1.0, 0.0], np.float32), np.asarray([2.0, -1.0]))
    assert found.argmax() == 0
