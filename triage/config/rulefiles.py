"""Reads `rules/NN-*.yaml`, in the order of their names, into rules ready to run.

Wrong files are refused as a whole, with every fault of every file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from triage.config.faults import Document, Faults, Loc, shown
from triage.config.ruleshape import ListsFile, RuleFile, RulesFile, ThenFile
from triage.config.rulewhen import Names, WhenReading
from triage.config.shape import fit
from triage.config.yamlfile import read_yaml
from triage.core.matchers import UNREAD, Either, Every, Matcher, Unless, asks
from triage.core.patterns import Pattern, glob
from triage.core.rules import Rule, Then
from triage.core.ticket import UNSURE
from triage.errors import ConfigError, Fault

_RULES = re.compile(r"\d\d-[^/]*\.yaml")
_LISTS = "lists.yaml"
_LACKED: Mapping[str, object] = {"id": "unnamed", "why": "unsaid", "when": {}}
_COMPANIONS = frozenset(
    {"queues.yaml", "roster.yaml", "referrals.yaml", "causes.yaml", "goodwill.yaml", _LISTS}
)


def load_rules(
    folder: Path,
    queues: Collection[str] | None,
    agents: Collection[str] | None,
    signals: Collection[str] | None,
    *,
    facts: Collection[str] | None = None,
    mailboxes: Collection[str] | None = None,
    referrals: Collection[str] | None = None,
    macros: Collection[str] | None = None,
) -> tuple[Rule, ...]:
    """Read every file of rules in `folder`; what they name is checked against the rest.

    None for any of the names: they are not known, so they are not checked. Lists of addresses are
    read from `lists.yaml` beside the rules.

    Raises: ConfigError with every fault of every file.
    """
    faults, rules = Faults(), list[Rule]()
    names = Names(
        queues=None if queues is None else frozenset({*queues, UNSURE}),
        agents=agents,
        signals=signals,
        facts=facts,
        mailboxes=mailboxes,
        referrals=referrals,
        macros=macros,
        lists=_lists(folder / _LISTS, faults),
    )
    first: dict[str, Fault] = {}
    for path in rule_files(folder, faults):
        try:
            document = read_yaml(path)
        except ConfigError as exc:
            faults.take(exc)
            continue
        rules += _file(document, faults, names, first)
    faults.raise_any()
    return tuple(rules)


def _lists(path: Path, faults: Faults) -> Mapping[str, tuple[Pattern, ...]] | None:
    """Read the lists of addresses; none where there is no file, None where it cannot be read."""
    if not path.exists():
        return {}
    try:
        document = read_yaml(path)
    except ConfigError as exc:
        faults.take(exc)
        return None
    file = fit(ListsFile, document, faults)
    if file is None:
        return None
    return {name: tuple(map(glob, texts)) for name, texts in file.lists.items()}


def _file(
    document: Document, faults: Faults, names: Names, first: dict[str, Fault]
) -> Iterator[Rule]:
    """Read the rules of one file, each on its own; `first` is where each id stood first."""
    top = {key: value for key, value in document.data.items() if key != "rules"}
    fit(RulesFile, document, faults, data=top)
    given = document.data.get("rules") or []
    if not isinstance(given, list):
        faults.add(document.fault(("rules",), "'rules' should be a list"))
        return
    for at, raw in enumerate(given):
        loc: Loc = ("rules", at)
        before = len(faults)
        rule = fit(RuleFile, document, faults, at=loc, data=raw or {})
        if rule is None and isinstance(raw, dict):
            # What it lacks is said; the names in the rest of it are looked at all the same.
            rule = fit(RuleFile, document, Faults(), at=loc, data={**_LACKED, **raw})
        if rule is None:
            continue
        if "id" not in raw:
            yield _RuleReading(document, faults, names, whole=False).rule(rule, loc)
            continue
        here = document.fault((*loc, "id"), f"a second rule is called '{rule.id}'")
        there = first.setdefault(rule.id, here)
        if there is not here:
            remedy = f"the first one is at {there.file}:{there.line}"
            faults.add(replace(here, help=remedy))
        yield _RuleReading(document, faults, names, whole=len(faults) == before).rule(rule, loc)


def rule_files(folder: Path, faults: Faults) -> Iterator[Path]:
    """Go through the files of rules; one that nobody would read is a fault."""
    for path in sorted(folder.glob("*.y*ml")):
        if path.name in _COMPANIONS or path.name.endswith(".test.yaml"):
            continue
        if _RULES.fullmatch(path.name):
            yield path
        else:
            text, remedy = "no such file is read here", "files of rules are named NN-NAME.yaml"
            faults.add(Fault(shown(path), 0, 0, text, remedy))


class _RuleReading:
    """Turns one rule of a file into a `Rule`, keeping faults on the way."""

    def __init__(self, document: Document, faults: Faults, names: Names, *, whole: bool) -> None:
        """Take what is needed; a rule that is not `whole` has lost parts that were wrong."""
        self._document = document
        self._whole = whole
        self._names = names
        self._when = WhenReading(document, faults, names, whole=whole)

    def rule(self, given: RuleFile, loc: Loc) -> Rule:
        """Make the rule."""
        self._when.empty(loc)
        when = self._when.matcher(given.when, (*loc, "when"))
        if given.unless is not None:
            parts = self._when.each(given.unless, (*loc, "unless"))
            when = Every((when, Unless(Either(parts))))
        return Rule(
            id=given.id,
            why=given.why,
            when=when,
            then=self._then(given, when, (*loc, "then")),
            stop=given.stop,
            until=given.until,
            file=self._document.file,
            line=self._document.place(loc).line,
        )

    def _then(self, given: RuleFile, when: Matcher, loc: Loc) -> Then:
        then = given.then
        empty = self._when.empty(loc)
        if self._whole and not empty and then == type(then)() and not given.stop:
            self._when.wrong(loc, f"the rule '{given.id}' does nothing", "give it a 'then'")
        self._names_of(then, loc)
        if then.kind is not None and asks(when) & UNREAD:
            text = (
                "the kind is settled before the model reads and the requester's history is known:"
                " this rule would never set it"
            )
            self._when.wrong((*loc, "kind"), text, "leave out model, signal and history, or kind")
        return Then(
            queue=then.queue,
            priority=then.priority,
            boost=then.boost,
            flags=then.flag,
            signals=tuple(flag for flag in then.flag if flag in (self._names.signals or ())),
            withhold="" if then.ack is None else then.ack.withhold or given.why,
            assign=then.assign,
            kind=then.kind,
            refer=then.refer,
            macro=then.macro,
            ask=then.ask,
        )

    def _names_of(self, then: ThenFile, loc: Loc) -> None:
        """Check what the actions name."""
        names, known = self._names, self._when.known
        known(then.queue, "queue", names.queues, (*loc, "queue"))
        known(then.assign, "agent", names.agents, (*loc, "assign"))
        in_file, in_folder = "name it in rules/referrals.yaml", "write prompts/replies/NAME.md"
        known(then.refer, "referral", names.referrals, (*loc, "refer"), in_file)
        known(then.macro, "macro", names.macros, (*loc, "macro"), in_folder)
        for at, fact in enumerate(then.ask):
            known(fact, "fact", names.facts, (*loc, "ask", at))
