"""Reads `rules/NN-*.yaml`, in the order of their names, into rules ready to run.

Wrong files are refused as a whole, with every fault of every file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from triage.config.faults import Document, Faults, Loc, near, shown
from triage.config.ruleshape import HeaderFile, MatcherFile, RuleFile, RulesFile
from triage.config.shape import fit
from triage.config.yamlfile import read_yaml
from triage.core import patterns
from triage.core.match.onjudgement import Flagged, KindIs, LanguageIs, ModelSays
from triage.core.match.onmail import (
    FromIs,
    HeaderIs,
    HeaderIsNot,
    HeaderThere,
    Matches,
    SubjectIs,
    ToIs,
    Words,
)
from triage.core.matchers import Either, Every, Matcher, Unless
from triage.core.patterns import Pattern
from triage.core.rules import Rule, Then
from triage.core.ticket import UNSURE
from triage.core.wordlist import word_list
from triage.errors import ConfigError, Fault

_RULES = re.compile(r"\d\d-[^/]*\.yaml")
_COMPANIONS = frozenset({"queues.yaml", "roster.yaml", "referrals.yaml", "causes.yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What rules may name; None where it is not known, and is not checked then."""

    queues: Collection[str] | None
    agents: Collection[str] | None
    signals: Collection[str] | None


def load_rules(
    folder: Path,
    queues: Collection[str] | None,
    agents: Collection[str] | None,
    signals: Collection[str] | None,
) -> tuple[Rule, ...]:
    """Read every file of rules in `folder`; what they name is checked against the rest.

    None for `queues`, `agents` or `signals`: they are not known, so names of them are not checked.

    Raises: ConfigError with every fault of every file.
    """
    names = Names(
        queues=None if queues is None else frozenset({*queues, UNSURE}),
        agents=agents,
        signals=signals,
    )
    faults, rules = Faults(), list[Rule]()
    first: dict[str, Fault] = {}
    for path in _files(folder, faults):
        try:
            document = read_yaml(path)
        except ConfigError as exc:
            faults.take(exc)
            continue
        rules += _file(document, faults, names, first)
    faults.raise_any()
    return tuple(rules)


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
        if rule is None:
            continue
        here = document.fault((*loc, "id"), f"a second rule is called '{rule.id}'")
        there = first.setdefault(rule.id, here)
        if there is not here:
            remedy = f"the first one is at {there.file}:{there.line}"
            faults.add(replace(here, help=remedy))
        yield _RuleReading(document, faults, names, whole=len(faults) == before).rule(rule, loc)


def _files(folder: Path, faults: Faults) -> Iterator[Path]:
    """Go through the files of rules; one that nobody would read is a fault."""
    for path in sorted(folder.glob("*.y*ml")):
        if path.name in _COMPANIONS or path.name.endswith(".test.yaml"):
            continue
        if _RULES.fullmatch(path.name):
            yield path
        else:
            text, remedy = "no such file is read here", "files of rules are named NN-NAME.yaml"
            faults.add(Fault(shown(path), 0, 0, text, remedy))


def _asks_model(*asked: MatcherFile) -> bool:
    """Say whether a score of the model's is asked for anywhere in what a rule matches."""
    parts = (
        part
        for one in asked
        for several in (one.any_of, one.all_of, one.unless)
        for part in several or ()
    )
    return any(one.model is not None for one in asked) or any(_asks_model(part) for part in parts)


class _RuleReading:
    """Turns one rule of a file into a `Rule`, keeping faults on the way."""

    def __init__(self, document: Document, faults: Faults, names: Names, *, whole: bool) -> None:
        """Take what is needed; a rule that is not `whole` has lost parts that were wrong."""
        self._document = document
        self._whole = whole
        self._faults = faults
        self._names = names

    def rule(self, given: RuleFile, loc: Loc) -> Rule:
        """Make the rule."""
        when = self._matcher(given.when, (*loc, "when"))
        if given.unless is not None:
            parts = self._each(given.unless, (*loc, "unless"))
            when = Every((when, Unless(Either(parts))))
        return Rule(
            id=given.id,
            why=given.why,
            when=when,
            then=self._then(given, (*loc, "then")),
            stop=given.stop,
            file=self._document.file,
            line=self._document.place(loc).line,
        )

    def _then(self, given: RuleFile, loc: Loc) -> Then:
        then = given.then
        if self._whole and then == type(then)() and not given.stop:
            self._wrong(loc, f"the rule '{given.id}' does nothing", "give it a 'then'")
        self._known(then.queue, "queue", self._names.queues, (*loc, "queue"))
        self._known(then.assign, "agent", self._names.agents, (*loc, "assign"))
        if then.kind is not None and _asks_model(given.when, *(given.unless or ())):
            text = "the kind is settled before the model reads: this rule would never set it"
            self._wrong((*loc, "kind"), text, "leave out 'model', or 'kind'")
        return Then(
            queue=then.queue,
            priority=then.priority,
            boost=then.boost,
            flags=then.flag,
            signals=tuple(flag for flag in then.flag if flag in (self._names.signals or ())),
            withhold="" if then.ack is None else then.ack.withhold or given.why,
            assign=then.assign,
            kind=then.kind,
        )

    def _matcher(self, given: MatcherFile, loc: Loc) -> Matcher:
        """Make one matcher of a mapping: all of its keys hold."""
        parts = (
            *self._combined(given, loc),
            *self._headers(given, loc),
            *self._texts(given, loc),
            *self._judged(given, loc),
        )
        if not parts and self._whole:
            self._wrong(loc, "nothing is asked here, so everything would match", "name a field")
        return parts[0] if len(parts) == 1 else Every(parts)

    def _each(self, given: tuple[MatcherFile, ...], loc: Loc) -> tuple[Matcher, ...]:
        if not given:
            self._wrong(loc, "the list is empty")
        return tuple(self._matcher(one, (*loc, at)) for at, one in enumerate(given))

    def _combined(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.any_of is not None:
            yield Either(self._each(given.any_of, (*loc, "any")))
        if given.all_of is not None:
            yield Every(self._each(given.all_of, (*loc, "all")))
        if given.unless is not None:
            yield Unless(Either(self._each(given.unless, (*loc, "unless"))))

    def _headers(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        for name, asked in (given.header or {}).items():
            yield from self._header(name, asked, (*loc, "header", name))

    def _header(self, name: str, asked: HeaderFile, loc: Loc) -> Iterator[Matcher]:
        if asked.globs is not None:
            yield HeaderIs(name, self._patterns(asked.globs, patterns.glob, loc))
        if asked.none_of is not None:
            yield HeaderIsNot(name, self._patterns(asked.none_of, patterns.glob, (*loc, "not")))
        if asked.absent is not None:
            yield HeaderThere(name, present=not asked.absent)
        if asked.present is not None:
            yield HeaderThere(name, present=asked.present)

    def _texts(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.sender is not None:
            yield FromIs(self._patterns(given.sender, patterns.glob, (*loc, "from")))
        if given.to is not None:
            yield ToIs(self._patterns(given.to, patterns.glob, (*loc, "to")))
        if given.subject is not None:
            yield SubjectIs(self._patterns(given.subject, patterns.glob, (*loc, "subject")))
        if given.words is not None:
            here = (*loc, "words")
            if self._patterns(given.words, lambda word: patterns.words([word]), here):
                yield Words(word_list(given.words))
        if given.pattern is not None:
            yield Matches(self._patterns(given.pattern, patterns.pattern, (*loc, "pattern")))

    def _judged(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.kind is not None:
            yield KindIs(frozenset(given.kind))
        if given.language is not None:
            yield LanguageIs(frozenset(given.language))
        if given.model is not None:
            yield Either(
                tuple(
                    self._model(one.label, one.at_least, (*loc, "model", at))
                    for at, one in enumerate(given.model)
                )
            )
        if given.flag is not None:
            yield Flagged(frozenset(given.flag))

    def _model(self, label: str, at_least: float, loc: Loc) -> Matcher:
        queues, signals = self._names.queues, self._names.signals
        if queues is not None and signals is not None:
            self._known(label, "queue or signal", {*queues, *signals}, (*loc, "label"))
        return ModelSays(label, at_least)

    def _patterns(
        self, texts: tuple[str, ...], compiled: Callable[[str], Pattern], loc: Loc
    ) -> tuple[Pattern, ...]:
        """Compile each text; () where one of them cannot be."""
        made = []
        for at, text in enumerate(texts):
            try:
                made.append(compiled(text))
            except ValueError as exc:
                self._wrong((*loc, at), f"the pattern cannot be used: {exc}")
        return tuple(made) if len(made) == len(texts) else ()

    def _known(self, name: str, sort: str, known: Collection[str] | None, loc: Loc) -> None:
        if name and known is not None and name not in known:
            self._wrong(loc, f"there is no {sort} '{name}'", near(name, known))

    def _wrong(self, loc: Loc, text: str, remedy: str = "") -> None:
        self._faults.add(self._document.fault(loc, text, remedy))
