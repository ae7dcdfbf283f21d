"""`triage goodwill`: gifts within a budget, remedies, and the ledger."""

from __future__ import annotations

import csv
import io
import shutil

import pytest

from tests.cli.conftest import Case, Desk
from triage.config.shipped import shipped_rules

GIVE = ("--kind", "voucher", "--reason", "Sorry for the wait")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Give the desk a budget of its own, and somebody who may approve more."""
    rules = desk.folder / "rules"
    rules.mkdir()
    for name in ("queues.yaml", "roster.yaml"):
        shutil.copy(shipped_rules() / name, rules)
    (rules / "goodwill.yaml").write_text(
        "currency: GBP\nmonth: 100\neach: 40\nkinds: [voucher, flowers]\n"
    )
    return desk


def give(desk: Desk, reference: str, amount: str, *more: str) -> tuple[int, str]:
    result = desk.run("goodwill", reference, "--give", amount, "GBP", *GIVE, *more)
    return result.exit_code, " ".join(result.stderr.split())


def test_a_gift_within_the_limit_needs_nobody(desk: Desk) -> None:
    reference = desk.open(Case())
    code, said = give(desk, reference, "40", "--by", "jonas")
    assert code == 0, said
    assert said == f"{reference}: gift 1, 40.00 GBP voucher; 60.00 GBP left this month"
    listed = desk.json("goodwill")
    assert (listed["spent"], listed["left"], listed["currency"]) == ("40.00", "60.00", "GBP")
    (one,) = listed["gifts"]
    assert (one["ticket"], one["amount"], one["by"]) == (reference, "40.00", "jonas")


def test_above_the_limit_a_duty_manager_approves_who_is_somebody_else(desk: Desk) -> None:
    reference = desk.open(Case())
    code, said = give(desk, reference, "40.01", "--by", "jonas")
    assert code != 0
    assert "jonas may give 40.00 GBP at once: maria may approve it" in said
    own = ("--by", "maria", "--approved-by", "maria")
    assert "cannot approve it, too" in give(desk, reference, "50", *own)[1]
    assert (
        "is no duty manager"
        in give(desk, reference, "50", "--by", "jonas", "--approved-by", "aya")[1]
    )
    assert give(desk, reference, "50", "--by", "jonas", "--approved-by", "maria")[0] == 0
    assert len(desk.json("goodwill")["gifts"]) == 1


def test_beyond_what_is_left_of_the_month_it_is_asked_for_too(desk: Desk) -> None:
    reference = desk.open(Case())
    for _ in range(2):
        assert give(desk, reference, "40", "--by", "jonas")[0] == 0
    code, said = give(desk, reference, "30", "--by", "jonas")
    assert (code, "20.00 GBP are left this month" in said) == (1, True)
    assert desk.run("goodwill", reference, "--undo").exit_code == 0
    assert give(desk, reference, "30", "--by", "jonas")[0] == 0
    listed = desk.json("goodwill")
    assert [one["undone"] is None for one in listed["gifts"]] == [True, False, True]
    assert listed["left"] == "30.00"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--give", "20", "EUR", *GIVE, "--by", "jonas"), "the budget is in GBP, not in EUR"),
        (("--give", "ten", "GBP", *GIVE, "--by", "jonas"), "'ten' is no amount"),
        (("--give", "5", "GBP", "--kind", "voucher", "--by", "jonas"), "why with --reason"),
        (
            ("--give", "5", "GBP", "--kind", "flower", "--reason", "x", "--by", "jonas"),
            "there is no kind 'flower': did you mean 'flowers'?",
        ),
        (("--give", "5", "GBP", *GIVE, "--by", "jona"), "did you mean 'jonas'?"),
        (("--give", "5", "GBP", *GIVE, "--undo"), "give one of --give, --remedy and --undo"),
    ],
)
def test_what_cannot_be_given_is_refused_with_a_reason(
    desk: Desk, args: tuple[str, ...], said: str
) -> None:
    reference = desk.open(Case())
    refused = desk.run("goodwill", reference, *args)
    assert refused.exit_code != 0
    assert said in " ".join(refused.stderr.split())
    assert desk.json("goodwill")["gifts"] == []


def test_without_a_file_nothing_is_given(desk: Desk) -> None:
    (desk.folder / "rules" / "goodwill.yaml").unlink()
    code, said = give(desk, desk.open(Case()), "5", "--by", "jonas")
    assert (code, "there is no rules/goodwill.yaml" in said) == (2, True)


def test_the_csv_has_a_head_and_no_formulas(desk: Desk) -> None:
    reference = desk.open(Case())
    formula = ("--kind", "voucher", "--reason", "=HYPERLINK(1)", "--by", "jonas")
    assert desk.run("goodwill", reference, "--give", "5", "GBP", *formula).exit_code == 0
    result = desk.run("goodwill", "--csv")
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert (row["ticket"], row["amount"], row["reason"]) == (reference, "5.00", "'=HYPERLINK(1)")


def test_another_month_is_listed_by_its_name(desk: Desk) -> None:
    assert give(desk, desk.open(Case()), "5", "--by", "jonas")[0] == 0
    assert desk.json("goodwill", "--month", "2020-02")["gifts"] == []
    assert "nothing was given in February 2020" in desk.run("goodwill", "--month", "2020-02").stdout
    assert desk.run("goodwill", "--month", "soon").exit_code == 2


def test_a_remedy_is_shown_with_the_ticket(desk: Desk) -> None:
    reference = desk.open(Case())
    told = ("--happened", "The top was cracked", "--kept-word", "no", "--by", "aya")
    done = desk.run("goodwill", reference, "--remedy", "A new top tomorrow", *told)
    assert done.exit_code == 0, done.stderr
    (remedy,) = desk.json("show", reference)["round"]["remedies"]
    assert (remedy["decided"], remedy["kept_word"], remedy["final"]) == (
        "A new top tomorrow",
        False,
        True,
    )
    shown = " ".join(desk.run("show", reference).stdout.split())
    assert "A new top tomorrow · happened: The top was cracked · we did not keep our word" in shown
