"""`model convert`: what an encoder becomes, where it lies and what it is worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.model.test_folders import HIDDEN, write_folder
from triage.cli.group import cli
from triage.model.encoder import OnnxEncoder


def convert(cache: Path, *arguments: str) -> Result:
    environment = {"CACHE_DIRECTORY": str(cache)}
    return CliRunner().invoke(cli, ["model", "convert", *arguments], env=environment)


def test_a_folder_is_converted_and_says_how_true_it_is(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "encoder")
    done = convert(tmp_path / "cache", str(folder), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert Path(said["folder"]).is_relative_to(tmp_path / "cache")
    assert said["bytes"] > 10_000
    assert 0.99 <= said["cosine"]["least"] <= said["cosine"]["mean"] <= 1.0001


def test_a_copy_can_be_taken_to_another_machine(tmp_path: Path) -> None:
    folder, copy = write_folder(tmp_path / "encoder"), tmp_path / "copy"
    done = convert(tmp_path / "cache", str(folder), "--to", str(copy))
    assert done.exit_code == 0, done.output
    assert f"folder    {copy}" in done.stdout
    assert "cosine to fp32" in done.stdout
    assert OnnxEncoder(copy).dim == HIDDEN
    again = convert(tmp_path / "cache", str(folder), "--to", str(copy))
    assert again.exit_code == 2
    assert "it is there already" in again.stderr
    as_it_is = convert(tmp_path / "cache", str(copy), "--json")
    assert json.loads(as_it_is.stdout)["folder"] == str(copy)


@pytest.mark.parametrize("family", ["mpnet", "distilbert"])
def test_another_family_is_a_finding_with_its_remedy(tmp_path: Path, family: str) -> None:
    done = convert(tmp_path / "cache", str(write_folder(tmp_path / "encoder", family)))
    assert done.exit_code == 1
    assert "optimum-cli export onnx" in done.stderr
    assert not list((tmp_path / "cache").rglob("model.onnx"))
