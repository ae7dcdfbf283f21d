"""`queues.yaml` and `roster.yaml`: what they become, and what is checked across them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from triage.config.desk import Desk, load_desk
from triage.config.shipped import shipped_rules
from triage.core.desk import FactWords, Window
from triage.core.ticket import Priority
from triage.errors import ConfigError

TODAY = date(2026, 11, 20)
QUEUES = """\
default: care
queues:
  care: {}
  billing: {title: Bills, answer_within: 2d, promise: no, acknowledge: never}
  danger: {answer_within: 1d, clock: always, targets: {urgent: 15m}, needs: [order_number]}
  papers: {answer_within: none}
facts:
  order_number: {patterns: ['NW-(\\d{6})']}
"""
ROSTER = """\
timezone: Europe/Berlin
open:
  mon-fri: ["08:00-12:00", "12:30-18:00"]
  sat: "10:00-14:00"
holidays: {country: DE, subdivision: BE, days: [2026-12-24]}
agents:
  - {id: maria, name: Maria Lund, mail: Maria@birch.test, speaks: [sv, EN]}
  - id: jonas
    name: Jonas Weber
    mail: jonas@birch.test
    speaks: de
    queues: [billing, care]
    hours: {mon: ["22:00-06:00"], "wed,fri": ["08:00-24:00"]}
    timezone: Europe/London
    holidays: [2026-12-31]
    deputy: maria
    duty_manager: yes
    limit: 12
away:
  - {agent: jonas, from: 2026-11-30, to: 2026-12-04}
  - {agent: maria, from: "2026-07-01T12:00", to: "2026-07-01 15:00"}
colleagues: [stock@birch.test]
on_call: maria
phone: 0123
"""


def load(folder: Path, queues: str = QUEUES, roster: str = ROSTER) -> Desk:
    (folder / "queues.yaml").write_text(queues, encoding="utf-8")
    (folder / "roster.yaml").write_text(roster, encoding="utf-8")
    return load_desk(folder, TODAY)


def faults(folder: Path, queues: str = QUEUES, roster: str = ROSTER) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, queues, roster)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def test_queues_become_targets_in_business_time(tmp_path: Path) -> None:
    desk = load(tmp_path)
    care, billing, danger = (desk.queues[name] for name in ("care", "billing", "danger"))
    assert (care.target, care.title, care.acknowledge) == (timedelta(hours=1), "Care", True)
    # Five days of nine and a half hours, one of four: a working day is the common one.
    assert billing.target == timedelta(hours=19)
    assert (billing.working_days, care.working_days) == (2, 1)
    assert (billing.title, billing.promise, billing.acknowledge) == ("Bills", False, False)
    assert danger.target == timedelta(hours=24)
    assert danger.target_for(Priority.URGENT) == timedelta(minutes=15)
    assert desk.queues["papers"].target is None
    assert "unsure" in desk.queues
    assert desk.service.default == "care"
    assert desk.service.boosts[Priority.URGENT] == 60
    assert desk.service.fact_patterns == {"order_number": (r"NW-(\d{6})",)}


def test_the_roster_has_hours_shifts_holidays_and_absences(tmp_path: Path) -> None:
    roster = load(tmp_path).roster
    maria, jonas = roster.agents
    assert roster.hours.windows[:2] == (
        Window(0, time(8), time(12)),
        Window(0, time(12, 30), time(18)),
    )
    assert roster.hours.windows[-1] == Window(5, time(10), time(14))
    assert {date(2026, 12, 24), date(2025, 10, 3), date(2029, 12, 25)} <= roster.hours.holidays
    assert date(2030, 1, 1) not in roster.hours.holidays
    assert maria.mail == "maria@birch.test"
    assert maria.speaks == ("sv", "en")
    assert maria.hours == roster.hours
    assert jonas.hours.windows == (
        Window(0, time(22), time(6)),
        Window(2, time(8), time(0)),
        Window(4, time(8), time(0)),
    )
    assert jonas.hours.zone.key == "Europe/London"
    assert jonas.hours.holidays == {date(2026, 12, 31)}
    assert (jonas.limit, jonas.duty_manager, jonas.deputy) == (12, True, "maria")
    assert (roster.on_call, roster.phone) == ("maria@birch.test", "0123")
    assert roster.colleagues == {"stock@birch.test"}


def test_names_worth_forging_are_kept_as_written(tmp_path: Path) -> None:
    roster = ROSTER + "protected: [Helen Frost, Søren Ås Lund]\n"
    assert load(tmp_path, roster=roster).roster.protected == ("Helen Frost", "Søren Ås Lund")
    assert load(tmp_path).roster.protected == ()


def test_a_name_worth_forging_is_a_name_and_not_a_common_one(tmp_path: Path) -> None:
    roster = ROSTER + "protected:\n  - Helen\n  - helen@birch.test\n"
    line = ROSTER.count("\n") + 2
    assert faults(tmp_path, roster=roster) == [
        f"roster.yaml:{line}:5: error: 'Helen' alone is the name of many\n"
        "    = help: first and last name",
        f"roster.yaml:{line + 1}:5: error: 'helen@birch.test' is an address, not a name\n"
        "    = help: the name as it is shown; their addresses stand in 'colleagues'",
    ]


def test_an_absence_lasts_to_the_end_of_its_last_day_where_the_agent_is(tmp_path: Path) -> None:
    jonas, maria = load(tmp_path).roster.absences
    assert jonas.start == datetime(2026, 11, 30, tzinfo=UTC)
    assert jonas.end == datetime(2026, 12, 5, tzinfo=UTC)
    assert maria.start == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert maria.end == datetime(2026, 7, 1, 13, tzinfo=UTC)


def test_the_faults_of_both_files_are_said_at_once(tmp_path: Path) -> None:
    queues = """\
default: car
queues:
  care: {answer_within: soon, tittle: x, needs: [order_nr]}
  bills: {clock: allways}
facts:
  order_number: {patterns: ['NW-(\\d{6}']}
"""
    roster = """\
timezone: Europe/Berln
open:
  mon-fri: ["08:00-12:00", "11:30-18:00"]
  someday: ["08:00-12:00"]
holidays: {country: DE, subdivision: XX}
agents:
  - {id: maria, name: Maria Lund, mail: maria, speaks: [english], queues: [cares]}
  - {id: maria, name: "", speaks: [en], deputy: mario}
away:
  - {agent: mara, from: 2026-11-30, to: 2026-12-04}
  - {agent: maria, from: 2026-12-04, to: 2026-11-30}
"""
    assert faults(tmp_path, queues, roster) == [
        "queues.yaml:1:10: error: there is no queue 'car'\n    = help: did you mean 'care'?",
        "queues.yaml:3:25: error: 'soon' is not a span of time\n"
        "    = help: a number and m, h, d or w, such as 15m",
        "queues.yaml:3:31: error: unknown key 'tittle'\n    = help: did you mean 'title'?",
        "queues.yaml:3:50: error: there is no fact 'order_nr'\n"
        "    = help: did you mean 'order_number'?",
        "queues.yaml:4:18: error: 'clock' cannot be 'allways'\n    = help: did you mean 'always'?",
        "queues.yaml:6:29: error: the pattern cannot be used: missing ): NW-(\\d{6}",
        "roster.yaml:1:11: error: there is no time zone 'Europe/Berln'\n"
        "    = help: did you mean 'Europe/Berlin'?",
        "roster.yaml:3:28: error: mon 11:30-18:00 overlaps mon 08:00-12:00\n"
        "    = help: let the one begin where the other ends",
        "roster.yaml:4:3: error: 'someday' is no weekday\n"
        "    = help: a day or a range: mon, mon-fri, sat",
        "roster.yaml:5:38: error: DE has no subdivision 'XX'\n"
        "    = help: one of: Augsburg, BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, "
        "ST, TH",
        "roster.yaml:7:41: error: 'maria' is not a mail address\n"
        "    = help: write it bare: name@domain",
        "roster.yaml:7:57: error: 'english' is not a language\n"
        "    = help: two letters of ISO 639-1, such as en or de",
        "roster.yaml:8:5: error: 'mail' is missing\n"
        "    = help: mail: first.last@your-company.example",
        "roster.yaml:8:23: error: this is empty",
        "roster.yaml:10:13: error: there is no agent 'mara'\n    = help: did you mean 'maria'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: jonas", "id: maria", "roster.yaml:8:9: error: a second agent is called 'maria'"),
        ("mail: Maria@birch.test, ", "", "roster.yaml:7:5: error: 'mail' is missing"),
        (
            "mail: jonas@birch.test",
            "mail: maria@birch.test",
            "roster.yaml:10:11: error: maria@birch.test is already the address of 'maria'",
        ),
        ("deputy: maria", "deputy: jonas", "roster.yaml:16:13: error: 'jonas' cannot stand in"),
        ("deputy: maria", "deputy: mario", "roster.yaml:16:13: error: there is no agent 'mario'"),
        ("queues: [billing, care]", "queues: [bilings]", "roster.yaml:12:14: error: there is no"),
        (
            '{mon: ["22:00-06:00"], "wed,fri": ["08:00-24:00"]}',
            "{}",
            "roster.yaml:13:5: error: Jonas Weber never works",
        ),
        ("to: 2026-12-04", "to: 2026-11-29", "roster.yaml:20:42: error: '2026-11-29' is before"),
        ("to: 2026-12-04", "to: tomorrow", "roster.yaml:20:42: error: 'tomorrow' is not a day"),
        ("on_call: maria", "on_call: mary", "roster.yaml:23:10: error: 'mary' is neither an agent"),
        ("country: DE, ", "", "roster.yaml:5:25: error: a subdivision needs its country"),
        ("country: DE", "country: XX", "roster.yaml:5:21: error: no holidays are known for the"),
        ("speaks: de", "speaks: []", "roster.yaml:11:13: error: Jonas Weber speaks no language"),
        ('sat: "10:00-14:00"', "sat: '10-14'", "roster.yaml:4:8: error: '10' is not a time"),
    ],
)
def test_a_fault_in_the_roster_has_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ROSTER
    assert faults(tmp_path, roster=ROSTER.replace(old, new, 1))[0].startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "line", "said", "remedy"),
    [
        (
            'mon: ["22:00-06:00"]',
            'mon: ["17:00-08:30"]',
            13,
            "ends before it begins",
            "08:30-17:00",
        ),
        (
            '"wed,fri": ["08:00-24:00"]',
            '"wed,fri": ["08:00-12:00", "11:00-18:00"]',
            13,
            "wed 11:00-18:00 overlaps wed 08:00-12:00",
            "let the one begin where the other ends",
        ),
        (
            "timezone: Europe/London",
            "timezone: Europe/Lundon",
            14,
            "no time zone",
            "'Europe/London'",
        ),
        ("mail: jonas@birch.test", "mail: jonas", 10, "is not a mail address", "name@domain"),
        ("deputy: maria", "deputy: marya", 16, "there is no agent 'marya'", "'maria'"),
        ("deputy: maria", "deputy: jonas", 16, "cannot stand in", "one of: maria"),
        ("deputy: maria", "deputy: maria\n    tell: fax", 17, "'tell' cannot be 'fax'", "page"),
        ("mail: Maria@birch.test, ", "", 7, "'mail' is missing", "mail: first.last@"),
        ("id: jonas", "id: maria", 8, "a second agent is called 'maria'", "an id each"),
    ],
)
def test_what_is_wrong_about_somebody_has_its_place_and_a_suggestion(
    tmp_path: Path, old: str, new: str, line: int, said: str, remedy: str
) -> None:
    assert old in ROSTER
    found = faults(tmp_path, roster=ROSTER.replace(old, new, 1))
    (fault,) = [one for one in found if said in one]
    place, _, text = fault.partition(": error: ")
    at, column = map(int, place.removeprefix("roster.yaml:").split(":"))
    assert (at, column > 1) == (line, True)
    assert "= help:" in text
    assert remedy in text


def test_opening_hours_in_which_nobody_works_are_a_fault(tmp_path: Path) -> None:
    roster = """\
timezone: Europe/Berlin
open: {mon-tue: ["08:00-18:00"], sat: ["10:00-14:00"]}
agents:
  - {id: a, name: A, mail: a@b.test, speaks: [en], hours: {mon: 08:00-18:00, tue: 08:00-17:59}}
  - {id: b, name: B, mail: b@b.test, speaks: [en], left: 2026-01-01}
"""
    assert faults(tmp_path, roster=roster) == [
        "roster.yaml:2:18: error: the desk is open and nobody works from tue 17:59\n"
        "    = help: add a shift, or close",
        "roster.yaml:2:40: error: the desk is open and nobody works from sat 10:00\n"
        "    = help: add a shift, or close",
    ]


def test_a_night_shift_covers_the_hours_after_midnight(tmp_path: Path) -> None:
    roster = """\
timezone: Europe/Berlin
open: {sun: ["22:00-24:00"], mon: ["00:00-06:00"]}
agents:
  - {id: a, name: A, mail: a@b.test, speaks: [en], hours: {sun: ["22:00-06:00"]}}
"""
    assert load(tmp_path, roster=roster).roster.agents[0].id == "a"


def test_a_queue_that_nobody_has_is_a_fault(tmp_path: Path) -> None:
    roster = ROSTER.replace("speaks: [sv, EN]", "speaks: [sv, EN], queues: [care]")
    assert faults(tmp_path, roster=roster) == [
        "queues.yaml:5:3: error: no agent has the queue 'danger'\n    = help: add it in roster.yaml"
    ]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_text(ROSTER)
    with pytest.raises(ConfigError, match=r"queues.yaml: error: cannot be read"):
        load_desk(tmp_path, TODAY)


@pytest.mark.parametrize("year", [2024, 2026, 2030])
def test_the_shipped_desk_loads_in_any_year(year: int) -> None:
    desk = load_desk(shipped_rules(), date(year, 1, 1))
    assert set(desk.queues) == {
        "orders", "returns", "billing", "technical", "sales", "care", "other", "unsure",
    }  # fmt: skip
    assert len(desk.roster.agents) == 4
    assert all(agent.mail.endswith("@northwind.example") for agent in desk.roster.agents)
    assert desk.roster.duty_managers


@pytest.mark.parametrize(
    ("fact", "fault"),
    [
        ("{}", "7:3: error: nothing says how it is found"),
        ("{patterns: ['(']}", "7:18: error: the pattern cannot be used: missing ): ("),
        ("{words: [number]}", "7:7: error: it is not said what the value behind the words"),
        ("{value: phone}", "7:7: error: no words announce this value"),
        ("{words: [number, '*'], value: phone}", "7:23: error: '*' would announce everything"),
        ("{words: [number], value: '\\d*'}", "7:31: error: the value cannot be used: it match"),
    ],
)
def test_a_fact_says_how_it_is_found(tmp_path: Path, fact: str, fault: str) -> None:
    queues = f"default: a\nqueues:\n  a: {{}}\n  b: {{}}\n\nfacts:\n  n: {fact}\n"
    (said,) = faults(tmp_path, queues=queues, roster=ROSTER.replace("[billing, care]", "[a, b]"))
    assert fault in said


def test_words_that_announce_a_fact_are_kept_with_its_value(tmp_path: Path) -> None:
    queues = QUEUES + "  tel: {words: [phone, ring me], value: phone}\n"
    service = load(tmp_path, queues=queues).service
    assert service.fact_words == {"tel": FactWords(("phone", "ring me"), "phone")}


def test_holidays_of_years_that_tests_of_rules_stand_in_stay_known() -> None:
    desk = load_desk(shipped_rules(), date(2035, 3, 1))
    assert date(2026, 12, 25) in desk.roster.hours.holidays
