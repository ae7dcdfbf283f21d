"""The folder of things made once: converted encoders and trained heads, by content hash.

A thing is made in a folder beside its place and renamed into it, under a lock:
two processes or a kill at any line leave nothing half made, and a folder whose
files are not what was written is made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MANIFEST = "made.json"


def cache_folder() -> Path:
    """Return `$CACHE_DIRECTORY` (as systemd sets it), else the user's cache folder for `triage`."""
    if given := os.environ.get("CACHE_DIRECTORY"):
        return Path(given.partition(":")[0])
    if home := os.environ.get("XDG_CACHE_HOME"):
        return Path(home) / "triage"
    return Path.home() / ".cache" / "triage"


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_whole(folder: Path) -> bool:
    """Whether a made folder holds every file that was written into it, unchanged."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())
        return all(file_hash(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, AttributeError):
        return False


def made(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return `folder`, made by `make` if it is not there whole; waits for another maker.

    `make` is given an empty folder to fill. What it raises goes on, and leaves nothing.
    """
    if is_whole(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_name(folder.name + ".lock")):
        if is_whole(folder):
            return folder
        # Under the lock nobody else is at work: whatever lies beside it was left by a kill.
        for left in folder.parent.glob(f"{folder.name}.*.part"):
            shutil.rmtree(left, ignore_errors=True)
        part = Path(tempfile.mkdtemp(".part", folder.name + ".", folder.parent))
        try:
            make(part)
            _seal(part)
            shutil.rmtree(folder, ignore_errors=True)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder


def _seal(part: Path) -> None:
    """Write down what the folder holds, and see it on the disk before it gets its name."""
    part.chmod(0o755)
    files = {
        path.relative_to(part).as_posix(): file_hash(path)
        for path in sorted(part.rglob("*"))
        if path.is_file()
    }
    (part / MANIFEST).write_text(json.dumps(files, indent=1))
    for name in (*files, MANIFEST):
        (part / name).chmod(0o644)  # the cache may be shared between users
        with (part / name).open("rb") as file:
            os.fsync(file.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
