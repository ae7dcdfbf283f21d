from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hazards import hazard
from triage.core.mail.forwarded import Forwarded, forwarded_in
from triage.core.mail.newtext import new_text, own_lines
from triage.core.message import Address

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
    "Maria <support@northwind.example> 于2025年3月3日周一 10:02写道：",  # noqa: RUF001
    "2025년 3월 3일 (월) 오전 10:02, Maria <support@northwind.example>님이 작성:",
    "Maria <support@northwind.example>, 3 Mar 2025 Pzt, 10:02 tarihinde şunu yazdı:",  # noqa: RUF001
    "po 3. 3. 2025 v 10:02 odesílatel Maria <support@northwind.example> napsal:",
    "po 3. 3. 2025 o 10:02 Maria <support@northwind.example> napísal(a):",
    "Maria <support@northwind.example> ezt írta (időpont: 2025. márc. 3., H, 10:02):",
    "În lun., 3 mar. 2025 la 10:02, Maria <support@northwind.example> a scris:",
    "Στις Δευ 3 Μαρ 2025 στις 10:02 Maria <support@northwind.example> έγραψε:",  # noqa: RUF001
    "Em seg., 3 de mar. de 2025 às 10:02, Maria <support@northwind.example> escreveu:",
    "пн, 3 бер. 2025 р. о 10:02 Maria <support@northwind.example> пише:",  # noqa: RUF001
    "Pada Sen, 3 Mar 2025 10.02, Maria <support@northwind.example> menulis:",
    "Vào Th 2, 3 thg 3, 2025 10:02 Maria <support@northwind.example> đã viết:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_a_quote_below_its_attribution_is_dropped(attribution: str) -> None:
    body = f"The oak one.\n\n{attribution}\n\n> Which bed is it?\n> Maria\n"
    assert new_text(body) == "The oak one."


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_history_without_quote_marks_is_dropped_too(attribution: str) -> None:
    body = f"The oak one.\n\n{attribution}\n\nWhich bed is it?\n\nMaria\n"
    assert new_text(body) == "The oak one."


def test_an_attribution_that_is_spread_over_lines_begins_history() -> None:
    intro = "On Mon, 3 Mar 2025 at 10:02 Maria\n\n<\nmailto:support@northwind.example\n> wrote:"
    assert new_text(f"The oak one.\n\n{intro}\n\n\nWhich bed is it?") == "The oak one."


def test_a_short_answer_right_below_a_question_is_no_wrapped_quote() -> None:
    text = new_text("> Which bed is it?\nthe oak one\n> And when?\nToday.")
    assert " ".join(text.split()) == "> Which bed is it? the oak one > And when? Today."


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
        "Від Надіслано Кому Тема",
        "Feladó Elküldve Címzett Tárgy",
        "Kimden Tarih Kime Konu",
        "Từ Ngày Đến Chủ_đề",
    ],
)
def test_a_copied_header_begins_history(labels: str) -> None:
    author, sent, to, subject = labels.replace("_", "\xa0").split(" ")
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
    assert "wrote:" not in text
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
        "--- My order ---\nDate: 3.3.2025\nMessage: the bed creaks",
        "The bed creaks.\n\nIda\n+49 431 123456",
        "Regards,\nIda\nCall me: +49 431 123456",
        "Regards,\nIda\n1234567 is the order",
        "Regards,\nIda\n\nPS: tomorrow, please\nTel. +49 431 123456\nor in the evening",
        "I move house.\n\nFrom: Kiel\nTo: Bonn\nDate: 3.3.2025\n\nCan the bed come there?",
        'Hello,\n\nOn 3.3.2025 at 10:02 your driver wrote:\n\n"Not at home". I was in all day.',
        "Two things\n--\nThe bed creaks.\n--\nA lamp is missing.",
        "Order NW-123456\n--\n" + "The bed creaks.\n" * 16 + "Please help.",
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
        "\u1427",
        "##- Please type your reply above this line -##\n\nYour request was received.",
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


GMAIL = (
    '<div>Hello Maria,</div><div class="gmail_quote"><div class="gmail_attr">On 3 Mar 2025 Maria '
    'wrote:</div><blockquote class="gmail_quote">Which bed is it?</blockquote><div>The oak one.'
    '</div><blockquote class="gmail_quote">Since when?</blockquote><div>Sunday.</div></div>'
)


def test_answers_between_the_quotes_of_html_mail_are_kept_with_the_quotes() -> None:
    body = "Hello Maria,\n\nOn 3 Mar 2025 Maria wrote:\n\nWhich bed is it?\n\nThe oak one."
    text = new_text(body, GMAIL)
    assert "> Which bed is it?\n\nThe oak one." in text
    assert text.endswith("Sunday.")


def test_an_answer_below_the_quote_of_html_mail_is_kept_without_it() -> None:
    html = (
        '<div class="moz-cite-prefix">Am 03.03.2025 um 10:02 schrieb Maria:</div>'
        '<blockquote type="cite">Which bed is it?</blockquote><p>The oak one.</p>'
    )
    body = "Am 03.03.2025 um 10:02 schrieb Maria:\n\nWhich bed is it?\n\nThe oak one."
    assert new_text(body, html) == "The oak one."


def test_a_container_of_signatures_that_holds_a_letter_is_kept() -> None:
    letter = "The bed creaks. " * 100
    html = f'<div id="AppleMailSignature">{letter}</div><div class="gmail_quote">Old</div>'
    assert new_text(f"{letter}\n\nOld", html) == letter.strip()


OUTLOOK = (
    "<p>{said}</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Maria "
    "&lt;support@northwind.example&gt;<br><b>Sent:</b> Monday, 3 March 2025 10:02<br><b>To:</b> "
    "Ida Berg<br><b>Subject:</b> Bed</p></div><p>Which bed is it?</p>{first}<p>And since when "
    "does it creak?</p>{second}<p>Kind regards, Maria</p>"
)


def outlook(said: str, colour: str) -> tuple[str, str]:
    first, second = (f"<p><span style='color:{colour}'>{x}</span></p>" for x in ("Oak.", "Sunday."))
    body = (
        f"{said}\n\nFrom: Maria <support@northwind.example>\nSent: Monday, 3 March 2025 10:02\n"
        "To: Ida Berg\nSubject: Bed\n\nWhich bed is it?\n\nOak.\n\nAnd since when does it creak?"
        "\n\nSunday.\n\nKind regards, Maria"
    )
    return body, OUTLOOK.format(said=said, first=first, second=second)


@pytest.mark.parametrize(
    "said",
    [
        "See my answers below in red.",
        "Siehe meine Antworten unten.",
        "Meine Antworten stehen in rot im Text.",
        "Voir mes réponses ci-dessous, en rouge.",
        "Mis respuestas abajo, en rojo.",
        "Trova le mie risposte qui sotto in rosso.",
        "Mijn antwoorden staan hieronder in het rood.",
        "As minhas respostas estão abaixo.",
        "Moje odpowiedzi poniżej na czerwono.",
        "Mina svar finns nedan i rött.",
        "Mine svar står nedenfor med rødt.",
        "Svarene mine står under i rødt.",
        "Vastaukseni alla punaisella.",
        "Moje odpovědi jsou níže červeně.",
        "回答は下記の通りです。",
    ],
)
def test_a_text_that_announces_answers_below_keeps_what_stands_below(said: str) -> None:
    body, html = outlook(said, "red")
    assert new_text(body, html) == body
    assert new_text(body) == body


@pytest.mark.parametrize(
    "said", ["See below, in blue.", "Siehe unten", "Zie hieronder", "Se nedan"]
)
def test_what_stands_below_in_another_colour_is_kept_where_the_text_points_to_it(said: str) -> None:
    body, html = outlook(said, "#0070C0")
    assert new_text(body, html) == body
    assert new_text(*outlook(said, "black")) == said
    assert new_text(body) == said


def test_another_colour_in_a_quote_is_no_answer_where_nothing_points_to_it() -> None:
    assert new_text(*outlook("The oak one.", "red")) == "The oak one."


def test_a_quote_all_in_its_own_colour_is_no_answer() -> None:
    body, html = outlook("Please see below.", "red")
    coloured = html.replace("<p>", "<p style='color:#1F497D'>")
    assert new_text(body, coloured) == "Please see below."


def test_a_long_text_that_mentions_answers_below_leaves_the_quote_out() -> None:
    said = "I have read your answers below, and the bed still creaks. " * 4
    assert new_text(*outlook(said.strip(), "black")) == said.strip()


@pytest.mark.parametrize("container", ['id="Signature"', 'class="gmail_signature"'])
@pytest.mark.parametrize("greeting", ["", "Hello Maria,", "Guten Tag", "Dobrý den"])
def test_a_letter_typed_into_the_container_of_the_signature_is_kept(
    container: str, greeting: str
) -> None:
    html = (
        f"<div>{greeting}</div><div {container}><p>The oak one.</p><p>Ida Berg</p></div>"
        '<div class="gmail_quote">Which bed is it?</div>'
    )
    text = new_text(f"{greeting}\n\nThe oak one.\n\nIda Berg\n\nWhich bed is it?", html)
    assert text == f"{greeting}\n\nThe oak one.\n\nIda Berg".strip()


def test_the_container_of_the_signature_below_a_text_is_dropped() -> None:
    html = '<div>The oak one.</div><div id="Signature"><p>Ida Berg</p></div>'
    assert new_text("The oak one.\n\nIda Berg", html) == "The oak one."


@pytest.mark.parametrize(
    "card",
    [
        "Tel.: +49 431 123456\nwww.kunde.example",
        "+49 (431) 123456 | ida@kunde.example",
        "T 0431-123456\nM: 0171/1234567\n\nE-Mail: ida@kunde.example",
    ],
)
@pytest.mark.parametrize("closing", ["Kind regards,", "Mit freundlichen Grüßen", "Cordialement,"])
def test_contact_lines_below_a_closing_and_a_name_are_dropped(closing: str, card: str) -> None:
    body = f"The bed creaks.\n\n{closing}\nIda Berg\nBerg GmbH\n{card}\n"
    assert new_text(body) == f"The bed creaks.\n\n{closing}\nIda Berg\nBerg GmbH"


@pytest.mark.parametrize(
    "said",
    [
        "Please call me back",
        "Bitte rufen Sie mich zurück",
        "Merci de me rappeler",
        "Por favor, llámenme",
        "Mi può richiamare?",
        "Kunt u mij terugbellen?",
        "Por favor, ligue-me",
        "Proszę oddzwonić",
        "Ring mig gärna",
        "Ring mig venligst",
        "Kan dere ringe meg?",
        "Soittakaa minulle",
        "Zavolejte mi prosím",
        "お電話ください",
        "My new address is this",
    ],
)
def test_the_number_of_one_who_asks_to_be_called_is_kept(said: str) -> None:
    body = f"{said}\n\nThanks\nIda Berg\n+49 431 123456"
    assert new_text(body) == body


def test_contact_lines_right_below_a_closing_are_kept() -> None:
    body = "The bed creaks.\nThanks\n+49 431 123456"
    assert new_text(body) == body


def test_a_quoted_line_that_was_wrapped_on_its_way_is_no_answer() -> None:
    quoted = "> We have looked at the order that you placed with us on Sunday and found the"
    body = f"Thanks.\n\nAm 03.03.2025 schrieb Maria:\n{quoted}\noak bed.\n> Maria\n"
    assert new_text(body) == "Thanks."


SHOP = Address("shop@other.example", "Shop")


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (
            "Look!\n\n---------- Forwarded message ---------\nFrom: Shop <shop@other.example>\n"
            "Date: Mon, Mar 3, 2025 at 10:02\nSubject: Offer\nTo: <ida@kunde.example>\n\n\nBuy!",
            SHOP,
        ),
        (
            "-------- Weitergeleitete Nachricht --------\nBetreff: \tAngebot\nDatum: \t3.3.2025\n"
            "Von: \tShop <shop@other.example>\nAn: \tida@kunde.example\n\nBuy!",
            SHOP,
        ),
        (
            "Look!\n\n> Begin forwarded message:\n> \n> From: Shop <shop@other.example>\n"
            "> Subject: Offer\n> Date: 3 March 2025\n> To: ida@kunde.example\n> \n> Buy!",
            SHOP,
        ),
        (
            "Look!\n\nAnfang der weitergeleiteten Nachricht:\n\n> Von: Shop <shop@other.example>\n"
            "> Betreff: Angebot\n> Datum: 3. März 2025 \n> An: ida@kunde.example\n> \n> Buy!",
            SHOP,
        ),
        (
            "Look!\n\n________________________________\nDe : Shop [mailto:shop@other.example]\n"
            "Envoyé : lundi 3 mars 2025 10:02\nÀ : Ida\nObjet : Offre\n\nBuy!",
            SHOP,
        ),
        (
            "Look!\n\nFrom: Shop\nSent: Monday, 3 March 2025 10:02\nTo: Ida\nSubject: x\n\nBuy!",
            None,
        ),
    ],
)
def test_what_is_forwarded_stands_apart_with_its_author(body: str, author: Address | None) -> None:
    assert forwarded_in(body, passed_on=True) == Forwarded("Buy!", author)
    if body.startswith("Look!"):
        assert new_text(body) == "Look!"


def test_what_is_answered_is_not_forwarded() -> None:
    header = "From: Shop <shop@other.example>\nSent: 3.3.2025 10:02\nTo: Ida\nSubject: x"
    assert forwarded_in(f"Yes.\n\n{header}\n\nBuy?", passed_on=False) is None
    assert forwarded_in("Yes.\n\nOn 3 Mar 2025 a@b.example wrote:\n> x", passed_on=True) is None
    assert forwarded_in("Nothing here.", passed_on=True) is None


def test_a_forward_is_read_with_the_mail() -> None:
    message = hazard("forward-with-a-line")
    assert message.text == "Was soll ich antworten?"
    assert message.forwarded == "Kaufen Sie zwei Lampen."
    assert message.forwarded_from == SHOP
    inside = hazard("message-inside")
    assert (inside.text, inside.forwarded) == ("What is this about?", "Buy two lamps.")
    assert inside.forwarded_from == Address("shop@other.example")
    assert hazard("reply-outlook").forwarded == ""
    assert hazard("bounce-in-words").forwarded == ""


def test_own_lines_are_those_without_quotes_and_history() -> None:
    body = "Yes.\n> Which?\nThe oak one.\n-- \nMaria\n\nOn 3 Mar 2025 Ida wrote:\n\nHello"
    assert own_lines(body) == "Yes.\nThe oak one.\n-- \nMaria"


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
    assert set(new_text(text).split("\n")) <= set(text.split("\n"))


@given(st.lists(st.sampled_from(["text", "", "-- ", "Sent from my iPhone", "> quoted"])))
def test_what_is_new_is_new_again(lines: list[str]) -> None:
    text = new_text("\n".join(lines))
    assert "text" not in text or new_text(text).split() == text.split()


@given(st.text(), st.one_of(st.none(), st.text()))
def test_no_text_makes_it_fail(body: str, html: str | None) -> None:
    assert bool(new_text(body, html).strip()) or not body.strip()
    forwarded_in(body, passed_on=True)
    own_lines(body)
