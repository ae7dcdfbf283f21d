"""What requesters are told, in every language; and what is refused before anybody is told it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.config.shipped import shipped_prompts
from triage.config.texts import CHECK_BACK, DELAY, load_texts
from triage.core.desk import FactSpoken
from triage.core.examples import example_values
from triage.core.letter import Letter, Note
from triage.core.referral import Referral
from triage.errors import ConfigError

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")
NOW = datetime(2026, 11, 20, 15, 50, tzinfo=UTC)
HOUR = timedelta(hours=1)
LETTER = Letter(
    agent_name="Maria Lund",
    reference="T-4XK2M9Q",
    brand="Acme",
    queue="Returns",
    now=NOW,
    zone=ZoneInfo("Europe/Berlin"),
    first_name="Jo",
    promised_at=NOW + HOUR,
    earlier_at=NOW + HOUR / 3,
)
CARRIER = Referral(
    name="carrier",
    title="The carrier",
    where=("https://parcels.test/help", "+49 30 99"),
    titles={"de": "Der Paketdienst"},
)
SHIPPED = load_texts(shipped_prompts())
GOOD = (
    "Automatic. {{ agent_name }}, {{ promised_at }}, {{ reference }}, {{ phone }}, {{ notice }}\n"
)


def every_note(letter: Letter, language: str) -> tuple[Note, Note, Note]:
    return (
        SHIPPED.acknowledgement(language, letter),
        SHIPPED.delay(language, letter),
        SHIPPED.check_back(language, letter),
    )


def acknowledged(language: str, **parts: object) -> str:
    return SHIPPED.acknowledgement(language, replace(LETTER, **parts)).text  # type: ignore[arg-type]


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def refused(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load_texts(shipped_prompts(), folder)
    return [re.sub(r"^[^:]*/", "", str(fault)) for fault in raised.value.faults]


def test_every_note_is_there_in_eight_languages() -> None:
    assert SHIPPED.languages == LANGUAGES
    for notes in SHIPPED.notes.values():
        assert tuple(sorted(tag for tag, variant in notes if not variant)) == LANGUAGES


def test_only_what_somebody_vouched_for_is_called_reviewed() -> None:
    for notes in SHIPPED.notes.values():
        assert {tag for (tag, _), note in notes.items() if note.reviewed} == {"de", "en"}
    subjects = {tag: note.subject for (tag, _), note in SHIPPED.acknowledgements.items()}
    assert subjects["en"] == "your message"
    assert len(set(subjects.values())) == len(LANGUAGES)


def test_an_admins_own_text_is_vouched_for_and_keeps_the_subject(tmp_path: Path) -> None:
    put(tmp_path, "acknowledgement/fr.txt", "Automatique. " + GOOD)
    put(tmp_path, "acknowledgement/es.txt", "---\nreviewed_by: null\n---\nautomático " + GOOD)
    put(tmp_path, "acknowledgement/it.txt", "---\nreviewed_by: Rosa\n---\nautomatico " + GOOD)
    texts = load_texts(shipped_prompts(), tmp_path)
    assert texts.acknowledgements["fr", ""].reviewed
    assert texts.acknowledgements["fr", ""].subject == "votre message"
    assert not texts.acknowledgements["es", ""].reviewed
    assert texts.acknowledgements["it", ""].reviewed


def test_who_wants_reviewed_texts_alone_gets_no_others_but_the_sites() -> None:
    texts = load_texts(shipped_prompts(), language="fr", reviewed_only=True)
    assert texts.languages == ("de", "en", "fr")
    assert texts.acknowledgement("es", LETTER).language == "fr"
    assert texts.delay("es", LETTER).language == "fr"
    assert load_texts(shipped_prompts(), reviewed_only=True).languages == ("de", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_p5_each_note_names_its_owner_its_times_and_that_it_is_automatic(language: str) -> None:
    for letter in (LETTER, replace(LETTER, safety=True, phone="030 1234", serious=True)):
        acknowledgement, delay, check_back = every_note(letter, language)
        for note in (acknowledgement, delay, check_back):
            assert note.language == language
            assert "automa" in note.text.casefold().replace("á", "a")
            assert note.text.endswith(f"Maria Lund\nAcme\n{note.text.splitlines()[-1]}\n")
            assert "T-4XK2M9Q" in note.text.splitlines()[-1]
            assert not example_values(note.text)
        hour = {"fr": "17 h 50", "nl": "17.50"}.get(language, "17:50")
        earlier = {"fr": "17 h 10", "nl": "17.10"}.get(language, "17:10")
        assert hour in acknowledgement.text
        assert delay.text.index(earlier) < delay.text.index(hour)
        assert hour not in check_back.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_cheers_or_says_as_soon_as_possible(language: str) -> None:
    hollow = (
        r"!|\bsoon|shortly|thank|happy|glad|so bald|freu|\bdank|merci|bientôt|dès que|gracias|"
        r"pronto|cuanto antes|zo snel|spoedig|grazie|al più presto|obrigad|em breve|dzięku|wkrótce"
    )
    for safety in (True, False):
        for serious in (True, False):
            letter = replace(LETTER, safety=safety, serious=serious, phone="030 1")
            for note in every_note(letter, language):
                assert not re.search(hollow, note.text, re.IGNORECASE), note.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_angry_are_taken_seriously_and_praise_is_thanked_for(language: str) -> None:
    plain = acknowledged(language)
    serious = acknowledged(language, serious=True)
    praise = acknowledged(language, praise=True)
    word = {"en": "seriously", "de": "ernst", "fr": "sérieux", "es": "en serio", "nl": "serieus"}
    word |= {"it": "sul serio", "pt": "seriedade", "pl": "poważnie"}
    assert word[language] in serious
    assert word[language] not in plain + praise
    thanks = r"thank|dank|merci|gracias|grazie|agradeço|dziękuję"
    assert re.search(thanks, praise, re.IGNORECASE)
    assert not re.search(thanks, plain + serious, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_comes_first_with_the_phone_and_with_when_anybody_reads(language: str) -> None:
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    letter = replace(LETTER, safety=True, phone="030 99", reading_from=monday)
    words = SHIPPED.acknowledgement(language, letter).text
    first = words.split("\n\n")[1]
    assert "030 99" in first
    assert "23" in first
    assert words.count("030 99") == 1
    on_call = SHIPPED.acknowledgement(language, replace(letter, reading_from=None)).text
    assert "23" not in on_call
    assert "030 99" in SHIPPED.delay(language, letter).text.split("\n\n")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_one_missing_fact_is_offered_for_in_the_admins_words(language: str) -> None:
    spoken = FactSpoken(labels={"en": "your QX code", language: "QX-007"})
    asked = acknowledged(language, missing="code", spoken=spoken)
    assert "QX-007" in asked
    assert asked.count("?") == 0
    for parts in ({"spoken": spoken}, {"missing": "code"}):
        assert acknowledged(language, **parts) == acknowledged(language)
    whole = FactSpoken(labels=spoken.labels, offers={language: "Only this sentence."})
    assert "Only this sentence.\n" in acknowledged(language, missing="code", spoken=whole)
    assert "QX" not in acknowledged(language, missing="code", spoken=whole)


def test_a_fact_without_words_in_a_language_is_not_offered_for_in_it() -> None:
    spoken = FactSpoken(labels={"en": "your QX code", "pt": "o código QX"})
    assert "QX" not in acknowledged("de", missing="code", spoken=spoken)
    put_back = SHIPPED.acknowledgement("pt-BR", replace(LETTER, missing="code", spoken=spoken))
    assert "o código QX" in put_back.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_referral_is_told_with_its_name_only_where_it_has_one_in_that_language(
    language: str,
) -> None:
    words = acknowledged(language, referral=CARRIER)
    assert "\nhttps://parcels.test/help · +49 30 99\n" in words
    name = {"en": "The carrier", "de": "Der Paketdienst"}.get(language, "")
    assert (name and name in words) or not re.search("carrier|Paketdienst", words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_stands_in_the_words_that_were_typed_under_a_heading(language: str) -> None:
    words = acknowledged(language, notices=("We move  house {{ x }}.", "Ring twice."))
    lines = words.split("\n")
    at = lines.index("We move house {{ x }}.")
    assert lines[at + 1] == "Ring twice."
    assert lines[at - 1].rstrip().endswith(":")
    assert lines[at - 1].rstrip(":\u00a0 ") not in acknowledged(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promise_can_be_a_day_instead_of_an_hour(language: str) -> None:
    words = acknowledged(language, promised_at=NOW + 6 * 24 * HOUR, promised_day=True)
    assert "26" in words
    assert not re.search(r"\d\d?[:.]\d\d|\d h \d", words)


def test_without_a_new_time_a_delay_notice_names_none() -> None:
    for language in LANGUAGES:
        words = SHIPPED.delay(language, replace(LETTER, promised_at=None)).text
        assert "17:50" not in words
        assert words != SHIPPED.delay(language, LETTER).text


def test_a_later_note_without_a_text_in_the_sites_language_is_in_english(tmp_path: Path) -> None:
    put(tmp_path, "acknowledgement/sv.txt", "automatiskt " + GOOD)
    texts = load_texts(shipped_prompts(), tmp_path, language="sv")
    assert texts.acknowledgement("sv", LETTER).language == "sv"
    assert texts.delay("sv", LETTER).language == "en"
    assert texts.check_back(None, LETTER).language == "en"


class _Reader(HTMLParser):
    """Collects the text, tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags, self.attributes = "", list[str](), list[tuple[str, str]]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_says_what_the_plain_words_say_and_loads_nothing(language: str) -> None:
    letter = replace(LETTER, brand="<b>A & B</b>", notices=("<img src=//x.test>",))
    note = SHIPPED.acknowledgement(language, letter)
    page = _Reader(note.html)
    assert page.words.split() == note.text.split()
    allowed = {"html", "head", "meta", "body", "div", "p", "br"}
    assert set(page.tags) <= allowed
    assert ("lang", language) in page.attributes
    assert ("dir", "ltr") in page.attributes
    styles = " ".join(value for name, value in page.attributes if name == "style")
    assert not re.search(r"url|color|background|http", styles)
    assert "http" not in note.html.replace("<!DOCTYPE html>", "")


def test_the_line_for_strangers_is_english_in_the_html_too() -> None:
    note = load_texts(shipped_prompts(), language="de").acknowledgement("sv", LETTER)
    assert note.language == "de"
    assert '<html lang="de"' in note.html
    assert note.html.index('<div lang="en"') < note.html.index('<div lang="de"')


def test_an_admins_own_html_takes_the_place_of_the_paragraphs(tmp_path: Path) -> None:
    page = "<p>{{ agent_name }} <b>{{ promised_at }}</b> {{ reference }} {{ phone }}</p>\n"
    page += '<p>automatic {{ notice }} <a href="https://acme.test/help">help</a></p>\n'
    put(tmp_path, "acknowledgement/en.html", page)
    texts = load_texts(shipped_prompts(), tmp_path)
    note = texts.acknowledgement("en", replace(LETTER, agent_name="A <i> & B"))
    assert "<p>A &lt;i&gt; &amp; B <b>17:50 today</b> T-4XK2M9Q </p>" in note.html
    assert note.text == SHIPPED.acknowledgement("en", replace(LETTER, agent_name="A <i> & B")).text
    assert texts.delay("en", LETTER) == SHIPPED.delay("en", LETTER)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>x</p>\n <img src='x'>", "en.html:2:2: error: <img> is more than a page may use"),
        ("<script>x</script>", "en.html:1:1: error: <script> is more than"),
        ("<p onclick='x'>x</p>", "en.html:1:1: error: 'onclick' is more than"),
        ('<a href="javascript:x">x</a>', "en.html:1:1: error: a link that is not known"),
        ('<a href="http://x.test">x</a>', "en.html:1:1: error: a link that is not known"),
        ('<a href="{{ brand }}">x</a>', "en.html:1:1: error: a variable inside a tag"),
        ("<p style='background:url(x)'>x</p>", "en.html:1:1: error: a style that loads"),
        ("<p align=left>x</p>", "en.html:1:1: error: a value without quotes"),
        ("<p>x", "en.html:1:1: error: <p> is never closed"),
        ("<p>x</b></p>", "en.html:1:5: error: </b> closes nothing that is open"),
        ("<p>1 < 2</p>", "en.html:1:6: error: a '<' that begins no tag"),
        ("<!-- x -->", "en.html:1:1: error: a comment would be sent along"),
        ("<!DOCTYPE html>", "en.html:1:1: error: a whole document stands here"),
        ("<p>{{ agnt_name }}</p>", "en.html:1:7: error: unknown variable 'agnt_name'"),
        ("<p>Hello</p>", "en.html: error: leaves out the agent's name"),
    ],
)
def test_html_that_loads_runs_or_leaves_out_is_refused_at_its_place(
    tmp_path: Path, html: str, fault: str
) -> None:
    found = refused(put(tmp_path, "acknowledgement/en.html", html))
    assert any(one.startswith(fault) for one in found), found


def test_html_without_plain_words_beside_it_is_refused(tmp_path: Path) -> None:
    found = refused(put(tmp_path, "delay/sv.html", "<p>x</p>"))
    assert found == [
        "sv.html: error: there is no sv.txt beside it: whoever reads plain words gets nothing\n"
        "    = help: write sv.txt, or remove the file"
    ]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        (DELAY, "automatic {{ agent_name }} {{ reference }}", "leaves out the time that is promi"),
        (DELAY, "automatic {{ agent_name }} {{ reference }} {{ promised_at }}", "told before"),
        (CHECK_BACK, "automatic {{ reference }}", "leaves out the agent's name"),
        (CHECK_BACK, "{{ agent_name }} {{ reference }}", "does not say that it is automatic"),
        (CHECK_BACK, "{{ agent_nam }}", "en.txt:1:4: error: unknown variable 'agent_nam'"),
        (CHECK_BACK, "---\nreviewd_by: x\n---\nx", "en.txt:2:1: error: unknown key 'reviewd_by'"),
        (CHECK_BACK, "---\nsubject: [a]\n---\nx", "en.txt:2:10: error: 'subject' should be text"),
        (CHECK_BACK, "---\nsubject: x\nHello", "en.txt:1:1: error: no front matter"),
        (CHECK_BACK, "---\nsubject: x\n---\n\n{{ x }}", "en.txt:5:4: error: unknown variable"),
    ],
)
def test_a_later_note_is_tried_out_like_an_acknowledgement(
    tmp_path: Path, name: str, text: str, fault: str
) -> None:
    found = refused(put(tmp_path, f"{name}/en.txt", text))
    assert any(fault in one for one in found), found


def test_whoever_says_automatic_in_other_words_says_so_in_the_file(tmp_path: Path) -> None:
    words = "A machine says: {{ agent_name }} {{ reference }}"
    assert (
        "does not say that it is automatic" in refused(put(tmp_path, "check_back/en.txt", words))[0]
    )
    put(tmp_path, "check_back/en.txt", words + "{# automatic #}")
    said = load_texts(shipped_prompts(), tmp_path).check_back("en", LETTER).text
    assert said == "A machine says: Maria Lund T-4XK2M9Q\n"
