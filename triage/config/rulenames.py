"""What rules may name beside queues, agents and signals, as far as it can be read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from triage.config.desk import fact_names
from triage.config.referrals import referral_names
from triage.config.replies import reply_names


def nameable(
    rules: Path, prompts: tuple[Path, ...], mailboxes: Collection[str] | None
) -> dict[str, Collection[str] | None]:
    """Return facts, mailboxes, referrals and macros, as `load_rules` takes them.

    None for what is not known, since its file cannot be read at all.
    """
    return {
        "facts": fact_names(rules),
        "mailboxes": mailboxes,
        "referrals": referral_names(rules),
        "macros": reply_names(*prompts),
    }
