"""What works, and is still worth a word before relying on it."""

from __future__ import annotations

from collections.abc import Iterator

from triage.config.load import Policy
from triage.core.examples import example_values
from triage.core.tags import main_part
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
    elif settings.alerts.relay is None and not settings.alerts.ways:
        yield (
            "triage.toml: alerts leave by the relay that everything else leaves by: where it is "
            "down, nobody hears of it; name a webhook, services or a relay under [alerts]"
        )
    yield from _languages(policy)
    yield from _not_told(policy)
    if policy.teaching.queues:
        taught = {label.name for label in policy.teaching.queues}
        for name in sorted(set(policy.queues) - taught - {UNSURE}):
            yield f"prompts: the model is not taught the queue '{name}'; only rules fill it"
        for name in sorted(taught - set(policy.queues)):
            yield f"prompts: the model is taught '{name}', which queues.yaml does not have"


def _languages(policy: Policy) -> Iterator[str]:
    """Name what is missing in a language, and what nobody vouched for who reads that language.

    The latter is used all the same: an honest note in one's own language is better than a
    foreign one.
    """
    texts = set(policy.texts.languages)
    spoken = {language for agent in policy.roster.agents for language in agent.speaks}
    for language in sorted(spoken - texts):
        yield f"prompts: somebody speaks '{language}' and there is no acknowledgement in it"
    for sort, notes in policy.texts.notes.items():
        for language in sorted(texts - {tag for tag, _ in notes}):
            yield f"prompts/{sort}: nothing in '{language}', though it is acknowledged in"
        unread = [
            f"{tag}.{variant}" if variant else tag
            for (tag, variant), note in sorted(notes.items())
            if not note.reviewed and (main_part(tag) in spoken or tag == policy.texts.site)
        ]
        if unread:
            yield (
                f"prompts/{sort}: nobody has vouched for {', '.join(unread)}: have somebody who "
                "reads it, and name them in a copy of your own (reviewed_by: …)"
            )


def _not_told(policy: Policy) -> Iterator[str]:
    """Name the referrals that rules make and that are kept from requesters."""
    referred = sorted({rule.then.refer for rule in policy.rules if rule.then.refer})
    examples = [
        name
        for name in referred
        if name in policy.referrals and example_values(" ".join(policy.referrals[name].where))
    ]
    if examples and not example_values(policy.settings.brand):
        yield (
            f"referrals.yaml: {', '.join(examples)}: example addresses, which no requester is "
            "told; put your own there"
        )
