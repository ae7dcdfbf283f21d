"""Where the files in force lie, and whether they lie there unchanged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from triage.config.faults import Document, Faults
from triage.config.fileset import digest, read_folder, read_whole
from triage.config.settings import Settings
from triage.config.shipped import shipped_prompts, shipped_rules, shipped_settings
from triage.config.toml import in_force, read_settings
from triage.errors import ConfigError

P = ParamSpec("P")
T = TypeVar("T")


class Kept:
    """Calls a reader, and keeps its faults instead of raising them."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(self, reader: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what the reader returns, or None where it found faults."""
        try:
            return reader(*args, **kwargs)
        except ConfigError as exc:
            self._faults.take(exc)
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the files in force lie; `prompts` are folders, a later one over the earlier.

    `document` is None for the shipped desk, and where the settings have faults.
    """

    settings: Settings
    document: Document | None
    rules: Path
    prompts: tuple[Path, ...]


def source_of(
    settings_path: Path | None,
    environment: Mapping[str, str],
    read: Kept,
    tried: Path | None = None,
    tried_prompts: Path | None = None,
) -> Source:
    """Read the settings; where they have faults, the files beside them are checked all the same.

    `tried` and `tried_prompts` are folders that take the place of those in force.
    """
    base = tried_prompts or shipped_prompts()
    if settings_path is None:
        settings, rules = shipped_settings(), tried or shipped_rules()
        return Source(settings=settings, document=None, rules=rules, prompts=over_shipped(base))
    got = read(read_settings, settings_path, environment)
    settings, document = got or (shipped_settings(), None)
    folder = settings_path.absolute().parent
    rules = tried or in_force(folder, settings.rules if got else None, shipped_rules())
    own = tried_prompts or in_force(folder, settings.prompts if got else None, base)
    return Source(
        settings=settings,
        document=document,
        rules=rules,
        prompts=over_shipped(own),
    )


def over_shipped(own: Path) -> tuple[Path, ...]:
    """Return the folders of prompts: the shipped one, and over it one's own if there is one."""
    return tuple(dict.fromkeys((shipped_prompts(), own)))


def settings_text(settings_path: Path | None) -> str | None:
    """Return the text of `triage.toml`; None where there is none, or it cannot be read."""
    try:
        return None if settings_path is None else read_whole(settings_path)
    except ConfigError:
        return None


def seen_now(settings_path: Path | None, source: Source) -> str | None:
    """Return the digest of the files as they lie there now; None where one cannot be read."""
    try:
        return files_in_force(settings_path, source)[1]
    except ConfigError:
        return None


def stood_still(
    settings_path: Path | None, source: Source, before: str | None, seen: str | None
) -> bool:
    """Say whether the files are still those of before they were loaded."""
    return settings_text(settings_path) == before and seen_now(settings_path, source) == seen


def files_in_force(settings_path: Path | None, source: Source) -> tuple[dict[str, str], str]:
    """Read the files in force; return those that are not shipped, and the digest of all.

    Names do not depend on where the folders lie, so that a set that is put back has its digest.
    """
    own: dict[str, str] = {}
    every: list[tuple[str, str]] = []
    if settings_path is not None:
        every.append(("triage.toml", read_whole(settings_path)))
    for name, folder in (("rules", source.rules), *(("prompts", at) for at in source.prompts)):
        files = read_folder(name, folder)
        every += files.items()
        if folder not in {shipped_rules(), shipped_prompts()}:
            own |= files
    return own, digest(every)
