"""What reads without a fault in the rules, and will not do what somebody meant by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from triage.config.faults import Document, Loc
from triage.config.implied import STAR, When, covers_glob, covers_phrase, implies, mappings, several
from triage.core.matchers import UNREAD
from triage.core.patterns import fold, glob, pattern
from triage.core.ruled import SETTABLE
from triage.core.rules import Rule
from triage.core.ticket import TICKETED, Kind
from triage.errors import Fault

SOON = timedelta(days=7)
"""How long before its last day a rule is spoken of."""

LARGEST = 5_000
"""Instructions of a compiled pattern; RE2 is linear in the text and in this."""

_VALUES: Mapping[str, Sequence[str]] = {
    "from": ("a@b.example", "1@xn--q.test"),
    "to": ("a@b.example", "1@xn--q.test"),
    "forwarded_by": ("a@b.example", "1@xn--q.test"),
    "subject": ("", "a", "12 - \u4e2d"),
}
"""Values that have nothing to do with each other: a glob that covers them covers them all."""
_TEXTS = ("mmm", "ZZZ")
_FIRSTS = ("queue", "priority", "assign", "kind", "refer", "macro")


@dataclass(frozen=True, slots=True)
class Written:
    """One rule as it stands in its file."""

    rule: Rule
    document: Document
    loc: Loc
    data: Mapping[str, object]

    @property
    def when(self) -> When:
        """What it asks, with what it passes over."""
        given = self.data.get("when")
        asked = dict(given) if isinstance(given, Mapping) else {}
        over = self.data.get("unless")
        return asked if over is None else {"all": [asked, {"unless": over}]}

    @property
    def then(self) -> Mapping[str, object]:
        """What it does."""
        given = self.data.get("then")
        return given if isinstance(given, Mapping) else {}

    @property
    def place(self) -> str:
        """Its name and where it stands, for a sentence."""
        return f"'{self.rule.id}' ({self.rule.file}:{self.rule.line})"

    def fault(self, loc: Loc, text: str, remedy: str = "", *, key: bool = False) -> Fault:
        """Make a finding at `loc` within the rule."""
        return self.document.fault((*self.loc, *loc), text, remedy, key=key)


def written(documents: Sequence[Document], rules: Sequence[Rule]) -> tuple[Written, ...]:
    """Find each rule where it is written."""
    by_id = {rule.id: rule for rule in rules}
    found = list[Written]()
    for document in documents:
        for at, data in enumerate(several(document.data.get("rules"))):
            rule = by_id.get(str(data.get("id"))) if isinstance(data, Mapping) else None
            if rule is not None and isinstance(data, Mapping):
                found.append(Written(rule, document, ("rules", at), data))
    return tuple(found)


def rule_lints(rules: Sequence[Written], taught: frozenset[str], today: date) -> Iterator[Fault]:
    """Go through what is odd in the rules, in their order; `taught` are the model's own labels."""
    flags = set[str]()
    for at, one in enumerate(rules):
        yield from _ending(one, today)
        yield from _never(one, flags, taught)
        for part, loc in asked(one):
            yield from _everything(one, part, loc)
            yield from _twice(one, part, loc)
        yield from _behind(one, rules[:at])
        flags.update(one.rule.then.flags)


def _ending(one: Written, today: date) -> Iterator[Fault]:
    until = one.rule.until
    if until is not None and until < today:
        text = f"the rule '{one.rule.id}' ended on {until}: it matches nothing any more"
        yield one.fault(("until",), text, "remove the rule, or move its end")
    elif until is not None and until - today <= SOON:
        yield one.fault(("until",), f"the rule '{one.rule.id}' ends on {until}")


def _never(one: Written, flags: set[str], taught: frozenset[str]) -> Iterator[Fault]:
    """Find what keeps a rule from ever matching, or from doing anything."""
    when = one.data.get("when")
    if not isinstance(when, Mapping):
        return
    kinds = {Kind(str(kind)) for kind in several(when.get("kind", ()))}
    if kinds and not kinds & TICKETED and one.rule.then.kind is None:
        text = f"mail of the kind {' or '.join(sorted(kinds))} becomes no ticket: nothing is done"
        yield one.fault(("when", "kind"), text, f"then: {{kind: …}}, one of: {', '.join(SETTABLE)}")
    for at, flag in enumerate(several(when.get("flag", ()))):
        if flag not in flags:
            text = f"no rule before this one sets the flag '{flag}'"
            yield one.fault(("when", "flag", at), text, "put the rule that does before it")
    for part, loc in asked(one):
        for at, score in enumerate(mappings(part.get("model", ()))):
            label = str(score.get("label"))
            if taught and label not in taught:
                here = (*loc, "model", at, "label")
                text = f"the model is not taught '{label}': it has no score for it"
                yield one.fault(here, text, "teach it in prompts/, or leave the question out")


def asked(one: Written) -> Iterator[tuple[When, Loc]]:
    """Go through every mapping that asks something, however deep."""
    for key in ("when", "unless"):
        if (given := one.data.get(key)) is not None:
            yield from _within(given, (key,))


def _within(given: object, loc: Loc) -> Iterator[tuple[When, Loc]]:
    if isinstance(given, list):
        for at, part in enumerate(given):
            yield from _within(part, (*loc, at))
    elif isinstance(given, Mapping):
        yield given, loc
        for key in ("any", "all", "unless"):
            if key in given:
                yield from _within(given[key], (*loc, key))


def _everything(one: Written, part: When, loc: Loc) -> Iterator[Fault]:
    """Find globs and patterns that match whatever there is, and patterns that cost too much."""
    for key, values in _VALUES.items():
        for at, text in enumerate(several(part.get(key, ()))):
            compiled = glob(str(text))
            if all(compiled.covers(value.encode()) for value in values):
                said = f"'{text}' covers every value"
                yield one.fault((*loc, key, at), said, f"leave '{key}' out, or narrow it")
    headers = part.get("header")
    for name, given in headers.items() if isinstance(headers, Mapping) else ():
        globs = given.get("is", ()) if isinstance(given, Mapping) else given
        if any(covers_glob(str(text), "*") for text in several(globs)):
            said = f"it is only asked whether there is a header {name}"
            yield one.fault((*loc, "header", name), said, f"{name}: {{present: true}}")
    for at, text in enumerate(several(part.get("pattern", ()))):
        compiled = pattern(str(text))
        here = (*loc, "pattern", at)
        if all(compiled.hits(value.encode()) for value in _TEXTS):
            yield one.fault(here, f"'{text}' matches nearly every mail", "narrow it")
        if compiled.compiled.programsize > LARGEST:
            said = "the pattern is very large: it costs time on every mail"
            yield one.fault(here, said, "repeat less, or split it")


def _twice(one: Written, part: When, loc: Loc) -> Iterator[Fault]:
    """Find words and globs that an earlier or a wider one of the same list says already."""
    for key in ("words", *_VALUES):
        given = [_Said(str(text)) for text in several(part.get(key, ()))]
        first: dict[str, int] = {}
        for at, said in enumerate(given):
            here = (*loc, key, at)
            if first.setdefault(said.folded, at) != at:
                yield one.fault(here, f"'{said.text}' stands here twice", "leave one out")
            elif (wider := next(_wider(key, given, said), None)) is not None:
                text = f"'{said.text}' adds nothing: '{wider.text}' matches wherever it does"
                yield one.fault(here, text, "leave one out")


class _Said:
    """One word, phrase or glob; `key` is its longest part without `*` and `?`."""

    def __init__(self, text: str) -> None:
        self.text, self.folded = text, fold(text)
        self.key = max(self.folded.replace("?", STAR).split(STAR), key=len)


def _wider(key: str, given: Sequence[_Said], narrow: _Said) -> Iterator[_Said]:
    """Go through those that match wherever a narrow one does; most are told apart at a glance."""
    like = (one for one in given if one.key in narrow.folded and one.folded != narrow.folded)
    for wide in like:
        if (
            covers_phrase((wide.text,), narrow.text)
            if key == "words"
            else covers_glob(wide.text, narrow.text)
        ):
            yield wide


def _behind(one: Written, before: Sequence[Written]) -> Iterator[Fault]:
    """Find what earlier rules leave of this one: nothing, a copy, or nothing to say."""
    over = [each for each in before if _outlives(each, one) and implies(one.when, each.when)]
    stops = next((each for each in over if each.rule.stop), None)
    if stops is not None:
        text = f"the rule '{one.rule.id}' is never reached: {stops.place} stops whatever it matches"
        yield one.fault(("id",), text, "put it before that one, or narrow that one")
        return
    same = next((each for each in over if _same(each, one)), None)
    if same is not None:
        text = f"the rule '{one.rule.id}' says the same as {same.place}"
        yield one.fault(("id",), text, "leave one out")
        return
    sets = [key for key in one.then if key in _FIRSTS]
    if sets and len(sets) == len(one.then) and not one.rule.stop:
        by = [next((each for each in over if key in each.then), None) for key in sets]
        told = [each.place for each in by if each is not None]
        if len(told) == len(sets):
            text = f"the rule '{one.rule.id}' is always overruled, by {_listed(told)}"
            yield one.fault(("id",), text, "put it before that one, or leave it out")


def _outlives(before: Written, one: Written) -> bool:
    """Say whether a rule is asked wherever a later one is.

    Not past its end; and while the kind is judged, rules that ask what nobody knows yet are not.
    """
    ends, last = before.rule.until, one.rule.until
    early = one.rule.then.kind is not None and bool(before.rule.asks & UNREAD)
    return not early and (ends is None or (last is not None and last <= ends))


def _same(before: Written, one: Written) -> bool:
    return (
        implies(before.when, one.when)
        and before.then == one.then
        and before.rule.stop == one.rule.stop
    )


def _listed(several_places: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(several_places))
