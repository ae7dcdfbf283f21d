"""The texts that people get: `prompts/acknowledgement/` and `prompts/alerts/`, tried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment

from triage.config.faults import Faults, read_text, shown
from triage.config.rehearsal import alert_faults, letter_faults
from triage.config.textfile import Text, compile_text, environment
from triage.config.textvalues import (
    ALERT_VARIABLES,
    LETTER_VARIABLES,
    alert_values,
    letter_values,
)
from triage.config.wording import locale_of
from triage.core.letter import Alert, Letter
from triage.errors import ConfigError, Fault

FORMAL, LINE = "formal", "line"
ALERTS = ("warning", "breach")


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text in force, checked. `site` is the language of whoever speaks none of the others."""

    site: str
    acknowledgements: Mapping[tuple[str, str], Text]
    alerts: Mapping[tuple[str, str], Text]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a requester can be acknowledged in, in order."""
        return tuple(sorted(lang for lang, variant in self.acknowledgements if not variant))

    def language_for(self, language: str | None, speaks: Iterable[str] = ()) -> str:
        """Return the language a requester of `language` is written to by somebody who `speaks`.

        Their own where there is a text in it (`pt` will do for `pt-BR`) and the owner speaks
        it (nothing said: any); else the site's.
        """
        spoken = set(speaks)
        for tag in (language, language and language.replace("_", "-").partition("-")[0]):
            if tag and (tag, "") in self.acknowledgements and (not spoken or tag in spoken):
                return tag
        return self.site

    def acknowledgement(self, language: str | None, letter: Letter, *, formal: bool = False) -> str:
        """Return the words of an acknowledgement to a requester who writes in `language`.

        Where they get the site's language instead, one English line stands above it, unless
        the site's is English. `formal` takes the formal text where there is one.

        Raises:
            ConfigError: the text cannot be rendered; it was tried out, so this means a bug.
        """
        chosen = self.language_for(language, letter.speaks)
        text = self.acknowledgements.get((chosen, FORMAL)) if formal else None
        text = text or self.acknowledgements[chosen, ""]
        words = text.write(letter_values(letter, text.language))
        foreign = language is not None and not _same(language, chosen) and not _same("en", chosen)
        line = self.acknowledgements.get(("en", LINE)) if foreign else None
        if line is None:
            return words
        return f"{line.write(letter_values(letter, 'en'))}\n{words}"

    def alert(self, kind: str, alert: Alert, language: str = "en") -> str:
        """Return the words of an alert of `kind` ("warning", "breach") to one of us.

        Raises:
            ConfigError: the text cannot be rendered; it was tried out, so this means a bug.
        """
        text = self.alerts.get((kind, language)) or self.alerts[kind, "en"]
        return text.write(alert_values(alert, text.language))


def load_texts(*folders: Path, language: str = "en") -> Texts:
    """Read and try out the texts below `folders`, each a `prompts/`.

    A later folder replaces files of the same name. `language` is the site's.

    Raises:
        ConfigError: every fault of every file, with line and column.
    """
    faults, env = Faults(), environment()
    acknowledgements: dict[tuple[str, str], Text] = {}
    for path in _files(folders, "acknowledgement"):
        tag, _, variant = path.stem.partition(".")
        if locale_of(tag) is None or variant not in ("", FORMAL, LINE):
            remedy = "name it by language: en.txt, de.txt, de.formal.txt"
            faults.add(Fault(shown(path), 0, 0, "not the name of a text", remedy))
        elif text := _read(env, path, tag, LETTER_VARIABLES, faults):
            acknowledgements[tag, variant] = text
            faults.add(*letter_faults(text, whole=variant != LINE))
    alerts: dict[tuple[str, str], Text] = {}
    for path in _files(folders, "alerts"):
        kind, _, tag = path.stem.partition(".")
        if locale_of(tag) is None or kind not in ALERTS:
            remedy = "name it by kind and language: warning.en.txt, breach.en.txt"
            faults.add(Fault(shown(path), 0, 0, "not the name of a text", remedy))
        elif text := _read(env, path, tag, ALERT_VARIABLES, faults):
            alerts[kind, tag] = text
            faults.add(*alert_faults(text))
    _check_there(folders, language, faults)
    faults.raise_any()
    return Texts(language, acknowledgements, alerts)


def _same(one: str, other: str) -> bool:
    return one.replace("_", "-").partition("-")[0] == other.replace("_", "-").partition("-")[0]


def _files(folders: Iterable[Path], below: str) -> list[Path]:
    found = {
        path.name: path for folder in folders for path in sorted((folder / below).glob("*.txt"))
    }
    return [found[name] for name in sorted(found)]


def _read(
    env: ImmutableSandboxedEnvironment,
    path: Path,
    language: str,
    variables: frozenset[str],
    faults: Faults,
) -> Text | None:
    file = shown(path)
    try:
        return Text(file, language, compile_text(env, file, read_text(path), variables))
    except ConfigError as error:
        faults.take(error)
        return None


def _check_there(folders: Iterable[Path], site: str, faults: Faults) -> None:
    """Miss what has no file; a file with faults is there, and has said so itself."""
    shown_folders = " or ".join(shown(folder) for folder in folders)
    needed = {"acknowledgement": [f"{site}.txt"], "alerts": [f"{kind}.en.txt" for kind in ALERTS]}
    for below, names in needed.items():
        there = {path.name for path in _files(folders, below)}
        for name in names:
            if name not in there:
                faults.add(Fault(f"{shown_folders}/{below}/{name}", 0, 0, "this text is missing"))
