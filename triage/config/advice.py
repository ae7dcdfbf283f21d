"""What works, and is still worth a word before relying on it."""

from __future__ import annotations

from collections.abc import Iterator

from triage.config.load import Policy
from triage.core.ticket import UNSURE


def advice(policy: Policy) -> tuple[str, ...]:
    """Return one line for everything that `triage check` warns of; none of it is a fault."""
    return tuple(_advice(policy))


def _advice(policy: Policy) -> Iterator[str]:
    roster, settings = policy.roster, policy.settings
    if not roster.on_call:
        yield (
            "roster.yaml: nobody is on_call: outside opening hours a requester in danger is told "
            "that nobody reads until then"
        )
        if not (roster.phone or settings.phone):
            yield "roster.yaml: no phone is named to a requester in danger"
    if not roster.duty_managers:
        yield "roster.yaml: nobody is duty_manager: warnings go to the owner alone"
    if settings.relay is None:
        yield (
            "triage.toml: there is no [relay]: alerts to agents need one, too, and wait until it "
            "is there"
        )
    texts = set(policy.texts.languages)
    spoken = {language for agent in roster.agents for language in agent.speaks}
    for language in sorted(spoken - texts):
        yield f"prompts: somebody speaks '{language}' and there is no acknowledgement in it"
    if policy.teaching.queues:
        taught = {label.name for label in policy.teaching.queues}
        for name in sorted(set(policy.queues) - taught - {UNSURE}):
            yield f"prompts: the model is not taught the queue '{name}'; only rules fill it"
        for name in sorted(taught - set(policy.queues)):
            yield f"prompts: the model is taught '{name}', which queues.yaml does not have"
