"""Files of labelled texts, as CSV or JSON lines, with every fault at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.config.faults import Faults, near, read_text, shown
from triage.errors import ConfigError, Fault
from triage.training.evaluate import Labelled

MOST = 20
"""Faults that are told of one file."""

TEXT, LABEL = "text", "label"


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands in one line: a text, and its label where one is asked for."""

    text: str
    label: str


def read_labelled(path: Path) -> Labelled:
    """Read texts with their labels: CSV with the columns `text` and `label`, or JSON lines.

    Further columns are passed over. Columns are parted by commas, semicolons or tabs.

    Raises:
        ConfigError: with every fault, its line and its remedy.
    """
    rows = _rows(path, (TEXT, LABEL))
    return Labelled(tuple(row.text for row in rows), tuple(row.label for row in rows))


def read_texts(path: Path) -> tuple[str, ...]:
    """Read texts alone: CSV or JSON lines with `text`, else each line is a text.

    Raises:
        ConfigError: as `read_labelled` does.
    """
    lines = read_text(path).split("\n")
    first = lines[0].strip()
    if first.startswith("{") or _parted_by(first, (TEXT,)) is not None:
        return tuple(row.text for row in _rows(path, (TEXT,)))
    texts = tuple(line.strip() for line in lines if line.strip())
    if not texts:
        raise ConfigError((Fault(shown(path), 0, 0, "there is no text in it", "a text a line"),))
    return texts


def _rows(path: Path, wanted: tuple[str, ...]) -> list[_Row]:
    text, file, faults = read_text(path), shown(path), Faults()
    told = _json_rows if text.lstrip().startswith("{") else _csv_rows
    rows: list[_Row] = []
    wrong = 0
    for line, found in told(text, wanted):
        if isinstance(found, _Row):
            rows.append(found)
            continue
        wrong += 1
        if wrong <= MOST:
            column, words, remedy = found
            faults.add(Fault(file, line, column, words, remedy))
    if wrong > MOST:
        faults.add(Fault(file, 0, 0, f"{wrong - MOST} more lines have faults"))
    if not rows and not wrong:
        remedy = 'write {"text": …, "label": …} a line, or CSV with these columns'
        faults.add(Fault(file, 0, 0, "there is no text in it", remedy))
    faults.raise_any()
    return rows


_Wrong = tuple[int, str, str]
"""A column, what is wrong there, and the remedy."""


def _json_rows(text: str, wanted: tuple[str, ...]) -> Iterator[tuple[int, _Row | _Wrong]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError as exc:
            column = getattr(exc, "colno", 1)
            words = "this line is no JSON object"
            yield number, (column, words, "one object a line, with no line break in it")
            continue
        if not isinstance(given, dict):
            yield number, (1, "this line is no JSON object", 'write {"text": …, "label": …}')
        else:
            yield number, _row(given, wanted)


def _csv_rows(text: str, wanted: tuple[str, ...]) -> Iterator[tuple[int, _Row | _Wrong]]:
    parted = _parted_by(text.split("\n", 1)[0], wanted)
    if parted is None:
        head = [name.strip() for name in text.split("\n", 1)[0].split(",")]
        missing = [name for name in wanted if name not in head]
        words = f"there is no column '{missing[0]}'"
        yield 1, (1, words, near(missing[0], head) or f"name the columns: {','.join(wanted)}")
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted, strict=True)
    head, line = [name.strip() for name in next(reader)], reader.line_num + 1
    try:
        for values in reader:
            if values:
                yield line, _csv_row(head, values, wanted)
            line = reader.line_num + 1
    except csv.Error as exc:
        words = f"this is no CSV: {exc}"
        yield line, (1, words, 'write a text that holds a quotation mark as "so ""quoted"" here"')


def _csv_row(head: list[str], values: list[str], wanted: tuple[str, ...]) -> _Row | _Wrong:
    if len(values) > len(head):
        words = f"{len(values)} values for {len(head)} columns"
        return 1, words, "put a text that holds the separator in quotation marks"
    return _row(dict(zip(head, values, strict=False)), wanted)


def _row(given: Mapping[str, object], wanted: tuple[str, ...]) -> _Row | _Wrong:
    found: dict[str, str] = {}
    for key in wanted:
        if key not in given:
            return 1, f"there is no '{key}'", near(key, given) or f"name the {key}"
        value = given[key]
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return 1, f"'{key}' should be text", "put it in quotation marks"
        found[key] = str(value).strip()
        if not found[key]:
            return 1, f"'{key}' is empty", "fill it in, or leave the line out"
    return _Row(found[TEXT], found.get(LABEL, ""))


def _parted_by(head: str, wanted: tuple[str, ...]) -> str | None:
    """Return what parts the columns of a first line, or None where it does not name them all."""
    for parted in ",;\t":
        names = [name.strip().strip('"') for name in head.strip().split(parted)]
        if all(name in names for name in wanted):
            return parted
    return None
