"""What an agent may give without asking: at the limit, beyond it, and who may say yes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.desk import AGENTS, TERMS
from triage.core.goodwill import Budget, Gift, minor, plain, refused, written

BUDGET = Budget(currency="GBP", digits=2, month=50_000, each=4_000, agents={"jonas": 1_000})
GIFT = Gift(kind="voucher", amount=4_000, currency="GBP", reason="Sorry", person="aya")
ROSTER = replace(TERMS.roster, agents=(*AGENTS, replace(AGENTS[1], id="aya", name="Aya Haddad")))
TWO = replace(ROSTER, agents=(*AGENTS, replace(AGENTS[0], id="aya", name="Aya Haddad")))


@pytest.mark.parametrize(
    ("changes", "spent", "why"),
    [
        ({}, 46_000, ""),
        ({}, 46_001, "39.99 GBP are left this month: maria may approve it"),
        ({"amount": 4_001}, 0, "aya may give 40.00 GBP at once: maria may approve it"),
        ({"amount": 4_001, "approved_by": "maria"}, 49_999, ""),
        ({"amount": 4_001, "approved_by": "jonas"}, 0, "'jonas' is no duty manager; maria is one"),
        ({"person": "jonas", "amount": 1_000}, 0, ""),
        (
            {"person": "jonas", "amount": 1_001},
            0,
            "jonas may give 10.00 GBP at once: maria may approve it",
        ),
        ({"currency": "EUR"}, 0, "the budget is in GBP, not in EUR"),
        (
            {"person": "maria", "amount": 4_001, "approved_by": "maria"},
            0,
            "who gives cannot approve it, too",
        ),
        (
            {"person": "maria", "amount": 4_001},
            0,
            "maria may give 40.00 GBP at once: nobody else is duty manager",
        ),
    ],
)
def test_an_agent_gives_up_to_the_limit_and_beyond_it_two_people_do(
    changes: dict[str, object], spent: int, why: str
) -> None:
    gift = replace(GIFT, **changes)  # type: ignore[arg-type]
    assert refused(BUDGET, gift, spent, ROSTER) == why


def test_a_second_duty_manager_approves_what_the_first_gives() -> None:
    gift = replace(GIFT, person="maria", amount=9_000)
    assert "aya may approve it" in refused(BUDGET, gift, 0, TWO)
    assert refused(BUDGET, replace(gift, approved_by="aya"), 0, TWO) == ""


@given(amount=st.integers(1, 10**11), digits=st.sampled_from([0, 2, 3]))
def test_an_amount_is_read_as_it_is_written(amount: int, digits: int) -> None:
    assert minor(plain(amount, digits), digits) == amount


@pytest.mark.parametrize("text", ["", "ten", "0", "-3", "1.005", "nan", "inf", "1e30"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="'"):
        minor(text, 2)


def test_yen_have_no_pence() -> None:
    assert minor("1200", 0) == 1200
    assert written(1200, Budget(currency="JPY", digits=0, month=0, each=0)) == "1200 JPY"
