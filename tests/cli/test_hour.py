"""What changes by the hour, by command: away, closed, notice, pause and sender."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import Case, Desk
from triage.config.rulenames import rule_ids
from triage.config.shipped import shipped_rules
from triage.core.switches import Switch, SwitchName


def switches(desk: Desk) -> tuple[Switch, ...]:
    return desk.store.switches(datetime.now(UTC))


def only(desk: Desk) -> Switch:
    (switch,) = switches(desk)
    return switch


def test_somebody_is_away_until_an_hour_in_their_own_zone_and_back(desk: Desk) -> None:
    gone = desk.run("away", "maria", "until", "tomorrow", "17:00")
    assert gone.exit_code == 0, gone.output
    assert "AWAY: Maria Lund until" in gone.stderr
    kept = only(desk)
    assert (kept.name, kept.about) == ("away", "maria")
    assert kept.until is not None
    assert f"{kept.until.astimezone():%M}" == "00"
    desk.open(Case())
    assert "AWAY: Maria Lund" in desk.run("queue").stderr
    (told,) = desk.json("queue")["switches"]
    assert (told["switch"], told["about"], told["holds"]) == ("away", "maria", True)
    back = desk.run("away", "maria", "back")
    assert "Maria Lund is back" in back.stderr
    assert switches(desk) == ()
    assert "AWAY" not in desk.run("queue").stderr


def test_an_absence_may_begin_later_and_is_called_off(desk: Desk) -> None:
    result = desk.run("away", "Maria", "until", "2h", "from", "1h")
    assert result.exit_code == 0, result.output
    kept = only(desk)
    assert kept.until is not None
    assert kept.until - kept.since == timedelta(hours=1)
    assert desk.json("away")["switches"][0]["holds"] is False
    assert "AWAY" not in desk.run("queue").stderr
    assert "Maria Lund stays" in desk.run("away", "maria", "back").stderr
    assert switches(desk) == ()


def test_an_hour_that_ends_an_absence_is_the_next_one_after_it_begins(desk: Desk) -> None:
    begins = (datetime.now(UTC) + timedelta(days=3)).date()
    result = desk.run("away", "maria", "until", "17:00", "from", f"{begins}T15:00")
    assert result.exit_code == 0, result.output
    kept = only(desk)
    assert kept.until is not None
    assert kept.until - kept.since == timedelta(hours=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mary", "until", "tomorrow"), "did you mean 'maria'?"),
        (("maria", "tomorrow"), "triage away AGENT until WHEN"),
        (("maria",), "triage away AGENT until WHEN"),
        (("maria", "until", "teatime"), "'teatime' is no time ahead: write 17:00"),
        (("maria", "until", "2020-01-01T10:00"), "is no time ahead"),
        (("maria", "until", "1h", "from", "2h"), "would end before it begins"),
    ],
)
def test_an_absence_that_means_nothing_is_wrong_usage_with_the_remedy(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    result = desk.run("away", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert switches(desk) == ()


@pytest.mark.parametrize("words", [("until", "2h"), ("today",)])
def test_the_desk_is_closed_and_open_again(desk: Desk, words: tuple[str, ...]) -> None:
    closed = desk.run("closed", *words)
    assert closed.exit_code == 0, closed.output
    assert only(desk).name == "closed"
    assert "triage: CLOSED until" in desk.run("queue").stderr
    assert "CLOSED" in desk.run("closed").stderr
    assert "open again" in desk.run("closed", "over").stderr
    assert "CLOSED" not in desk.run("queue").stderr
    assert "was not closed by command" in desk.run("closed", "over").stderr


def test_a_notice_has_an_end_and_a_number(desk: Desk) -> None:
    text = "Deliveries to Leeds\nare a day late."
    result = desk.run("notice", text, "--match", "orders", "--until", "2h")
    assert result.exit_code == 0, result.output
    kept = only(desk)
    assert (kept.said, kept.about) == ("Deliveries to Leeds are a day late.", "orders")
    assert f"NOTICE {kept.number} for orders until" in desk.run("queue").stderr
    assert desk.run("notice", "Second.", "--until", "tomorrow").exit_code == 0
    assert "ended: NOTICE" in desk.run("notice", "--end", str(kept.number)).stderr
    assert only(desk).said == "Second."
    assert desk.run("notice", "--end").exit_code == 0
    assert switches(desk) == ()
    assert "there is no notice 99" in desk.run("notice", "--end", "99").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Hello.",), "a notice needs an end: --until WHEN"),
        (("Hello.", "--until", "2h", "--match", "order"), "did you mean 'orders'?"),
        (("  ", "--until", "2h"), "1 to 300 letters"),
        (("Hello.", "--end", "1"), "TEXT or --end, not both"),
    ],
)
def test_a_notice_that_means_nothing_is_wrong_usage(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    result = desk.run("notice", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert switches(desk) == ()


def test_a_notice_may_name_a_rule(desk: Desk) -> None:
    rule = min(rule_ids(shipped_rules()))
    assert desk.run("notice", "Hello.", "--until", "2h", "--match", rule).exit_code == 0
    assert only(desk).about == rule


def test_a_pause_is_shown_with_who_and_when_until_it_is_ended(desk: Desk) -> None:
    desk.open(Case())
    assert "PAUSED" not in desk.run("queue").stderr
    assert desk.run("pause").exit_code == 0
    kept = only(desk)
    assert (kept.about, kept.until) == ("acknowledgements", None)
    assert kept.person
    assert "already PAUSED: acknowledgements" in desk.run("pause").stderr
    assert only(desk) == kept
    shown = desk.run("queue").stderr
    assert f"triage: PAUSED: acknowledgements, by {kept.person} (ends it: triage pause" in shown
    assert "goes on" in desk.run("pause", "--off").stderr
    assert "PAUSED" not in desk.run("queue").stderr
    assert "nothing was paused" in desk.run("pause", "--off").stderr


def test_a_pause_may_end_by_itself_and_name_what_it_holds(desk: Desk) -> None:
    assert desk.run("pause", "notices", "--until", "1h").exit_code == 0
    assert desk.run("pause", "all", "--until", "2h").exit_code == 0
    assert [(one.about, one.until is None) for one in switches(desk)] == [
        ("notices", False),
        ("all", False),
    ]
    assert (
        "acknowledgements are not paused" in desk.run("pause", "acknowledgements", "--off").stderr
    )
    assert desk.run("pause", "notices", "--off").exit_code == 0
    assert only(desk).about == "all"


def test_a_pause_that_a_second_instance_caused_keeps_its_reason(desk: Desk) -> None:
    now = datetime.now(UTC)
    desk.store.switch_on(
        Switch(
            name=SwitchName.PAUSE,
            about="all",
            said="second_instance",
            since=now,
            at=now,
            person="triage",
        )
    )
    assert "second_instance" in desk.run("pause").stderr
    assert only(desk).said == "second_instance"
    assert "second_instance" in desk.run("pause", "--off").stderr
    assert switches(desk) == ()


def test_a_sender_is_automatic_until_somebody_says_otherwise(desk: Desk) -> None:
    assert desk.run("sender", "Reports@Supplier.example", "automatic").exit_code == 0
    kept = only(desk)
    assert (kept.about, kept.said, kept.until) == ("reports@supplier.example", "automatic", None)
    assert desk.run("sender", "reports@supplier.example", "human").exit_code == 0
    assert only(desk).said == "human"
    assert "is human" in desk.run("sender").stderr
    assert "SENDER" not in desk.run("queue").stderr, "the banner is for what concerns all"
    assert "over: SENDER" in desk.run("sender", "reports@supplier.example", "over").stderr
    assert switches(desk) == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("not an address", "human"), "neither an address nor a domain"),
        (("a@supplier.example",), "automatic|human|over"),
        (("support@northwind.example", "automatic"), "is our own"),
        (("northwind.example", "automatic"), "is our own"),
    ],
)
def test_a_sender_that_is_none_is_wrong_usage(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    result = desk.run("sender", *words)
    assert result.exit_code == 2
    assert said in result.stderr
