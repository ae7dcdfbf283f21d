"""What `triage check` warns of: it can be used, and will not do what somebody meant by it.

Nothing here stops a desk: the rules run as they are. See `rulelints.py` and `desklints.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from triage.config.casefile import PATTERN
from triage.config.desklints import Desk, desk_lints
from triage.config.faults import Document
from triage.config.load import Policy
from triage.config.rulelints import Written, rule_lints, written
from triage.config.yamlfile import read_yaml
from triage.core.ticket import Kind, Priority
from triage.errors import Fault


def lints(policy: Policy, folder: Path, today: date) -> tuple[Fault, ...]:
    """Return what is odd in a desk, in the order of its files; `folder` holds its rules.

    Raises: ConfigError where a file of rules has changed since, and has faults now.
    """
    documents = _documents(folder)
    rules = _written(policy, documents)
    teaching = policy.teaching
    taught = frozenset(
        label.name for group in (teaching.queues, teaching.signals) for label in group
    )
    labels = taught | {*Priority, *Kind} if teaching.queues else frozenset[str]()
    found = (
        *rule_lints(rules, labels, today),
        *desk_lints(Desk(policy, rules, documents, today)),
    )
    return tuple(sorted(set(found)))


def rules_written(policy: Policy, folder: Path) -> tuple[Written, ...]:
    """Return the rules as they stand in their files. Raises: ConfigError, as `lints` does."""
    return _written(policy, _documents(folder))


def _documents(folder: Path) -> dict[str, Document]:
    tests = set(folder.glob(PATTERN))
    files = (path for path in sorted(folder.glob("*.yaml")) if path not in tests)
    return {path.name: read_yaml(path) for path in files}


def _written(policy: Policy, documents: dict[str, Document]) -> tuple[Written, ...]:
    return written([one for name, one in documents.items() if name[:2].isdigit()], policy.rules)
