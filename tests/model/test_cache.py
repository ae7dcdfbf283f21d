"""The folder of things made once: whole or not at all, and made again when damaged."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from triage.model.cache import is_whole, made


def write(part: Path) -> None:
    (part / "deep").mkdir()
    (part / "deep/a").write_bytes(b"a" * 1000)


def test_what_is_there_whole_is_not_made_again(tmp_path: Path) -> None:
    made(tmp_path / "thing", write)

    def fail(part: Path) -> None:
        raise AssertionError

    assert (made(tmp_path / "thing", fail) / "deep/a").stat().st_size == 1000


@pytest.mark.parametrize("damage", [b"", b"a" * 999 + b"b", b"a" * 1001])
def test_a_damaged_folder_is_made_again(tmp_path: Path, damage: bytes) -> None:
    folder = made(tmp_path / "thing", write)
    (folder / "deep/a").write_bytes(damage)
    assert not is_whole(folder)
    assert is_whole(made(folder, write))


def test_a_folder_with_a_file_missing_is_made_again(tmp_path: Path) -> None:
    folder = made(tmp_path / "thing", write)
    (folder / "deep/a").unlink()
    assert is_whole(made(folder, write))


def test_a_damaged_manifest_is_no_whole_folder(tmp_path: Path) -> None:
    folder = made(tmp_path / "thing", write)
    for text in ("", "[]", "{", "7"):
        (folder / "made.json").write_text(text)
        assert not is_whole(folder)


def test_what_a_maker_raises_leaves_nothing(tmp_path: Path) -> None:
    def break_off(part: Path) -> None:
        write(part)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        made(tmp_path / "thing", break_off)
    assert [path.name for path in tmp_path.iterdir()] == ["thing.lock"]


def test_what_a_killed_maker_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "thing.abc.part").mkdir()
    made(tmp_path / "thing", write)
    assert not list(tmp_path.glob("*.part"))


def test_of_many_makers_one_works_and_all_get_it(tmp_path: Path) -> None:
    calls: list[Path] = []
    together = threading.Barrier(4)

    def count(part: Path) -> None:
        calls.append(part)
        write(part)

    def one(_: int) -> Path:
        together.wait()
        return made(tmp_path / "thing", count)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one, range(4))) == {tmp_path / "thing"}
    assert len(calls) == 1
