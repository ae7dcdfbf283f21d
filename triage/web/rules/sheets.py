"""The tables of the rules: what each did, what a draft would change, and which sets there were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from triage.core.rules import Rule
from triage.report.words import DASH, percent
from triage.store.tuning import RuleHits
from triage.store.versions import AppliedSet, Change
from triage.trial.replay import WHAT
from triage.web.render import Reader, marked
from triage.web.sheets import Cell, Column, Field, Form, Sheet, moment, number

_WHAT = {
    "queue": marked("queue"),
    "priority": marked("priority"),
    "acknowledgement": marked("acknowledgement"),
    "deadline": marked("deadline"),
}
_NAMED = 5


def hits(read: Reader, rules: Sequence[Rule], every: Sequence[RuleHits], days: int) -> Sheet:
    """Return what each rule did, those that never fired too: they may be dead, or new."""
    by_name = {one.rule: one for one in every}
    known = {rule.id for rule in rules}
    rows = [_hit(rule, by_name.get(rule.id)) for rule in rules]
    rows += [
        (
            Cell(text=one.rule),
            Cell(text=read.say("not in the set any more")),
            Cell(text=DASH),
            number(one.hits),
            number(one.overruled),
            number(one.moved),
        )
        for one in every
        if one.rule not in known
    ]
    return Sheet(
        name="hits",
        title=read.count(
            "What each rule did in the last day",
            "What each rule did in the last %(num)s days",
            days,
        ),
        columns=(
            Column("rule", read.say("Rule")),
            Column("why", read.say("Why"), "words"),
            Column("place", read.say("File and line"), "time"),
            Column("hits", read.say("Fired"), "number"),
            Column("overruled", read.say("Overruled by an earlier one"), "number"),
            Column("moved", read.say("Its queue set right"), "number"),
        ),
        rows=tuple(sorted(rows, key=lambda row: -int(str(row[3].value)))),
        note=read.say("Counted are mails that arrived in this time, by what is kept of each."),
        empty=read.say("There are no rules: the model decides alone."),
        most=100,
    )


def _hit(rule: Rule, did: RuleHits | None) -> tuple[Cell, ...]:
    found = did or RuleHits(rule.id, 0, 0, 0)
    return (
        Cell(text=rule.id),
        Cell(text=rule.why),
        Cell(text=f"{rule.file}:{rule.line}" if rule.file else DASH),
        number(found.hits),
        number(found.overruled),
        number(found.moved),
    )


def changes(read: Reader, replay: Mapping[str, Any]) -> Sheet:
    """Return what a draft would have made of past mail, in groups with some of their tickets."""
    rows = []
    for what in WHAT:
        for group in replay.get(what) or ():
            names = ", ".join(str(name) for name in group["mails"][:_NAMED])
            rows.append(
                (
                    Cell(text=read.say(_WHAT[what]), value=what),
                    Cell(text=str(group["from"])),
                    Cell(text=str(group["to"])),
                    number(int(group["count"])),
                    Cell(text=names),
                )
            )
    return Sheet(
        name="changes",
        title=read.say("What it would have changed"),
        columns=(
            Column("what", read.say("What")),
            Column("from", read.say("Before")),
            Column("to", read.say("After")),
            Column("mails", read.say("Mails"), "number"),
            Column("some", read.say("Some of them"), "words"),
        ),
        rows=tuple(rows),
        note=" ".join(_figures(read, replay)),
        empty=read.say("Nothing was replayed."),
        most=100,
    )


def _figures(read: Reader, replay: Mapping[str, Any]) -> Iterator[str]:
    if not replay:
        return
    yield read.say(
        "%(changed)s of %(mails)s mails change, %(graver)s in more than queue or priority.",
        changed=f"{replay['changed']:,}",
        mails=f"{replay['mails']:,}",
        graver=f"{replay['graver']:,}",
    )
    right = replay["agreement"]
    if right["n"]:
        yield read.say(
            "As people set right: %(before)s before, %(after)s after, of %(many)s.",
            before=percent(right["before"] / right["n"]),
            after=percent(right["after"] / right["n"]),
            many=f"{right['n']:,}",
        )
    late = replay["late"]
    yield read.say("Late, simulated: %(before)s before, %(after)s after.", **late)


def sets(read: Reader, every: Sequence[AppliedSet]) -> Sheet:
    """Return the sets that were in force, the newest first; each can be gone back to."""
    return Sheet(
        name="sets",
        title=read.say("Sets that were in force"),
        columns=(
            Column("number", read.say("Number"), "number"),
            Column("since", read.say("Since"), "time"),
            Column("by", read.say("By")),
            Column("digest", read.say("Version")),
            Column("changes", read.say("Changes"), "words"),
            Column("tests", read.say("Tests"), "number"),
            Column("", read.say("Go back")),
        ),
        rows=tuple(
            (
                number(one.number),
                moment(read, one.at),
                Cell(text=" ".join(filter(None, (one.audit.person, one.audit.how))) or DASH),
                Cell(text=one.digest),
                Cell(text=", ".join(map(_change, one.changes)) or DASH),
                Cell(text=str(one.audit.tests.get("passed", DASH))),
                back_to(
                    read,
                    "/rules/rollback",
                    read.say("Go back to set %(number)s", number=one.number),
                    one.number,
                )
                if at
                else Cell(text=read.say("in force")),
            )
            for at, one in enumerate(every)
        ),
        empty=read.say("Nothing was applied yet."),
    )


def _change(one: Change) -> str:
    return f"{one.file} +{one.added} \N{MINUS SIGN}{one.removed}"


def back_to(read: Reader, path: str, title: str, number: int) -> Cell:
    """Return a cell with the button that goes back to a set, or to heads, of a number."""
    fields = (Field(name="number", value=str(number)),)
    return Cell(form=Form(path=path, title=title, button=read.say("Go back"), fields=fields))


def files(read: Reader, one: AppliedSet) -> Sheet:
    """Return the files of a set, beside the shipped ones."""
    return Sheet(
        name="files",
        title=read.say("Files of this set"),
        columns=(Column("file", read.say("File")), Column("lines", read.say("Lines"), "number")),
        rows=tuple(
            (Cell(text=name), number(len(text.splitlines())))
            for name, text in sorted(one.files.items())
        ),
        empty=read.say("None of its own: the shipped ones alone."),
        most=200,
    )
