"""`triage model convert`: make an encoder ready, and say where it lies and what it is worth."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import click

from triage.cli.opening import with_config, with_json
from triage.cli.output import hint, print_json, progress, say, stdout
from triage.config.settings import ModelSettings
from triage.config.toml import find_settings, load_settings
from triage.model.cache import cache_folder
from triage.model.convert import CHECK, prepared


@click.command()
@click.argument("source", default="")
@click.option("--to", type=click.Path(path_type=Path), metavar="DIR", help="Keep a copy in DIR.")
@with_json
@with_config
def convert(source: str, *, to: Path | None, as_json: bool, config: Path | None) -> None:
    """Make an encoder ready: SOURCE, or the one that the settings name.

    SOURCE is default, multilingual, english, a Hugging Face folder, or an installed package that
    carries one. A folder with ONNX is used as it is; the BERT and XLM-R families are converted,
    without torch, and compared with their own weights in fp32. `triage run` does the same by
    itself, once. A copy made by --to can be named in the settings of another machine.

    \b
    --json prints {"source", "folder", "bytes", "cosine": {"mean", "least"}|null, "seconds"};
      cosine is null where an ONNX file is used as it is.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if to is not None and to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise click.UsageError(f"--to {to}: it is there already; name a folder that is not")
    source = source or _of_settings(config)
    begun = time.monotonic()
    with progress() as on:
        folder = prepared(source, cache_folder(), on)
        on(1.0, "ready")
    if to is not None:
        folder = Path(shutil.copytree(folder, to, dirs_exist_ok=True))
    facts: dict[str, object] = {
        "source": source,
        "folder": str(folder),
        "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        "cosine": _cosine(folder),
        "seconds": round(time.monotonic() - begun, 3),
    }
    if as_json:
        print_json(facts)
    else:
        _draw(facts)
        hint(f'encoder = "{source if to is None else folder}" under [model] in triage.toml')


def _of_settings(config: Path | None) -> str:
    path = find_settings(config)
    return (ModelSettings() if path is None else load_settings(path).model).encoder


def _cosine(folder: Path) -> Mapping[str, float] | None:
    """Return how well a converted encoder agrees with its weights in fp32."""
    try:
        return dict(json.loads((folder / CHECK).read_bytes()))
    except FileNotFoundError:
        return None


def _draw(facts: Mapping[str, object]) -> None:
    console, cosine, size = stdout(), facts["cosine"], facts["bytes"]
    assert isinstance(size, int)
    console.print(f"encoder   {facts['source']}", soft_wrap=True)
    console.print(f"folder    {facts['folder']}", soft_wrap=True)
    console.print(f"size      {size / 1e6:.0f} MB")
    if isinstance(cosine, dict):
        least = f"the least {cosine['least']:.4f}"
        console.print(f"fidelity  cosine to fp32 {cosine['mean']:.4f} on average, {least}")
    else:
        say("this folder has ONNX: it is used as it is")
    console.print(f"time      {facts['seconds']} s")
