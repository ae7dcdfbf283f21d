"""The lock: what everybody installs, whole, and from wherever their pip looks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked() -> dict[str, list[tuple[Requirement, int]]]:
    """Return name → each of its requirements, with the number of its hashes."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    for entry in LOCK.replace(" \\\n", " ").splitlines():
        if not entry or entry.startswith("#"):
            continue
        text, *hashes = re.split(r"\s+--hash=sha256:", entry)
        requirement = Requirement(text)
        found.setdefault(canonicalize_name(requirement.name), []).append((requirement, len(hashes)))
    return found


def test_every_requirement_is_pinned_and_hashed() -> None:
    entries = [entry for entries in locked().values() for entry in entries]
    assert len(entries) > 50
    for requirement, hashes in entries:
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, requirement


def test_the_lock_holds_everything_that_the_project_asks_for() -> None:
    lock = locked()
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    for extra in PROJECT["project"]["optional-dependencies"].values():
        wanted += extra
    for requirement in map(Requirement, wanted):
        for pinned, _ in lock[canonicalize_name(requirement.name)]:
            (specifier,) = pinned.specifier
            assert requirement.specifier.contains(specifier.version), (requirement, pinned)


def test_the_lock_names_no_address_and_no_place() -> None:
    assert re.findall(r"\S*(?:://|@ |file:|--index|--find|--extra|/\w+/)\S*", LOCK) == []


def test_no_torch_is_ever_installed() -> None:
    assert not {name for name in locked() if name.startswith(("torch", "nvidia-"))}
