from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from triage.cli.account import drop_to_owner

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

DROP = """
import os, sys
from pathlib import Path
from triage.cli.account import drop_to_owner
drop_to_owner(Path(sys.argv[1]))
Path(sys.argv[1]).with_name("made.db").touch()
print(*os.getresuid(), *os.getresgid(), os.environ["HOME"])
try:
    os.setuid(0)
except PermissionError:
    print("no way back")
"""

STRANGER = """
import os, sys
from pathlib import Path
from triage.cli.ending import Finding
from triage.cli.account import check_access
os.setresgid(54321, 54321, 54321)
os.setresuid(54321, 54321, 54321)
try:
    check_access(Path(sys.argv[1]), write=sys.argv[2] == "write")
    print("let in")
except Finding as finding:
    print(finding.message)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder that everybody may enter: those of pytest are for root alone."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def dropped(store: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", DROP, str(store)],
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": "/root"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split("\n")


@AS_ROOT
def test_root_becomes_the_owner_of_the_store_for_good(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    store = folder / "triage.db"
    store.touch()
    for path in (folder, store):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    ids, way_back, _ = dropped(store)
    uid, gid = str(nobody.pw_uid), str(nobody.pw_gid)
    assert ids.split() == [uid, uid, uid, gid, gid, gid, nobody.pw_dir]
    assert way_back == "no way back"
    assert (folder / "made.db").stat().st_uid == nobody.pw_uid


@AS_ROOT
def test_a_store_that_is_not_there_yet_belongs_to_its_folder(folder: Path) -> None:
    os.chown(folder, 54321, 54322)
    ids, _, _ = dropped(folder / "triage.db")
    assert ids.split() == ["54321"] * 3 + ["54322"] * 3 + ["/"]


@AS_ROOT
def test_a_store_of_root_leaves_root_as_it_is(folder: Path) -> None:
    assert dropped(folder / "triage.db")[0].split() == ["0"] * 6 + ["/root"]


def test_nobody_but_root_changes(tmp_path: Path) -> None:
    before = os.getresuid(), os.getresgid()
    drop_to_owner(tmp_path / "triage.db")
    assert (os.getresuid(), os.getresgid()) == before


@AS_ROOT
@pytest.mark.parametrize(
    ("folder_mode", "store_mode", "aim", "said"),
    [
        (0o755, 0o644, "read", "let in"),
        (0o755, 0o600, "read", "run this as root"),
        (0o755, 0o666, "write", "run this as root"),
        (0o777, 0o644, "write", "run this as root"),
        (0o777, 0o666, "write", "let in"),
        (0o700, 0o644, "read", "run this as its owner or root"),
    ],
)
def test_a_stranger_is_told_whose_the_store_is(
    folder: Path, folder_mode: int, store_mode: int, aim: str, said: str
) -> None:
    store = folder / "state" / "triage.db"
    store.parent.mkdir()
    store.touch()
    store.chmod(store_mode)
    store.parent.chmod(folder_mode)
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, str(store), aim],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.rstrip().endswith(said)
