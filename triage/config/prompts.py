"""`prompts/`: what the model is taught, one Markdown file a label, into a `Teaching`.

    ---
    name: returns
    title: Returns and damage
    ---
    What belongs here, in a paragraph or more.

    ## Examples
    - one example a bullet; a long one goes on
      in lines indented by two spaces
    ## Counter-examples
    - [orders] a text of another label, named in brackets (queues and priorities)
    - a text that is just not this (signals and kinds)

Beside these, `mails/*.jsonl` has whole mails with their labels (`config/mails.py`).

A file of the same name in another folder replaces the one beneath it, or adds
its examples where it says `extend: true`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from triage.config.faults import Document, Faults, near, read_text, shown
from triage.config.mails import load_mails
from triage.config.promptfile import COUNTER_EXAMPLES, EXAMPLES, Bullet, Sections, split
from triage.config.yamlfile import parse_yaml
from triage.core.teaching import CounterExample, Label, Teaching
from triage.core.ticket import UNSURE, Kind, Priority
from triage.errors import ConfigError, Fault

FOLDERS = ("queues", "signals", "priorities", "kinds")
KEYS = ("name", "title", "extend")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ALLOWED: Mapping[str, frozenset[str]] = {
    "priorities": frozenset(Priority),
    "kinds": frozenset(Kind),
}
_BRACKETS = re.compile(r"\[([^\]\n]*)\]\s*")


@dataclass(frozen=True, slots=True)
class _Counter:
    line: int
    example: CounterExample


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taught:
    """One file: its label, and where each text of it stands."""

    file: str
    label: Label
    extends: bool
    examples: tuple[Bullet, ...]
    counters: tuple[_Counter, ...]


def load_teaching(folder: Path, base: Teaching | None = None) -> Teaching:
    """Read `prompts/` over `base`; a folder that is not there teaches nothing of its own.

    Raises:
        ConfigError: with every fault of every file.
    """
    faults, base = Faults(), base or Teaching()
    groups: dict[str, tuple[Label, ...]] = {}
    for group in FOLDERS:
        taught = [
            one
            for path in sorted((folder / group).glob("*.md"))
            if (one := _file(path, group, faults)) is not None
        ]
        beneath = {label.name: label for label in getattr(base, group)}
        known = {**beneath, **{one.label.name: one.label for one in taught}}
        for one in taught:
            _check_labels(one, group, known, faults)
            known[one.label.name] = _over(one, beneath.get(one.label.name), faults)
        if group in ("queues", "priorities"):
            _check_twice(taught, beneath, group, faults)
        groups[group] = tuple(known[name] for name in sorted(known))
    mails = load_mails(folder / "mails", groups, faults)
    faults.raise_any()
    return Teaching(**groups, mails=dict(sorted({**base.mails, **mails}.items())))


def _file(path: Path, group: str, faults: Faults) -> _Taught | None:
    """Read one file; None where it is too broken to say what it teaches."""
    file = shown(path)
    try:
        front, body, first = split(read_text(path), file)
        head = parse_yaml(front, file, first_line=2)
    except ConfigError as exc:
        faults.take(exc)
        return None
    name = _head(head, path.stem, group, faults)
    sections = Sections(file, faults)
    sections.read(body, first)
    examples = tuple(_once(sections.bullets[EXAMPLES], file, faults))
    counters = tuple(_counters(sections.bullets[COUNTER_EXAMPLES], group, file, faults))
    description = "\n".join(sections.description).strip()
    extends = head.data.get("extend") == "true"
    if not extends and not description and not examples:
        faults.add(Fault(file, first, 1, "teaches nothing", "describe it and give examples"))
    label = Label(
        name=name,
        title=str(head.data.get("title") or name),
        description=description,
        examples=tuple(bullet.text for bullet in examples),
        counter_examples=tuple(counter.example for counter in counters),
    )
    return _Taught(file=file, label=label, extends=extends, examples=examples, counters=counters)


def _head(head: Document, stem: str, group: str, faults: Faults) -> str:
    """Check the front matter and return the label's name."""
    for key in head.data:
        if key not in KEYS:
            faults.add(head.fault((key,), f"unknown key '{key}'", near(key, KEYS), key=True))
    if head.data.get("extend") not in (None, "true", "false"):
        faults.add(head.fault(("extend",), "should be true or false"))
    if not isinstance(head.data.get("title"), str | None):
        faults.add(head.fault(("title",), "should be text"))
    name = head.data.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        text = "the name is missing" if name is None else "a name has letters a-z, digits and _"
        faults.add(head.fault(("name",), text, f"name: {stem}"))
        return stem
    allowed = _ALLOWED.get(group)
    if name != stem:
        faults.add(head.fault(("name",), f"'{name}' stands in a file named '{stem}.md'"))
    elif allowed is not None and name not in allowed:
        text = f"there is no such {_one(group)} as '{name}'"
        faults.add(head.fault(("name",), text, near(name, allowed)))
    elif group == "queues" and name == UNSURE:
        faults.add(head.fault(("name",), f"'{UNSURE}' is what the model says in doubt: not taught"))
    return name


def _once(bullets: Iterable[Bullet], file: str, faults: Faults) -> Iterator[Bullet]:
    seen: dict[str, int] = {}
    for bullet in bullets:
        if bullet.text in seen:
            text = f"the same example stands in line {seen[bullet.text]}"
            faults.add(Fault(file, bullet.line, 1, text, "take one out"))
            continue
        seen[bullet.text] = bullet.line
        yield bullet


def _counters(bullets: list[Bullet], group: str, file: str, faults: Faults) -> Iterator[_Counter]:
    for bullet in _once(bullets, file, faults):
        brackets = _BRACKETS.match(bullet.text)
        if group not in ("queues", "priorities"):
            yield _Counter(bullet.line, CounterExample(bullet.text))
        elif brackets and brackets[1]:
            text = bullet.text[brackets.end() :]
            yield _Counter(bullet.line, CounterExample(text, brackets[1]))
        else:
            text = f"which {_one(group)} does this belong to?"
            remedy = "name it first, in brackets: - [normal] …"
            if group == "queues":
                remedy = "name it first, in brackets: - [billing] …"
            faults.add(Fault(file, bullet.line, 3, text, remedy))


def _check_labels(one: _Taught, group: str, known: Mapping[str, Label], faults: Faults) -> None:
    """Fault counter-examples that name a label which is not taught, or this one."""
    for counter in one.counters:
        name = counter.example.label
        if name is None:
            continue
        if name == one.label.name:
            text = f"a counter-example of '{name}' cannot belong to '{name}'"
            faults.add(Fault(one.file, counter.line, 4, text, "make it an example"))
        elif name not in known and not (group == "priorities" and name in set(Priority)):
            text = f"there is no {_one(group)} '{name}'"
            faults.add(Fault(one.file, counter.line, 4, text, near(name, known)))


def _check_twice(
    taught: list[_Taught], beneath: Mapping[str, Label], group: str, faults: Faults
) -> None:
    """Fault a text that is taught as two queues, or as two priorities."""
    replaced = {one.label.name for one in taught if not one.extends}
    says: dict[str, tuple[str, str]] = {}
    for label in beneath.values():
        if label.name not in replaced:
            says |= dict.fromkeys(label.examples, (label.name, ""))
            says |= {c.text: (c.label or "", "") for c in label.counter_examples}
    for one in taught:
        texts = [(b.line, b.text, one.label.name) for b in one.examples]
        texts += [(c.line, c.example.text, c.example.label or "") for c in one.counters]
        for line, text, name in texts:
            other, where = says.setdefault(text, (name, f" in {one.file}:{line}"))
            if other != name:
                said = f"taught as the {_one(group)} '{name}' here and as '{other}'{where}"
                faults.add(Fault(one.file, line, 1, said, "keep one of the two"))


def _over(one: _Taught, beneath: Label | None, faults: Faults) -> Label:
    """Return a file's label, added to the one beneath it where it says `extend: true`."""
    if not one.extends:
        return one.label
    if beneath is None:
        text = f"extends '{one.label.name}', which is not taught anywhere beneath"
        faults.add(Fault(one.file, 1, 1, text, "leave out 'extend: true'"))
        return one.label
    return replace(
        beneath,
        description="\n\n".join(filter(None, (beneath.description, one.label.description))),
        examples=tuple(dict.fromkeys((*beneath.examples, *one.label.examples))),
        counter_examples=tuple(
            dict.fromkeys((*beneath.counter_examples, *one.label.counter_examples))
        ),
    )


def _one(group: str) -> str:
    return {"queues": "queue", "signals": "signal", "priorities": "priority", "kinds": "kind"}[
        group
    ]
