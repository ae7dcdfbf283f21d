"""What an agent may give away without asking, and what needs a second person.

A remedy puts right what went wrong; goodwill is what is given beside it. The front line decides:
up to `each` nobody is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from triage.core.desk import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be given (`rules/goodwill.yaml`), in minor units of `currency`.

    `month` is for the whole desk and a calendar month, `each` for one gift of one agent without
    asking; `agents` have an `each` of their own. `digits` are those behind the decimal point.
    """

    currency: str
    digits: int
    month: int
    each: int
    agents: Mapping[str, int] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    def limit(self, agent: str) -> int:
        """Return what one gift of this agent may be worth without asking."""
        return self.agents.get(agent, self.each)

    def left(self, spent: int) -> int:
        """Return what is left of the month where `spent` went out, never less than nothing."""
        return max(self.month - spent, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One thing given: by `person`, worth `amount` minor units; `approved_by` "": not asked."""

    kind: str
    amount: int
    currency: str
    reason: str
    person: str
    approved_by: str = ""


def refused(budget: Budget, gift: Gift, spent: int, roster: Roster) -> str:
    """Say why a gift may not be given when `spent` went out this month; "" where it may.

    Exactly the limit, and exactly what is left of the month, need nobody's leave. Beyond either a
    duty manager has to approve, who is not the one who gives.
    """
    if gift.currency != budget.currency:
        return f"the budget is in {budget.currency}, not in {gift.currency}"
    limit, left = budget.limit(gift.person), budget.left(spent)
    over = [f"{gift.person} may give {written(limit, budget)} at once"] * (gift.amount > limit)
    over += [f"{written(left, budget)} are left this month"] * (gift.amount > left)
    managers = {agent.id for agent in roster.duty_managers}
    if gift.approved_by and gift.approved_by not in managers:
        known = f"; {_either(managers)} is one" if managers else ""
        return f"'{gift.approved_by}' is no duty manager{known}"
    if gift.approved_by == gift.person and gift.approved_by:
        return "who gives cannot approve it, too"
    if not over or gift.approved_by:
        return ""
    others = managers - {gift.person}
    leave = f"{_either(others)} may approve it" if others else "nobody else is duty manager"
    return f"{' and '.join(over)}: {leave}"


def written(amount: int, budget: Budget) -> str:
    """Write an amount as people do: `12.50 GBP`."""
    return f"{plain(amount, budget.digits)} {budget.currency}"


def plain(amount: int, digits: int) -> str:
    """Write minor units with their decimal point, and no currency."""
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"


def minor(text: str, digits: int) -> int:
    """Return what `text` is in minor units. Raises: ValueError where it is no such amount."""
    try:
        number = Decimal(text.strip()).scaleb(digits)
    except InvalidOperation as exc:
        raise ValueError(f"'{text}' is no amount") from exc
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError(f"'{text}' has more than {digits} digits behind the point")
    if not 0 < number < 10**12:
        raise ValueError(f"'{text}' should be more than nothing")
    return int(number)


def _either(names: set[str]) -> str:
    return " or ".join(sorted(names))
