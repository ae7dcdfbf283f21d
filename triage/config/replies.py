"""`prompts/replies/*.md`: replies that are proposed to agents, tried out before anybody uses one.

    ---
    name: photo-request
    title: Ask for a photo of the damage
    language: en
    ---
    Hello{% if first_name %} {{ first_name }}{% endif %},
    could you send us a photo?

A file is named as its reply is, with the language behind it where there are several:
`photo-request.md`, `photo-request.de.md`. A file of the same name in a later folder replaces the
one beneath it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from triage.config.faults import Document, Faults, near, read_text, shown
from triage.config.promptfile import split
from triage.config.textfile import Text, compile_text, environment
from triage.config.values import is_slug
from triage.config.wording import locale_of
from triage.config.yamlfile import parse_yaml
from triage.core.tags import main_part
from triage.errors import ConfigError, Fault

REPLY_VARIABLES = frozenset(
    {"agent_name", "agent_first_name", "first_name", "reference", "queue", "brand", "desk_phone"}
    | {"referral", "referral_where"}
)
"""What a reply may name, beside every fact by its own name; "" where there is nothing to say."""

_FOLDER = "replies"
_KEYS = ("name", "title", "language")
_NAME = re.compile(r"(?P<name>[^.]+)(?:\.(?P<language>[A-Za-z]{2}(?:[-_][A-Za-z]{2})?))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply in one language; `text.write` renders it with exactly its variables."""

    name: str
    title: str
    language: str
    text: Text


@dataclass(frozen=True, slots=True)
class Replies:
    """Every reply in force, by its name and language; `site` is the site's language."""

    site: str
    every: Mapping[tuple[str, str], Reply]

    @property
    def names(self) -> frozenset[str]:
        """The names of all replies, whatever their language."""
        return frozenset(name for name, _ in self.every)

    def reply(self, name: str, language: str | None = None) -> Reply | None:
        """Return a reply in `language`, else in the site's, else in the first there is."""
        for tag in (language, language and main_part(language), self.site):
            if tag and (name, tag) in self.every:
                return self.every[name, tag]
        return next((self.every[key] for key in sorted(self.every) if key[0] == name), None)


def load_replies(
    *folders: Path, language: str = "en", facts: Collection[str] | None = ()
) -> Replies:
    """Read and try out the replies below `folders`, each a `prompts/`.

    `language` is the site's: that of a reply that names none. `facts` are the names of facts;
    None: they are not known, and any name will do.

    Raises: ConfigError with every fault of every file.
    """
    faults, every = Faults(), dict[tuple[str, str], Reply]()
    for path in _files(folders):
        try:
            reply = _reply(path, language, facts)
        except ConfigError as exc:
            faults.take(exc)
            continue
        if (reply.name, reply.language) in every:
            there = every[reply.name, reply.language].text.file
            text = f"a second reply '{reply.name}' in the language {reply.language}"
            faults.add(Fault(shown(path), 0, 0, text, f"the first one is {there}"))
        every.setdefault((reply.name, reply.language), reply)
    faults.raise_any()
    return Replies(language, every)


def reply_names(*folders: Path) -> frozenset[str]:
    """Return the names of all replies, right or wrong."""
    return frozenset(path.stem.partition(".")[0] for path in _files(folders))


def _files(folders: Iterable[Path]) -> list[Path]:
    found = {
        path.name: path for folder in folders for path in sorted((folder / _FOLDER).glob("*.md"))
    }
    return [found[name] for name in sorted(found)]


def _reply(path: Path, site: str, facts: Collection[str] | None) -> Reply:
    """Read one file. Raises: ConfigError with every fault of it."""
    file, faults = shown(path), Faults()
    front, body, first = split(read_text(path), file)
    head = parse_yaml(front, file, first_line=2)
    name, language = _head(head, path.stem, site, faults)
    # As many empty lines as the front matter has: so a fault of the text stands in its own line.
    source = "\n" * (first - 1) + "\n".join(body)
    text = None
    try:
        text = _text(environment(), file, language, source, facts)
    except ConfigError as exc:
        faults.take(exc)
    faults.raise_any()
    if text is None:
        raise RuntimeError("a reply that was not read left no fault")
    title = str(head.data.get("title") or name)
    return Reply(name=name, title=title, language=language, text=text)


def _head(head: Document, stem: str, site: str, faults: Faults) -> tuple[str, str]:
    """Check the front matter; return name and language."""
    for key, value in head.data.items():
        if key not in _KEYS:
            faults.add(head.fault((key,), f"unknown key '{key}'", near(key, _KEYS), key=True))
        elif not isinstance(value, str):
            faults.add(head.fault((key,), f"'{key}' should be text"))
    typed = _NAME.fullmatch(stem)
    named, tag = (typed["name"], typed["language"]) if typed else (stem, None)
    if not typed or not is_slug(named):
        text, remedy = "not the name of a reply", "photo-request.md, photo-request.de.md"
        faults.add(Fault(head.file, 0, 0, text, remedy))
    name = head.data.get("name")
    if name is None:
        faults.add(head.fault((), "the name is missing", f"name: {named}"))
    elif name != named:
        text = f"'{name}' stands in a file named '{stem}.md'"
        faults.add(head.fault(("name",), text, f"name: {named}"))
    language = str(head.data.get("language") or tag or site)
    if locale_of(language) is None:
        remedy = "two letters of ISO 639-1, such as en or de"
        faults.add(head.fault(("language",), f"'{language}' is not a language", remedy))
    elif tag and language != tag:
        text = f"the language '{language}' stands in a file named '{stem}.md'"
        faults.add(head.fault(("language",), text, f"language: {tag}"))
    return named, language


def _text(
    env: ImmutableSandboxedEnvironment,
    file: str,
    language: str,
    source: str,
    facts: Collection[str] | None,
) -> Text:
    """Compile a text and render it with everything known, and with nothing. Raises: ConfigError."""
    variables = REPLY_VARIABLES | frozenset(facts or ())
    if facts is None:
        variables |= _names_in(env, source)
    text = Text(file, language, compile_text(env, file, source, variables))
    for value in ("", "Zo\u00eb {{ x }}"):
        text.write(dict.fromkeys(variables, value))
    return text


def _names_in(env: ImmutableSandboxedEnvironment, source: str) -> frozenset[str]:
    """Return every name that a text uses, as far as it can be read."""
    try:
        return frozenset(find_undeclared_variables(env.parse(source)))
    except TemplateSyntaxError:
        return frozenset()
