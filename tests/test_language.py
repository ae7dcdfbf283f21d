"""Which language a text is in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.language import LANGUAGES, detect

SENTENCES = {
    "en": "Where is the chair that I ordered three weeks ago?",
    "de": "Wo bleibt der Stuhl, den ich vor drei Wochen bestellt habe?",
    "fr": "Où est la chaise que j'ai commandée il y a trois semaines ?",
    "es": "¿Dónde está la silla que pedí hace tres semanas?",
    "it": "Dov'è la sedia che ho ordinato tre settimane fa?",
    "nl": "Waar blijft de stoel die ik drie weken geleden heb besteld?",
    "pt": "Onde está a cadeira que encomendei há três semanas?",
    "pl": "Gdzie jest krzesło, które zamówiłam trzy tygodnie temu?",
    "sv": "Var är stolen som jag beställde för tre veckor sedan?",
    "da": "Hvor bliver stolen af, som jeg bestilte for tre uger siden?",
    "no": "Hvor er stolen som jeg bestilte for tre uker siden? Jeg venter ennå.",
    "fi": "Missä on tuoli, jonka tilasin kolme viikkoa sitten?",
    "cs": "Kde je židle, kterou jsem si objednal před třemi týdny?",
    "ja": "三週間前に注文した椅子はどこですか。",
    "tr": "Üç hafta önce sipariş ettiğim sandalye nerede?",
    "ru": "Где стул, который я заказал три недели назад?",
    "uk": "Де стілець, який я замовив три тижні тому?",
    "el": "Πού είναι η καρέκλα που παρήγγειλα πριν από τρεις εβδομάδες;",
    "hu": "Hol van a szék, amelyet három hete rendeltem?",
    "ro": "Unde este scaunul pe care l-am comandat acum trei săptămâni?",
    "zh": "我三周前订购的椅子在哪里？",  # noqa: RUF001
    "ar": "أين الكرسي الذي طلبته قبل ثلاثة أسابيع؟",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_of_every_language_is_known_for_sure(language: str) -> None:
    assert detect(SENTENCES[language]) == (language, True)


@pytest.mark.parametrize("text", ["", "ok", "NW-123456", "😀😀", "12 345,00 €", "Hallo", "RE: FW:"])
def test_what_says_too_little_has_no_language(text: str) -> None:
    assert detect(text) == (None, False)


@pytest.mark.parametrize(
    "text", ["พัสดุของฉันอยู่ที่ไหนครับ ช่วยตอบด้วย", "내 의자는 어디에 있습니까? 삼 주 전에 주문했어요"]
)
def test_a_script_of_no_measured_language_is_not_guessed(text: str) -> None:
    assert detect(text) == (None, False)


def test_the_length_of_a_text_changes_nothing() -> None:
    assert detect(f"{SENTENCES['de']} " * 10_000) == ("de", True)


@given(st.text(max_size=200))
def test_any_text_has_a_listed_language_or_none(text: str) -> None:
    language, sure = detect(text)
    assert language in (*LANGUAGES, None)
    assert language is not None or not sure


def test_many_threads_may_ask_at_once() -> None:
    texts = [SENTENCES[language] for language in LANGUAGES] * 3
    with ThreadPoolExecutor(8) as pool:
        found = [language for language, _ in pool.map(detect, texts)]
    assert found == list(LANGUAGES) * 3
