"""How queues, agents and causes are called on the page."""

from __future__ import annotations

from dataclasses import dataclass

from triage.config.load import Policy
from triage.report.words import DASH


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How queues, agents and causes are called."""

    policy: Policy

    def queue(self, name: str) -> str:
        """Return the title of a queue."""
        found = self.policy.queues.get(name)
        return found.title if found else name

    def agent(self, name: str) -> str:
        """Return the first name of an agent; a dash for nobody."""
        found = self.policy.roster.agent(name)
        return found.first_name if found else name or DASH

    def cause(self, name: str) -> str:
        """Return the title of a cause; a dash for none."""
        found = self.policy.causes.get(name)
        return found.title if found else name or DASH
