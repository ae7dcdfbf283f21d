"""An encoder by the name of a package: looked into, never imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.conftest import silent
from tests.model.test_folders import HIDDEN, write_folder
from triage.errors import ModelUnusable
from triage.model.encoder import open_encoder
from triage.model.sources import found_folder


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """Make a place that packages are found in."""
    place = tmp_path / "site"
    place.mkdir()
    sys.path.insert(0, str(place))
    yield place
    sys.path.remove(str(place))


def install(site: Path, name: str, folders: tuple[str, ...], family: str = "bert") -> None:
    """Write a package as pip leaves it; importing it would fail."""
    module = name.replace("-", "_")
    (site / module).mkdir()
    (site / module / "__init__.py").write_text("raise RuntimeError('imported')")
    for folder in folders:
        write_folder(site / module / folder, family)
    about = site / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    record = f"../../../bin/{name},,\n{module}/__init__.py,,\n{about.name}/METADATA,,\n"
    (about / "RECORD").write_text(record)


@pytest.mark.parametrize("by", ["tiny-encoder-of-tests", "tiny_encoder_of_tests"])
def test_a_package_that_carries_an_encoder_is_found_and_not_imported(
    site: Path, tmp_path: Path, by: str
) -> None:
    install(site, "tiny-encoder-of-tests", ("weights",))
    assert open_encoder(by, tmp_path / "cache", silent).dim == HIDDEN
    assert "tiny_encoder_of_tests" not in sys.modules


def test_a_package_with_several_encoders_asks_which(site: Path) -> None:
    install(site, "two-encoders-of-tests", ("small", "large"))
    with pytest.raises(ModelUnusable, match=r"name one of: .*large, .*small"):
        found_folder("two-encoders-of-tests")


def test_a_package_without_an_encoder_is_refused_with_the_remedy() -> None:
    with pytest.raises(ModelUnusable, match="carries no Hugging Face folder"):
        found_folder("click")


@pytest.mark.parametrize("name", ["no-such-package-anywhere", "", ".", "..", "../nowhere", "a b"])
def test_what_is_neither_folder_nor_package_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(ModelUnusable, match=r"default, multilingual, english|neither onnx"):
        found_folder(name)
