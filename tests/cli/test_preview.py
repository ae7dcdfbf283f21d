"""`triage check --preview`: one page with every text to requesters, that loads nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from triage.cli.preview import preview
from triage.cli.previewcases import cases
from triage.config.advice import advice
from triage.config.load import Policy, load_policy
from triage.core.letter import Note

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(None, today=NOW.date())


class _Page(HTMLParser):
    """Collects what a page links to, what can be linked to, and what it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links, self.places, self.loads = list[str](), list[str](), list[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.places.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        elif {"src", "href", "srcset", "data"} & {*given} or tag in {"script", "link", "img"}:
            self.loads.append(tag)


def test_every_text_is_shown_in_every_language_and_nothing_is_loaded(policy: Policy) -> None:
    page = preview(policy, NOW)
    read = _Page(page)
    assert read.loads == []
    assert not re.search(r"url\(|@import", page)
    assert len(read.places) == len(set(read.places))
    assert {link.removeprefix("#") for link in read.links} <= set(read.places)
    for language in policy.texts.languages:
        shown = list(cases(policy, language, NOW))
        assert {case.sort for case in shown} == {*policy.texts.notes}
        assert len(shown) > 30
        assert f"{language}-{len(shown)}" in read.places
    assert page.count("nobody has vouched for it") == 2 * 6


def test_what_is_shown_is_what_is_sent(policy: Policy) -> None:
    shown = {case.title: case for case in cases(policy, "en", NOW)}
    assert shown["an ordinary mail"].sender == "Maria Lund (Northwind Home)"
    assert shown["an ordinary mail"].subject == "Re: Table arrived with a crack"
    assert "by 15:50 today" in shown["an ordinary mail"].note.text
    assert "the end of Monday 23 November" in shown["a day instead of an hour"].note.text
    assert 95 < len(shown["a very long subject"].subject) <= 100
    unverified = next(case for title, case in shown.items() if "nobody verified" in title)
    assert unverified.subject == "Re: your message"
    assert "Nobody here reads mail before" in shown["danger, and nobody is on call"].note.text


def test_words_of_ours_end_no_tag_of_the_page(policy: Policy) -> None:
    hostile = replace(policy.settings, brand="</style><script>x</script>")
    page = preview(replace(policy, settings=hostile), NOW)
    assert "<script" not in page


def test_a_page_is_written_beside_everything_else_that_check_says(
    desk: Desk, tmp_path: Path
) -> None:
    page = tmp_path / "texts.html"
    result = desk.run("check", "--preview", str(page))
    assert result.exit_code == 0
    assert "shows every text to requesters" in result.stderr
    assert page.read_text().startswith("<!DOCTYPE html>")
    nowhere = tmp_path / "no" / "texts.html"
    result = desk.run("check", "--preview", str(nowhere))
    assert result.exit_code == 1
    assert f"{nowhere} cannot be written: no such file or directory" in result.stderr


def test_check_names_the_texts_that_nobody_has_vouched_for(policy: Policy) -> None:
    told = [line for line in advice(policy) if "vouched" in line]
    assert [line.partition(":")[0] for line in told] == [
        "prompts/acknowledgement",
        "prompts/delay",
        "prompts/check_back",
    ]
    assert all("nobody has vouched for es, fr, pt:" in line for line in told)


def test_check_says_which_referrals_stay_untold_for_their_example_addresses(
    policy: Policy,
) -> None:
    own = replace(policy, settings=replace(policy.settings, brand="Acme"))
    assert not any("no requester is told" in line for line in advice(policy))
    (line,) = (line for line in advice(own) if "no requester is told" in line)
    assert "carrier" in line


def test_every_case_is_a_mail_with_both_parts(policy: Policy) -> None:
    for language in policy.texts.languages:
        for case in cases(policy, language, NOW):
            assert isinstance(case.note, Note)
            assert case.note.text.strip()
            assert "<p" in case.note.html
