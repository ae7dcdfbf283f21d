"""What `triage check` warns of: it can be used, and will not do what somebody meant by it.

Nothing here stops a desk: the rules run as they are. See `rulelints.py` and `desklints.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from triage.config.casefile import PATTERN
from triage.config.desklints import Desk, desk_lints
from triage.config.load import Policy
from triage.config.rulelints import rule_lints, written
from triage.config.yamlfile import read_yaml
from triage.core.ticket import Kind, Priority
from triage.errors import Fault


def desk_in(policy: Policy, folder: Path, today: date) -> Desk:
    """Return what is looked at of a desk, with its files as they are written.

    Raises: ConfigError where a file of rules has changed since, and has faults now.
    """
    tests = set(folder.glob(PATTERN))
    files = (path for path in sorted(folder.glob("*.yaml")) if path not in tests)
    documents = {path.name: read_yaml(path) for path in files}
    numbered = [one for name, one in documents.items() if name[:2].isdigit()]
    return Desk(policy, folder, written(numbered, policy.rules), documents, today)


def lints(desk: Desk) -> tuple[Fault, ...]:
    """Return what is odd in a desk, in the order of its files."""
    teaching = desk.policy.teaching
    groups = (teaching.queues, teaching.signals)
    taught = frozenset(label.name for group in groups for label in group)
    labels = taught | {*Priority, *Kind} if teaching.queues else frozenset[str]()
    return tuple(sorted({*rule_lints(desk.rules, labels, desk.today), *desk_lints(desk)}))
