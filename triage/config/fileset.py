"""Rules and prompts as one set of names and texts: read once, kept, and put back byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from triage.config.faults import shown
from triage.errors import ConfigError, Fault


def read_folder(name: str, folder: Path) -> dict[str, str]:
    """Read every file below `folder`, each named by its way from there, after `name`.

    Hidden files are left out, and schemas, which only editors read. Bytes that are not UTF-8 stand
    as surrogates, and come back.

    Raises: ConfigError where a file cannot be read.
    """
    try:
        found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    except OSError as exc:
        raise _unreadable(folder, exc) from exc
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": read_whole(path)
        for path in found
        if not path.name.startswith(".") and not path.name.endswith(".schema.json")
    }


def read_whole(path: Path) -> str:
    """Read one file, every byte of it. Raises: ConfigError."""
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as exc:
        raise _unreadable(path, exc) from exc


def _unreadable(path: Path, exc: OSError) -> ConfigError:
    reason = (exc.strerror or type(exc).__name__).lower()
    return ConfigError((Fault(shown(path), 0, 0, f"cannot be read: {reason}"),))


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Write what `read_folder` returned below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))


def digest(files: Iterable[tuple[str, str]]) -> str:
    """Return 12 hex digits of SHA-256 over the names and contents of `files`."""
    whole = hashlib.sha256()
    for name, text in files:
        content = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
        whole.update(f"{name}\0".encode("utf-8", "surrogateescape"))
        whole.update(content)
    return whole.hexdigest()[:12]
