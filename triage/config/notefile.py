"""One note to a requester in one language: its words, and an admin's own HTML beside them.

    ---
    reviewed_by: Amélie Roux
    subject: votre message
    ---
    Bonjour{% if first_name %} {{ first_name }}{% endif %},
    …

What stands above the second `---` is about the text; it may be left out. `reviewed_by: null`
says that nobody who speaks the language has vouched for the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Template

from triage.config.faults import Faults, near, read_text, shown
from triage.config.pagefile import page_faults
from triage.config.promptfile import split
from triage.config.textfile import LONGEST_PAGE, Text, compile_text, environment
from triage.config.textvalues import NOTE_VARIABLES
from triage.config.yamlfile import parse_yaml
from triage.errors import ConfigError

_KEYS = ("reviewed_by", "subject")
_NOBODY = ("", "null", "none", "~")
_SUBJECT = "your message"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """One note, ready to be written: `plain`, and `page` where an admin wrote the HTML.

    `reviewed` False: the file says that nobody has vouched for it. `subject` stands for a
    subject that is not repeated. `source` is what was typed.
    """

    language: str
    plain: Text
    page: Text | None = None
    reviewed: bool = True
    subject: str = _SUBJECT
    source: str = ""

    @property
    def file(self) -> str:
        """The file of the plain words."""
        return self.plain.file


def read_note(path: Path, language: str, subject: str, faults: Faults) -> NoteText | None:
    """Read and compile one file; None where it has faults, which are kept.

    `subject` is that of the text which this one takes the place of, or "".
    """
    try:
        return _note(shown(path), read_text(path), language, subject)
    except ConfigError as error:
        faults.take(error)
        return None


@lru_cache(maxsize=256)
def _note(file: str, text: str, language: str, subject: str) -> NoteText:
    """Compile what stands in a file, once for each content. Raises: ConfigError."""
    faults = Faults()
    head, source = _parted(text, file)
    document = parse_yaml(head, file, first_line=2)
    for key, value in document.data.items():
        if key not in _KEYS:
            wrong = f"unknown key '{key}'"
            faults.add(document.fault((key,), wrong, near(key, _KEYS), key=True))
        elif isinstance(value, dict | list) or (key == "subject" and not value):
            faults.add(document.fault((key,), f"'{key}' should be text"))
    template = _compiled(file, source, faults)
    faults.raise_any()
    if template is None:
        raise RuntimeError("a text that was not read left no fault")
    vouched = str(document.data.get("reviewed_by", file)).strip().casefold()
    return NoteText(
        language=language,
        plain=Text(file, language, template),
        reviewed=vouched not in _NOBODY,
        subject=str(document.data.get("subject") or subject or _SUBJECT),
        source=source,
    )


def _compiled(file: str, source: str, faults: Faults) -> Template | None:
    try:
        return compile_text(environment(), file, source, NOTE_VARIABLES)
    except ConfigError as error:
        faults.take(error)
        return None


def subject_of(path: Path) -> str:
    """Return what a file says stands for a subject; "" where it says nothing, or is not there."""
    try:
        head, _ = _parted(read_text(path), shown(path))
        return str(parse_yaml(head, shown(path)).data.get("subject") or "").strip()
    except ConfigError:
        return ""  # what is wrong with a file is said where it is read


def read_page(path: Path, language: str, faults: Faults) -> Text | None:
    """Read and compile the HTML of a note; None where it has faults, which are kept."""
    file, wrong = shown(path), len(faults)
    try:
        source = read_text(path)
        faults.add(*page_faults(file, source))
        template = compile_text(environment(html=True), file, source, NOTE_VARIABLES)
    except ConfigError as error:
        faults.take(error)
        return None
    return Text(file, language, template, LONGEST_PAGE) if len(faults) == wrong else None


def _parted(text: str, file: str) -> tuple[str, str]:
    """Return front matter and text; the text keeps its lines' numbers. Raises: ConfigError."""
    if text.split("\n", 1)[0].rstrip() != "---":
        return "", text
    front, body, first = split(text, file)
    return front, "\n" * (first - 1) + "\n".join(body)
