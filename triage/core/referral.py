"""What is not ours to answer, and where it goes; and what caused a mail, as reports count it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Somebody else who answers such mail (`rules/referrals.yaml`).

    `where` are addresses of any sort, the best first: of a page, a mailbox, a telephone. `note`
    is for the agent.
    """

    name: str
    title: str
    where: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What brought a mail about (`rules/causes.yaml`)."""

    name: str
    title: str
