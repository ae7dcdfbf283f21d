from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config.shipped import shipped_prompts
from triage.config.texts import ALERTS, Texts, load_texts
from triage.config.textvalues import (
    ALERT_VARIABLES,
    NOTE_VARIABLES,
    alert_values,
    letter_values,
)
from triage.core.examples import example_values
from triage.core.letter import Alert, Letter
from triage.errors import ConfigError

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 20, 15, 50, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LETTER = Letter(
    agent_name="Maria Lund",
    reference="T-4XK2M9Q",
    brand="Acme",
    queue="Returns",
    now=NOW,
    zone=BERLIN,
    first_name="Jo",
    promised_at=NOW + HOUR,
    speaks=("en", "de"),
)
ALERT = Alert(
    reader="Maria",
    owner="Jonas Weber",
    reference="T-4XK2M9Q",
    requester="Jo Park <jo@park.test>",
    subject="Table arrived cracked",
    queue="Returns",
    priority="high",
    deadline=NOW + 15 * timedelta(minutes=1),
    now=NOW,
    zone=BERLIN,
)
SHIPPED = load_texts(shipped_prompts())
GERMAN_SITE = load_texts(shipped_prompts(), language="de")
GOOD = (
    "Automatic. {{ agent_name }}, {{ promised_at }}, {{ reference }}, {{ phone }}, {{ notice }}\n"
)


def said(texts: Texts, language: str | None, letter: Letter, *, formal: bool = False) -> str:
    return texts.acknowledgement(language, letter, formal=formal).text


def write(folder: Path, **texts: str) -> Path:
    """Write `en="…"` as acknowledgement/en.txt, `en_formal` as en.formal.txt."""
    (folder / "acknowledgement").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / "acknowledgement" / f"{name.replace('_', '.')}.txt").write_text(text)
    return folder


def faults(folder: Path, **texts: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load_texts(shipped_prompts(), write(folder, **texts))
    return [re.sub(r"^.*/", "", str(fault)) for fault in raised.value.faults]


def test_the_first_note_names_its_owner_and_the_time_and_says_that_it_is_automatic() -> None:
    assert said(SHIPPED, "en", LETTER) == (
        "Hello Jo,\n"
        "\n"
        "Your message has arrived and it is with me, Maria Lund. "
        "This first note is automatic; the answer will be mine.\n"
        "You will have it by 17:50 today.\n"
        "\n"
        "If anything changes, or you have something to add, "
        "just reply to this mail: it comes to me.\n"
        "\n"
        "Maria Lund\n"
        "Acme\n"
        "Reference T-4XK2M9Q\n"
    )


def test_a_german_gets_it_in_german() -> None:
    words = said(SHIPPED, "de", LETTER)
    assert words.startswith("Guten Tag Jo,\n\nIhre Nachricht ist angekommen")
    assert "kommt automatisch; die Antwort schreibe ich Ihnen selbst" in words
    assert "Sie erhalten sie bis heute, 17:50 Uhr." in words


@pytest.mark.parametrize("language", ["en", "de"])
def test_danger_comes_first_with_the_phone_and_with_when_anybody_reads(language: str) -> None:
    letter = replace(LETTER, safety=True, phone="030 1234", reading_from=MONDAY)
    first = said(SHIPPED, language, letter).split("\n\n")[1]
    assert "030 1234" in first
    assert {"en": "Nobody here reads mail before", "de": "liest hier niemand"}[language] in first
    on_call = said(SHIPPED, language, replace(letter, reading_from=None))
    assert "obody" not in on_call
    assert "niemand" not in on_call
    no_phone = said(SHIPPED, language, replace(letter, phone=""))
    assert "030" not in no_phone


def test_p5_without_a_promise_no_hour_is_named() -> None:
    letter = replace(LETTER, promises=False, promised_at=None)
    assert "within 2 working days" in said(SHIPPED, "en", letter)
    one = said(SHIPPED, "en", replace(letter, working_days=1))
    assert "within one working day" in one
    unknown = said(SHIPPED, "en", replace(LETTER, promised_at=None))
    assert "I am not promising you one" in unknown
    for words in (one, unknown):
        assert not re.search(r"\d\d:\d\d|soon", words)


def test_a_closed_desk_says_when_it_reads_again() -> None:
    letter = replace(LETTER, reading_from=MONDAY, promised_at=MONDAY + HOUR)
    words = said(SHIPPED, "en", letter)
    assert "You will have it by 09:00 on Monday 23 November." in words
    assert "read mail again from 08:00 on Monday 23 November." in words


def test_the_shipped_words_hold_no_example_value_of_their_own() -> None:
    for language in ("en", "de"):
        letter = replace(LETTER, safety=True, phone="030 1234", reading_from=MONDAY)
        assert example_values(said(SHIPPED, language, letter)) == []
        marked = replace(letter, brand="Northwind Home", phone="+1 206 555 0142")
        found = example_values(said(SHIPPED, language, marked))
        assert found == ["+1 206 555 0142", "Northwind Home"]


@pytest.mark.parametrize(
    ("language", "speaks", "chosen"),
    [
        ("de", ("en", "de"), "de"),
        ("de", ("en",), "en"),
        ("de", (), "de"),
        ("de-AT", ("de",), "de"),
        ("de_CH", ("de",), "de"),
        ("fr", ("fr",), "fr"),
        ("pt-BR", ("pt",), "pt"),
        ("sv", ("sv",), "en"),
        (None, ("de",), "en"),
    ],
)
def test_p4_the_language_is_theirs_where_the_owner_speaks_it_and_a_text_exists(
    language: str | None, speaks: tuple[str, ...], chosen: str
) -> None:
    assert SHIPPED.language_for(language, speaks) == chosen


def test_whoever_gets_a_foreign_text_gets_one_english_line_above_it() -> None:
    first, _, rest = said(GERMAN_SITE, "sv", LETTER).partition("\n\n")
    assert first == (
        "In English: this first note is automatic. Maria Lund has your message "
        "(reference T-4XK2M9Q) and will answer it by 17:50 today."
    )
    assert rest == said(GERMAN_SITE, "de", LETTER)
    for texts, language in ((GERMAN_SITE, "de-AT"), (GERMAN_SITE, None), (SHIPPED, "sv")):
        assert "In English" not in said(texts, language, LETTER)


def test_a_formal_text_is_taken_where_there_is_one(tmp_path: Path) -> None:
    formal = "Dear requester, " + GOOD
    texts = load_texts(shipped_prompts(), write(tmp_path, en_formal=formal))
    assert said(texts, "en", LETTER, formal=True).startswith("Dear requester")
    assert said(texts, "en", LETTER).startswith("Hello")
    assert said(texts, "de", LETTER, formal=True).startswith("Guten Tag")
    assert texts.languages == SHIPPED.languages


def test_a_file_of_the_same_name_replaces_the_shipped_one(tmp_path: Path) -> None:
    texts = load_texts(shipped_prompts(), write(tmp_path, en="Mine: {{ agent_name }} " + GOOD))
    assert said(texts, "en", LETTER).startswith("Mine: Maria Lund")
    assert said(texts, "de", LETTER).startswith("Guten Tag")


def test_an_unknown_variable_is_named_at_each_place_with_the_nearest(tmp_path: Path) -> None:
    text = GOOD + "\nHi agent_nam {{ agent_nam }} and {{agent_nam}}\n{% if saftey %}x{% endif %}\n"
    assert faults(tmp_path, en=text) == [
        "en.txt:3:17: error: unknown variable 'agent_nam'\n    = help: did you mean 'agent_name'?",
        "en.txt:3:36: error: unknown variable 'agent_nam'\n    = help: did you mean 'agent_name'?",
        "en.txt:4:7: error: unknown variable 'saftey'\n    = help: did you mean 'safety'?",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\n{% if safety %}x\n", "en.txt:2:1: error: Unexpected end of template"),
        ("a\n  {% fi safety %}\n", "en.txt:2:6: error: Encountered unknown tag 'fi'"),
        ("{{ agent_name \n", "en.txt:1:1: error: unexpected"),
        ("", "en.txt:1:1: error: nothing stands in it"),
        ("\nSubject: hello\n", "en.txt:2:1: error: a header stands in the text"),
        ("{ agent_name }", "en.txt:1:1: error: 'agent_name' stands in single braces"),
        ("{{ brand | uper }}", "en.txt:1:12: error: unknown filter 'uper'"),
        ("{% if brand is odd %}x{% endif %}", "en.txt:1:16: error: unknown test 'odd'"),
        ("{% for x in brand %}{% endfor %}", "en.txt:1:1: error: 'for' is more than"),
        ("{{ 'a' * 10**10 }}", "en.txt:1:1: error: 'mul' is more than"),
        ("{{ '%9999999999d' % 1 }}", "en.txt:1:1: error: 'mod' is more than"),
        ("{{ brand.__class__ }}", "en.txt:1:1: error: 'getattr' is more than"),
        ("{% set x = brand %}", "en.txt:1:1: error: 'assign' is more than"),
        ("{% include '/etc/passwd' %}", "en.txt:1:1: error: 'include' is more than"),
        ("{{ range(9) }}", "en.txt:1:1: error: 'call' is more than"),
        ("Hello", "en.txt: error: leaves out the agent's name"),
        (GOOD + "x" * 4000, "en.txt: error: makes 40"),
        (GOOD + "x" * 30_000, "en.txt: error: longer than 20000"),
    ],
)
def test_a_wrong_text_is_refused_at_its_place(tmp_path: Path, text: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(tmp_path, en=text))


def test_a_time_or_a_phone_left_out_in_some_case_is_found(tmp_path: Path) -> None:
    text = (
        "{{ agent_name }} {{ reference }}"
        "{% if first_name %}{{ promised_at }}{% endif %}"
        "{% if not reading_from %}{{ phone }}{% endif %}"
    )
    found = " ".join(faults(tmp_path, en=text))
    assert "leaves out the time that is promised" in found
    assert "leaves out the phone for somebody in danger" in found
    assert "reference" not in found.replace("{{ reference }}", "")


def test_the_faults_of_every_file_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "breach.en.txt").write_text("{{ agent }}")
    (tmp_path / "alerts" / "panic.en.txt").write_text("x")
    found = faults(tmp_path, de="{{ nme }}", en="{% if %}", english="x", en_loud="x")
    names = [fault.partition(":")[0] for fault in found]
    assert names == [
        "de.txt",
        "en.loud.txt",
        "en.txt",
        "english.txt",
        "breach.en.txt",
        "panic.en.txt",
    ]


def test_a_missing_text_of_the_site_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"acknowledgement/sv\.txt: error: this text is missing"):
        load_texts(shipped_prompts(), language="sv")
    with pytest.raises(ConfigError) as raised:
        load_texts(tmp_path)
    assert len(raised.value.faults) == 3 + len(ALERTS)


def test_bytes_that_are_no_text_are_a_fault(tmp_path: Path) -> None:
    write(tmp_path, en="x")
    (tmp_path / "acknowledgement" / "en.txt").write_bytes(b"Hello\n\xff")
    with pytest.raises(ConfigError, match=r"en\.txt:2:1: error: not UTF-8"):
        load_texts(shipped_prompts(), tmp_path)


def test_the_variables_of_a_text_are_those_it_gets() -> None:
    assert set(letter_values(LETTER, "en")) == NOTE_VARIABLES
    assert set(alert_values(ALERT, "en")) == ALERT_VARIABLES


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=2000))
def test_what_a_requester_wrote_is_one_line_and_never_a_template(
    name: str, brand: str, notice: str
) -> None:
    hostile = "{{ 7 * 7 }}{% if safety %}\r\nBcc: x@y.test"
    letter = replace(LETTER, first_name=hostile + name, brand=hostile + brand, notices=(notice,))
    words = said(SHIPPED, "en", letter)
    plain = said(SHIPPED, "en", replace(letter, first_name="Jo", brand="Acme", notices=()))
    extra = 3 * bool(letter_values(letter, "en")["notice"])
    assert words.count("\n") == plain.count("\n") + extra
    assert len(words) <= 4_000
    assert "49" not in words.split("\n")[0]
    assert "{{ 7 * 7 }}{% if safety" in words.split("\n")[0]
    assert "\r" not in words


@pytest.mark.parametrize(
    ("kind", "minutes", "words"),
    [
        ("warning", 15, "is due at 17:05 today, in 15 minutes."),
        ("warning", 1, "is due at 16:51 today, in one minute."),
        ("warning", 0, "is due at 16:50 today."),
        ("breach", -2, "was due at 16:48 today and has no answer; it is 2 minutes late."),
        ("breach", 0, "was due at 16:50 today and has no answer."),
    ],
)
def test_an_alert_says_what_is_due_when_and_whose_it_is(
    kind: str, minutes: int, words: str
) -> None:
    alert = replace(ALERT, deadline=NOW + minutes * timedelta(minutes=1), promised_at=MONDAY)
    text = SHIPPED.alert(kind, alert)
    assert text.split("\n")[2].startswith("T-4XK2M9Q")
    assert words in text
    assert "Owner:      Jonas Weber\nRequester:  Jo Park <jo@park.test>\n" in text
    assert "The requester was told: by 08:00 on Monday 23 November." in text
    assert "triage answered T-4XK2M9Q --by phone" in text
    assert "Owner:      nobody\n" in SHIPPED.alert(kind, replace(alert, owner=""))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("warning", "the first is due at 17:05 today"),
        ("breach", "the first was due at 17:05 today"),
    ],
)
def test_an_alert_of_a_wave_says_how_many_and_what_deals_with_all_of_them(
    kind: str, words: str
) -> None:
    text = SHIPPED.alert(kind, replace(ALERT, alike=3000))
    assert f"3000 tickets like T-4XK2M9Q wait for an answer; {words}" in text
    assert "triage answered T-4XK2M9Q --by phone --wave\n" in text
    assert text.endswith("if promises still come near or break.\n")
    assert "1 ticket like T-4XK2M9Q waits for an answer" in SHIPPED.alert(
        kind, replace(ALERT, alike=1)
    )
    assert "--wave" not in SHIPPED.alert(kind, ALERT)


def test_an_alert_in_a_language_without_text_is_in_english() -> None:
    assert SHIPPED.alert("breach", ALERT, "de") == SHIPPED.alert("breach", ALERT)


def test_texts_are_one_value_that_is_swapped_whole() -> None:
    assert isinstance(SHIPPED, Texts)
    with pytest.raises(AttributeError):
        SHIPPED.site = "de"  # type: ignore[misc]
