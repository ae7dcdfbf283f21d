"""A rule's `when` and `unless` as typed, into a tree of matchers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from triage.config.faults import Document, Faults, Loc, near
from triage.config.ruleasks import AttachmentAsked, HeaderFile, ModelFile
from triage.config.ruleshape import MatcherFile
from triage.config.rulespans import history, moments
from triage.core import patterns
from triage.core.match.onjudgement import (
    FactIs,
    FactIsNot,
    FactThere,
    Flagged,
    KindIs,
    LanguageIs,
    ModelSays,
    SignalFired,
)
from triage.core.match.onmail import (
    FileIs,
    FileThere,
    ForwardedBy,
    FromIs,
    HeaderIs,
    HeaderIsNot,
    HeaderThere,
    ListIs,
    MailboxIs,
    Matches,
    SubjectIs,
    ToIs,
    TrustIs,
    Words,
)
from triage.core.matchers import Either, Every, Matcher, Unless
from triage.core.patterns import Pattern
from triage.core.ticket import Kind, Priority
from triage.core.wordlist import word_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What rules may name; None where it is not known, and is not checked then.

    `lists` has the globs of each list of addresses.
    """

    queues: Collection[str] | None = None
    agents: Collection[str] | None = None
    signals: Collection[str] | None = None
    facts: Collection[str] | None = None
    mailboxes: Collection[str] | None = None
    referrals: Collection[str] | None = None
    macros: Collection[str] | None = None
    lists: Mapping[str, tuple[Pattern, ...]] | None = None


class WhenReading:
    """Turns what one rule asks into matchers, keeping faults on the way."""

    def __init__(self, document: Document, faults: Faults, names: Names, *, whole: bool) -> None:
        """Take what is needed; a rule that is not `whole` has lost parts that were wrong."""
        self._document = document
        self._faults = faults
        self._names = names
        self._whole = whole

    def matcher(self, given: MatcherFile, loc: Loc) -> Matcher:
        """Make one matcher of a mapping: all of its keys hold."""
        empty = self.empty(loc)
        parts = (
            *self._combined(given, loc),
            *self._judged(given, loc),
            *self._senders(given, loc),
            *self._facts(given, loc),
            *self._around(given, loc),
            *self._headers(given, loc),
            *self._texts(given, loc),
        )
        if not parts and self._whole and not empty:
            self.wrong(loc, "nothing is asked here, so everything would match", "name a field")
        return parts[0] if len(parts) == 1 else Every(parts)

    def each(self, given: tuple[MatcherFile, ...], loc: Loc) -> tuple[Matcher, ...]:
        """Make a matcher of every mapping in a list."""
        if not given:
            self.wrong(loc, "the list is empty")
        return tuple(self.matcher(one, (*loc, at)) for at, one in enumerate(given))

    def empty(self, loc: Loc) -> bool:
        """Fault every key at `loc` behind which nothing stands; say whether there is one."""
        told = self._document.data_at(loc)
        if told is None and isinstance(loc[-1], int):
            loc = loc[:-1]  # one mapping stands where a list may
            told = self._document.data_at(loc)
        given = told if isinstance(told, dict) else {}
        names = [key for key, value in given.items() if value is None]
        for key in names:
            fault = self._document.fault((*loc, key), f"nothing stands behind '{key}'", key=True)
            self._faults.add(fault)
        return bool(names)

    def _combined(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.any_of is not None:
            yield Either(self.each(given.any_of, (*loc, "any")))
        if given.all_of is not None:
            yield Every(self.each(given.all_of, (*loc, "all")))
        if given.unless is not None:
            yield Unless(Either(self.each(given.unless, (*loc, "unless"))))

    def _headers(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        for name, asked in (given.header or {}).items():
            yield from self._header(name, asked, (*loc, "header", name))

    def _header(self, name: str, asked: HeaderFile, loc: Loc) -> Iterator[Matcher]:
        if asked.globs is not None:
            yield HeaderIs(name, self._globs(asked.globs, loc, "is"))
        if asked.none_of is not None:
            yield HeaderIsNot(name, self._globs(asked.none_of, loc, "not"))
        if asked.absent is not None:
            yield HeaderThere(name, present=not asked.absent)
        if asked.present is not None:
            yield HeaderThere(name, present=asked.present)

    def _senders(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.mailbox is not None:
            for at, name in enumerate(given.mailbox):
                self.known(name, "mailbox", self._names.mailboxes, (*loc, "mailbox", at))
            yield MailboxIs(frozenset(given.mailbox))
        if given.trust is not None:
            yield TrustIs(frozenset(given.trust))
        if given.sender is not None:
            yield FromIs(self._globs(given.sender, loc, "from"))
        if given.to is not None:
            yield ToIs(self._globs(given.to, loc, "to"))
        if given.listed is not None:
            yield Either(
                tuple(self._list(name, (*loc, "list", at)) for at, name in enumerate(given.listed))
            )
        if given.forwarded_by is not None:
            yield ForwardedBy(self._globs(given.forwarded_by, loc, "forwarded_by"))

    def _list(self, name: str, loc: Loc) -> Matcher:
        self.known(name, "list", self._names.lists, loc, "name it in rules/lists.yaml")
        return ListIs(name, (self._names.lists or {}).get(name, ()))

    def _texts(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.subject is not None:
            yield SubjectIs(self._globs(given.subject, loc, "subject"))
        if given.words is not None:
            try:
                yield Words(word_list(given.words))
            except ValueError:  # which of them it is takes a look at each
                here = (*loc, "words")
                self._each_text(given.words, lambda word: patterns.words([word]), here)
        if given.pattern is not None:
            yield Matches(self._each_text(given.pattern, patterns.pattern, (*loc, "pattern")))
        if given.attachment is not None:
            yield from self._attachment(given.attachment, (*loc, "attachment"))

    def _attachment(self, asked: AttachmentAsked, loc: Loc) -> Iterator[Matcher]:
        if asked.absent is not None:
            yield FileThere(present=not asked.absent)
        if asked.present is not None:
            yield FileThere(present=asked.present)
        if asked.name is not None or asked.type is not None:
            yield FileIs(
                None if asked.name is None else self._globs(asked.name, loc, "name"),
                None if asked.type is None else self._globs(asked.type, loc, "type"),
            )

    def _judged(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.kind is not None:
            yield KindIs(frozenset(given.kind))
        if given.language is not None:
            yield LanguageIs(frozenset(given.language))
        if given.model is not None:
            yield Either(
                tuple(self._model(one, (*loc, "model", at)) for at, one in enumerate(given.model))
            )
        if given.signal is not None:
            for at, name in enumerate(given.signal):
                self.known(name, "signal", self._names.signals, (*loc, "signal", at))
            yield SignalFired(frozenset(given.signal))
        if given.flag is not None:
            yield Flagged(frozenset(given.flag))

    def _model(self, asked: ModelFile, loc: Loc) -> Matcher:
        queues, signals = self._names.queues, self._names.signals
        if queues is not None and signals is not None:
            labels = {*queues, *signals, *Priority, *Kind}
            sort = "queue, signal, priority or kind"
            self.known(asked.label, sort, labels, (*loc, "label"))
        return ModelSays(asked.label, asked.at_least, asked.at_most)

    def _facts(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        for name, asked in (given.fact or {}).items():
            here = (*loc, "fact", name)
            self.known(name, "fact", self._names.facts, here, key=True)
            if asked.globs is not None:
                yield FactIs(name, self._globs(asked.globs, here, "is"))
            if asked.none_of is not None:
                yield FactIsNot(name, self._globs(asked.none_of, here, "not"))
            if asked.absent is not None:
                yield FactThere(name, present=not asked.absent)
            if asked.present is not None:
                yield FactThere(name, present=asked.present)

    def _around(self, given: MatcherFile, loc: Loc) -> Iterator[Matcher]:
        if given.time is not None:
            yield from moments(given.time, (*loc, "time"), self._document, self._faults)
        if given.history is not None:
            yield from history(given.history)

    def _globs(self, texts: tuple[str, ...], loc: Loc, key: str) -> tuple[Pattern, ...]:
        here = (*loc, key)
        if self._document.data_at(here) is None:
            here = loc  # globs alone stand where a mapping may
        return self._each_text(texts, patterns.glob, here)

    def _each_text(
        self, texts: tuple[str, ...], compiled: Callable[[str], Pattern], loc: Loc
    ) -> tuple[Pattern, ...]:
        """Compile each text; () where one of them cannot be."""
        made = []
        for at, text in enumerate(texts):
            try:
                made.append(compiled(text))
            except ValueError as exc:
                self.wrong((*loc, at), f"the pattern cannot be used: {exc}")
        return tuple(made) if len(made) == len(texts) else ()

    def known(
        self,
        name: str,
        sort: str,
        known: Collection[str] | None,
        loc: Loc,
        remedy: str = "",
        *,
        key: bool = False,
    ) -> None:
        """Fault a name that there is not; `remedy` is said where there is none at all."""
        if name and known is not None and name not in known:
            text = f"there is no {sort} '{name}'"
            self._faults.add(self._document.fault(loc, text, near(name, known) or remedy, key=key))

    def wrong(self, loc: Loc, text: str, remedy: str = "") -> None:
        """Fault what stands at `loc`."""
        self._faults.add(self._document.fault(loc, text, remedy))
