"""`rules/referrals.yaml` and `rules/causes.yaml`: what they become, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.referrals import cause_names, load_causes, load_referrals, referral_names
from triage.config.shipped import shipped_rules
from triage.core.referral import Cause, Referral
from triage.errors import ConfigError


def test_a_referral_has_a_title_places_and_a_note(tmp_path: Path) -> None:
    (tmp_path / "referrals.yaml").write_text(
        "version: 1\n"
        "referrals:\n"
        "  maker: {title: The maker, where: https://maker.test, note: 'Ask for a number.'}\n"
        "  carrier:\n    title: The\n      carrier\n    where: [a@carrier.test, '+1 206 555']\n"
    )
    assert load_referrals(tmp_path) == {
        "maker": Referral(
            name="maker",
            title="The maker",
            where=("https://maker.test",),
            note="Ask for a number.",
        ),
        "carrier": Referral(
            name="carrier", title="The carrier", where=("a@carrier.test", "+1 206 555")
        ),
    }
    assert referral_names(tmp_path) == frozenset({"maker", "carrier"})


def test_a_referral_is_named_in_more_languages_than_the_sites(tmp_path: Path) -> None:
    (tmp_path / "referrals.yaml").write_text(
        "referrals:\n  maker: {title: The maker, titles: {de: Der  Hersteller}, where: x.test}\n"
    )
    assert load_referrals(tmp_path)["maker"].titles == {"de": "Der Hersteller"}
    (tmp_path / "referrals.yaml").write_text(
        "referrals:\n  maker: {title: The maker, titles: {xx: Y}, where: x.test}\n"
    )
    with pytest.raises(ConfigError, match="'xx' is not a language"):
        load_referrals(tmp_path)


def test_a_cause_is_its_title_alone_or_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "causes.yaml").write_text("causes: {late: The carrier was late, bug: {title: Bug}}")
    assert load_causes(tmp_path) == {
        "late": Cause("late", "The carrier was late"),
        "bug": Cause("bug", "Bug"),
    }
    assert cause_names(tmp_path) == frozenset({"late", "bug"})


def test_files_that_are_not_there_name_nothing(tmp_path: Path) -> None:
    assert load_referrals(tmp_path) == {}
    assert load_causes(tmp_path) == {}
    assert referral_names(tmp_path) == cause_names(tmp_path) == frozenset()


def test_every_fault_is_said_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "referrals.yaml").write_text(
        "referrals:\n  Maker: {title: '', where: []}\n  b: {titel: B}\nreferal: {}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_referrals(tmp_path)
    assert [(one.line, one.text) for one in caught.value.faults] == [
        (2, "'Maker' does not do as a name"),
        (2, "this is empty"),
        (2, "it is not said where they are sent"),
        (3, "'title' is missing"),
        (3, "'where' is missing"),
        (3, "unknown key 'titel'"),
        (4, "unknown key 'referal'"),
    ]
    assert referral_names(tmp_path) == frozenset({"Maker", "b"})


def test_a_file_that_is_no_yaml_names_nothing_that_could_be_checked(tmp_path: Path) -> None:
    (tmp_path / "causes.yaml").write_text("causes: {\n")
    with pytest.raises(ConfigError):
        load_causes(tmp_path)
    assert cause_names(tmp_path) is None


def test_the_shipped_files_load() -> None:
    assert frozenset(load_referrals(shipped_rules())) == referral_names(shipped_rules())
    assert frozenset(load_causes(shipped_rules())) == cause_names(shipped_rules())
