from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hazards import hazard
from triage.core.mail.newtext import new_text

ATTRIBUTIONS = [
    "On Mon, 3 Mar 2025 at 10:02, Maria <support@northwind.example> wrote:",
    "On Mon, 3 Mar 2025 at 10:02, Maria <\nsupport@northwind.example> wrote:",
    "Am 03.03.2025 um 10:02 schrieb Maria:",
    "Maria <support@northwind.example> schrieb am Mo., 3. März\n2025 um 10:02 Uhr:",
    "Le lun. 3 mars 2025 à 10:02, Maria <support@northwind.example>\na écrit :",
    "El lun, 3 mar 2025 a las 10:02, Maria (<support@northwind.example>) escribió:",
    "Il giorno lun 3 mar 2025 alle ore 10:02 Maria <support@northwind.example> ha\nscritto:",
    "Op ma 3 mrt 2025 om 10:02 schreef Maria <support@northwind.example>:",
    "W dniu 3.03.2025 o 10:02, Maria pisze:",
    "Den mån 3 mars 2025 kl 10:02 skrev Maria <support@northwind.example>:",
    "ma 3. maalisk. 2025 klo 10.02 Maria <support@northwind.example> kirjoitti:",
    "3 марта 2025 г., в 10:02, Maria <support@northwind.example> написал:",  # noqa: RUF001
    "2025年3月3日(月) 10:02 Maria <support@northwind.example>:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_a_quote_below_its_attribution_is_dropped(attribution: str) -> None:
    body = f"The oak one.\n\n{attribution}\n\n> Which bed is it?\n> Maria\n"
    assert new_text(body) == "The oak one."


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_history_without_quote_marks_is_dropped_too(attribution: str) -> None:
    body = f"The oak one.\n\n{attribution}\n\nWhich bed is it?\n\nMaria\n"
    assert new_text(body) == "The oak one."


@pytest.mark.parametrize(
    "labels",
    [
        "From Sent To Subject",
        "Von Gesendet An Betreff",
        "De Envoyé À Objet",
        "De Enviado Para Asunto",
        "Da Inviato A Oggetto",
        "Van Verzonden Aan Onderwerp",
        "De Enviada Para Assunto",
        "Od Wysłano Do Temat",
        "Från Skickat Till Ämne",
        "Fra Sendt Til Emne",
        "Lähettäjä Lähetetty Vastaanottaja Aihe",
        "Od Odesláno Komu Předmět",
        "差出人 送信日時 宛先 件名",
    ],
)
def test_a_copied_header_begins_history(labels: str) -> None:
    author, sent, to, subject = labels.split()
    body = (
        f"The oak one.\n\n{author}: Maria <support@northwind.example>\n{sent}: 3.3.2025 10:02\n"
        f"{to}: Ida Berg\n{subject}: Bed\n\nWhich bed is it?\n"
    )
    assert new_text(body) == "The oak one."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("reply-outlook", "The oak one, please come on Tuesday.\n\nIda Berg"),
        ("reply-gmail", "The oak one."),
        ("forward-with-a-line", "Was soll ich antworten?"),
    ],
)
def test_known_programs_leave_only_what_is_new(name: str, text: str) -> None:
    assert hazard(name).text == text


def test_answers_between_quotes_are_kept_with_the_quotes() -> None:
    text = hazard("answers-between").text
    assert text.startswith("Hello Maria,")
    assert "> Which bed is it?\n\nThe oak one." in text
    assert text.endswith("Since Sunday.")


def test_an_answer_below_the_quote_is_kept_without_it() -> None:
    body = "Am 03.03.2025 um 10:02 schrieb Maria:\n> Which bed is it?\n\nThe oak one.\n"
    assert new_text(body) == "The oak one."


def test_a_quote_put_there_by_hand_is_kept() -> None:
    body = "> free returns within 30 days\n\nDoes that hold for beds?\n"
    assert new_text(body) == body.strip()


@pytest.mark.parametrize(
    "body",
    [
        "Name: Ida Berg\nEmail: ida@kunde.example\nOrder: NW-123456\nMessage: The bed creaks.",
        "I need this:\n\nName: Ida\nDate: 3.3.2025\nSubject: Bed\nEmail: ida@kunde.example",
        "On 3 March 2025 at 10:02 I ordered the following from you:\none bed\ntwo lamps",
        "Size 90 > 80, so it does not fit.",
        "First\n\n---\n\nSecond",
        "I cannot open it on my iPhone",
        "-----\nThe whole text stands below a line.",
    ],
)
def test_what_only_looks_like_history_is_kept(body: str) -> None:
    assert new_text(body) == body


def test_a_forward_without_a_word_is_kept_whole() -> None:
    body = (
        "---------- Forwarded message ----------\nFrom: Shop <shop@other.example>\n"
        "Date: Mon, Mar 3, 2025 at 10:02\nSubject: Offer\nTo: ida@kunde.example\n\nBuy two lamps."
    )
    assert new_text(body) == body


@pytest.mark.parametrize(
    "tail",
    [
        "-- \nIda Berg\nKiel",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS<https://aka.example/o>",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "*" * 60 + "\nThis mail is confidential and intended solely for you.\n" + "*" * 60,
        "_" * 47 + "\nDesk mailing list\ndesk@lists.example",
    ],
)
def test_what_stands_under_every_mail_is_dropped(tail: str) -> None:
    assert new_text(f"The bed creaks.\n\n{tail}\n") == "The bed creaks."


def test_the_containers_of_html_mail_decide_where_the_text_has_no_marks() -> None:
    html = (
        '<p>The oak one.</p><div class="gmail_quote"><blockquote>Which bed is it?</blockquote>'
        "</div>"
    )
    assert new_text("The oak one.\n\nWhich bed is it?", html) == "The oak one."


def test_a_mail_that_is_all_container_is_kept_whole() -> None:
    html = '<div class="gmail_quote">Which bed is it?</div>'
    assert new_text("Which bed is it?", html) == "Which bed is it?"


@given(
    st.lists(
        st.sampled_from(
            [
                "text",
                "",
                "> quoted",
                "-- ",
                "On 3 Mar 2025 at 10:02, a@b.example wrote:",
                "From: a@b.example",
                "Sent: 3.3.2025 10:02",
                "To: c@d.example",
                "Subject: x",
                "----- Original Message -----",
                "_" * 40,
                "Sent from my iPhone",
            ]
        ),
        max_size=30,
    )
)
def test_new_text_is_never_empty_and_never_invented(lines: list[str]) -> None:
    body = "\n".join(lines)
    text = new_text(body)
    assert bool(text.strip()) == bool(body.strip())
    assert set(text.split("\n")) <= set(lines) | {"", body.strip()} | set(body.strip().split("\n"))
