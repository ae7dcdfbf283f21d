"""`rules/queues.yaml` into queues and the desk's promises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pydantic_core import PydanticCustomError

from triage.config.deskfiles import FactFile, QueuesFile
from triage.config.faults import Document, Faults, Loc, near
from triage.config.queuehours import DeskHours
from triage.config.values import span
from triage.core.announced import announced, phrase
from triage.core.desk import FactSpoken, FactWords, Queue, Roster, Service
from triage.core.patterns import pattern
from triage.core.ticket import UNSURE


def queue_names(document: Document) -> frozenset[str]:
    """Return every queue that the file names, right or wrong, and the one that always is."""
    given = document.data.get("queues")
    return frozenset({*(given if isinstance(given, dict) else ()), UNSURE})


def read_queues(
    file: QueuesFile, document: Document, faults: Faults, desk: DeskHours
) -> Mapping[str, Queue]:
    """Make the queues; the one that the model abstains into is always among them."""
    usual = Queue(name=UNSURE, title="Unsure", day=desk.day)
    queues = {UNSURE: usual} if UNSURE not in file.queues else {}
    for name, given in file.queues.items():
        loc: Loc = ("queues", name)
        hours, day = desk.of(given, loc, document, faults)

        def read(text: str, *key: str, loc: Loc = loc, day: timedelta = day) -> timedelta | None:
            return _target(text, (*loc, *key), day, document, faults)

        targets = {
            priority: found
            for priority, text in given.targets.items()
            if (found := read(text, "targets", priority))
        }
        resolve_targets = {
            priority: found
            for priority, text in given.resolve_targets.items()
            if (found := read(text, "resolve_targets", priority))
        }
        for at, need in enumerate(given.needs):
            if need not in file.facts:
                text = f"there is no fact '{need}'"
                faults.add(document.fault((*loc, "needs", at), text, near(need, file.facts)))
        queues[name] = Queue(
            name=name,
            title=given.title or name.replace("_", " ").capitalize(),
            target=read(given.answer_within, "answer_within"),
            targets=targets,
            always=given.clock == "always",
            acknowledge=given.acknowledge,
            promise=given.promise,
            needs=given.needs,
            hours=hours,
            day=day,
            resolve_target=read(given.resolve_within, "resolve_within"),
            resolve_targets=resolve_targets,
        )
    return queues


def _target(
    text: str, loc: Loc, day: timedelta, document: Document, faults: Faults
) -> timedelta | None:
    if text == "none":
        return None
    try:
        return span(text, day)
    except PydanticCustomError as exc:
        context = exc.context or {}
        faults.add(document.fault(loc, str(context["text"]), str(context["remedy"])))
        return None


def read_service(
    file: QueuesFile, queues: Mapping[str, Queue], document: Document, faults: Faults
) -> Service:
    """Make the promises that hold over all queues; every fact's patterns are tried here."""
    if file.default not in queues:
        text = f"there is no queue '{file.default}'"
        faults.add(document.fault(("default",), text, near(file.default, queues)))
    for name, fact in file.facts.items():
        _check_fact(fact, ("facts", name), document, faults)
    standard = Service(default=file.default)
    return Service(
        default=file.default,
        boosts={**standard.boosts, **file.boosts},
        warn_before=file.warn_before,
        acknowledge_within=file.acknowledge_within,
        resolve_after=file.resolve_after,
        reopen_within=file.reopen_within,
        safety_target=file.safety_within,
        fact_patterns={name: fact.patterns for name, fact in file.facts.items()},
        fact_words={
            name: FactWords(fact.words, fact.value)
            for name, fact in file.facts.items()
            if fact.words and fact.value
        },
        fact_spoken={
            name: FactSpoken(labels=fact.label, offers=fact.offer)
            for name, fact in file.facts.items()
            if fact.label or fact.offer
        },
    )


def _check_fact(fact: FactFile, loc: Loc, document: Document, faults: Faults) -> None:
    """Try everything that finds a fact, each by itself."""
    for at, text in enumerate(fact.patterns):
        try:
            pattern(text)
        except ValueError as exc:
            fault = f"the pattern cannot be used: {exc}"
            faults.add(document.fault((*loc, "patterns", at), fault))
    if fact.words and not fact.value:
        remedy = "value: '\\d{6}', or phone"
        text = "it is not said what the value behind the words looks like"
        faults.add(document.fault((*loc, "words"), text, remedy, key=True))
    elif fact.value and not fact.words:
        text = "no words announce this value"
        faults.add(document.fault((*loc, "value"), text, "words: [order number]", key=True))
    elif not fact.words and not fact.patterns:
        text = "nothing says how it is found"
        faults.add(document.fault(loc, text, "add patterns, or words and value", key=True))
    else:
        _check_words(fact, loc, document, faults)


def _check_words(fact: FactFile, loc: Loc, document: Document, faults: Faults) -> None:
    wrong = len(faults)
    for at, word in enumerate(fact.words):
        try:
            phrase(word)  # any that holds a letter can be compiled: not one by one
        except ValueError as exc:
            faults.add(document.fault((*loc, "words", at), str(exc)))
    if fact.words and len(faults) == wrong:
        try:
            announced(fact.words, fact.value)
        except ValueError as exc:
            text = f"the value cannot be used: {exc}"
            faults.add(document.fault((*loc, "value"), text))


def check_served(
    queues: Mapping[str, Queue], roster: Roster, document: Document, faults: Faults
) -> None:
    """Find queues whose mail would have no owner."""
    served = frozenset(name for agent in roster.agents for name in agent.queues)
    if any(not agent.queues for agent in roster.agents):
        return
    for name, queue in queues.items():
        if name not in served and queue.target is not None and name != UNSURE:
            text = f"no agent has the queue '{name}'"
            faults.add(document.fault(("queues", name), text, "add it in roster.yaml", key=True))
