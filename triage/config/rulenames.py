"""What rules may name beside queues, agents and signals, as far as it can be read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from triage.config.desk import fact_names
from triage.config.faults import Faults
from triage.config.referrals import referral_names
from triage.config.replies import reply_names
from triage.config.rulefiles import rule_files
from triage.config.yamlfile import read_yaml
from triage.errors import ConfigError


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


def rule_ids(folder: Path) -> frozenset[str]:
    """Return the ids of all rules in `folder`, as far as its files can be read."""
    found: set[str] = set()
    for path in rule_files(folder, Faults()):
        try:
            given = read_yaml(path).data.get("rules")
        except ConfigError:
            continue
        rules = given if isinstance(given, list) else ()
        found |= {str(one["id"]) for one in rules if isinstance(one, dict) and "id" in one}
    return frozenset(found)
