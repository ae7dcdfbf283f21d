"""The shipped desk with rules of a test's own: read once, for the prompts take a second."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

from triage.config.desk import names_of
from triage.config.load import Policy, load_policy
from triage.config.rulefiles import load_rules
from triage.config.shipped import shipped_rules

SIGNALS = ("churn_risk", "complaint", "compliment", "legal", "repeat_contact", "safety")
FACTS = ("order_number", "invoice_number", "phone")


@cache
def shipped_desk() -> Policy:
    """Return the shipped desk."""
    return load_policy(None)


def desk_of(folder: Path, files: dict[str, str]) -> Policy:
    """Write `files` into `folder`, beside the shipped queues and roster, and read the rules."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("queues.yaml", "roster.yaml"):
        if not (folder / name).exists():
            shutil.copy(shipped_rules() / name, folder / name)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    rules = load_rules(folder, *names_of(folder), SIGNALS, facts=FACTS)
    return replace(shipped_desk(), rules=rules)
