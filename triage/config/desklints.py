"""What stands in the files of a desk, and nothing leads to, asks for or uses.

Referrals and causes are not looked at: whoever closes a ticket picks from all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.config.desk import QUEUES_FILE, ROSTER_FILE
from triage.config.faults import Document, near, read_text
from triage.config.implied import several
from triage.config.load import Policy
from triage.config.notefile import NoteText
from triage.config.rulelints import Written, asked
from triage.config.shipped import shipped_prompts, shipped_rules
from triage.config.texts import LINE
from triage.core.desk import Agent
from triage.core.tags import main_part
from triage.core.ticket import UNSURE
from triage.errors import ConfigError, Fault

LISTS_FILE = "lists.yaml"

_OFFERED = re.compile(r"\bmissing\s*==\s*[\"']([^\"'\n]*)[\"']")
_NAMED = re.compile(r"\{[{%][^{}]*?[%}]\}")


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is looked at: `documents` are files of the folder by their names."""

    policy: Policy
    folder: Path
    rules: Sequence[Written]
    documents: Mapping[str, Document]
    today: date


def desk_lints(desk: Desk) -> Iterator[Fault]:
    """Go through what is dead."""
    yield from _queues(desk)
    yield from _agents(desk)
    yield from _gone(desk)
    yield from _lists(desk)
    yield from _facts(desk)
    yield from _offers(desk)
    yield from _replies(desk)


def _queues(desk: Desk) -> Iterator[Fault]:
    policy, document = desk.policy, desk.documents.get(QUEUES_FILE)
    alive = {UNSURE, policy.service.default, *(one.rule.then.queue for one in desk.rules)}
    alive.update(label.name for label in policy.teaching.queues)
    alive.update(mailbox.queue for mailbox in policy.settings.mailboxes)
    for name in policy.queues if document is not None else ():
        if document is not None and name not in alive:
            text = f"nothing leads to the queue '{name}': no rule, no prompt, no mailbox"
            remedy = f"a rule with {{queue: {name}}}, or prompts/queues/{name}.md"
            yield document.fault(("queues", name), text, remedy, key=True)


def _agents(desk: Desk) -> Iterator[Fault]:
    document = desk.documents.get(ROSTER_FILE)
    given = document.data.get("agents") if document is not None else None
    for at, one in enumerate(several(given or [])):
        agent = desk.policy.roster.agent(str(one.get("id"))) if isinstance(one, Mapping) else None
        if agent is None or document is None:
            continue
        loc = ("agents", at)
        if (left := _left(agent, desk.today)) is not None:
            text = f"{agent.id} left on {left}: nothing goes to them any more"
            yield document.fault((*loc, "left"), text, "leave them out once nothing names them")
        elif not (agent.hours.windows or agent.hours.shifts or agent.hours.always):
            text = f"{agent.id} is never there: no hour of theirs is open"
            yield document.fault((*loc, "hours"), text, "name their hours, or when they left")
        deputy = desk.policy.roster.agent(agent.deputy)
        if deputy is not None and _left(deputy, desk.today):
            text = f"{deputy.id} has left, and is to stand in for {agent.id}"
            yield document.fault((*loc, "deputy"), text, "name somebody else")


def _left(agent: Agent, today: date) -> date | None:
    return agent.left if agent.left is not None and agent.left <= today else None


def _gone(desk: Desk) -> Iterator[Fault]:
    """Find who has left, and is still named where somebody has to be."""
    roster = desk.policy.roster
    for one in desk.rules:
        agent = roster.agent(one.rule.then.assign)
        if agent is not None and _left(agent, desk.today):
            yield one.fault(("then", "assign"), f"{agent.id} has left", "name somebody else")
    on_call, document = roster.agent_on_call, desk.documents.get(ROSTER_FILE)
    if on_call is not None and _left(on_call, desk.today) and document is not None:
        text = f"{on_call.id} has left, and is to hear of danger"
        yield document.fault(("on_call",), text, "name somebody else")


def _lists(desk: Desk) -> Iterator[Fault]:
    document = desk.documents.get(LISTS_FILE)
    given = document.data.get("lists") if document is not None else None
    used = {str(name) for part in _asked(desk) for name in several(part.get("list", ()))}
    for name in given if isinstance(given, Mapping) else ():
        if name not in used and document is not None:
            text = f"no rule asks for the list '{name}'"
            yield document.fault(("lists", name), text, f"when: {{list: {name}}}", key=True)


def _facts(desk: Desk) -> Iterator[Fault]:
    """Find facts that nothing needs: agents read them, but nobody waits for them."""
    document = desk.documents.get(QUEUES_FILE)
    used = _needed(desk) | {name for _, _, name in _offered(desk)}
    used |= {*desk.policy.service.fact_spoken}
    for part in _asked(desk):
        stated = part.get("fact")
        used.update(map(str, stated if isinstance(stated, Mapping) else ()))
    in_replies = "\n".join(_tags(desk))
    for name in {*desk.policy.service.fact_patterns, *desk.policy.service.fact_words} - used:
        if document is not None and not re.search(rf"\b{re.escape(name)}\b", in_replies):
            text = f"nothing uses the fact '{name}': no queue needs it, no rule or text asks for it"
            yield document.fault(("facts", name), text, "needs: in a queue", key=True)


def _needed(desk: Desk) -> set[str]:
    """Return the facts that queues need or rules ask for."""
    needed = {name for queue in desk.policy.queues.values() for name in queue.needs}
    return needed | {name for one in desk.rules for name in one.rule.then.ask}


def _asked(desk: Desk) -> Iterator[Mapping[str, object]]:
    return (part for one in desk.rules for part, _ in asked(one))


def _offers(desk: Desk) -> Iterator[Fault]:
    """Compare the facts that acknowledgements offer for with those that are needed."""
    known = {*desk.policy.service.fact_patterns, *desk.policy.service.fact_words}
    offered = list(_offered(desk))
    for file, at, name in offered:
        if name and name not in known:
            line, column = at
            text = f"'missing' is never '{name}': there is no such fact"
            yield Fault(file, line, column, text, near(name, known))
    for (_, variant), text_of in desk.policy.texts.acknowledgements.items():
        here = {name for file, _, name in offered if file == text_of.file} | _spoken(desk, text_of)
        for name in sorted(_needed(desk) - here) if variant != LINE else ():
            text = f"a missing '{name}' is never offered for, though it is needed"
            remedy = f"facts: {{{name}: {{label: {{{text_of.language}: …}}}}}} in queues.yaml"
            yield Fault(text_of.file, 0, 0, text, remedy)


def _spoken(desk: Desk, note: NoteText) -> set[str]:
    """Return the facts that a text offers for by the words that queues.yaml has for them."""
    spoken = desk.policy.service.fact_spoken
    return {
        name
        for name, said in spoken.items()
        for words, variable in ((said.labels, "missing_label"), (said.offers, "missing_offer"))
        if variable in note.source and ({note.language, main_part(note.language)} & {*words})
    }


def _offered(desk: Desk) -> Iterator[tuple[str, tuple[int, int], str]]:
    """Go through the facts that acknowledgements offer for: file, line and column, name."""
    for text in desk.policy.texts.acknowledgements.values():
        for number, line in enumerate(_lines(text.file), start=1):
            for found in _OFFERED.finditer(line):
                yield text.file, (number, found.start(1) + 1), found[1]


def _replies(desk: Desk) -> Iterator[Fault]:
    """Find replies that no rule proposes: shipped ones count where the shipped rules do."""
    proposed = {one.rule.then.macro for one in desk.rules}
    shipped = shipped_prompts() if desk.folder != shipped_rules() else None
    for reply in desk.policy.replies.every.values():
        ours = shipped is None or shipped not in Path(reply.text.file).absolute().parents
        if ours and reply.name not in proposed:
            text = f"no rule proposes the reply '{reply.name}'"
            yield Fault(reply.text.file, 0, 0, text, f"then: {{macro: {reply.name}}}")


def _tags(desk: Desk) -> Iterator[str]:
    """Go through what stands in tags in the replies."""
    for reply in desk.policy.replies.every.values():
        for line in _lines(reply.text.file):
            yield from _NAMED.findall(line)


def _lines(file: str) -> list[str]:
    try:
        return read_text(Path(file)).split("\n")
    except ConfigError:
        return []  # it was there a moment ago; what is missing is said where it is read
