"""Every figure of judgement, with its bar: `python -m tests.bench.judgement`.

    python -m tests.bench.judgement [--only clinc,desk,heldout,authors,cost] [--pictures FOLDER]

Seeds are fixed and the data is named. Nothing here teaches anything: heads are taught by `prompts/`
alone, and no threshold is chosen on what is measured. A second run is quick, for vectors are kept
in the user's cache folder. Ends with 1 where a bar is missed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # what a core does twice over is no faster
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import resource
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests.bench.clinc import DATA, baseline_figures, clinc, encoder_figures
from tests.bench.costs import rules_cost, teaching_cost
from tests.bench.figures import Figure, as_json, table
from tests.bench.judged import Shipped, authors, desk_set, held_out_set, shipped
from triage.errors import ModelUnusable
from triage.model.cache import cache_folder
from triage.model.encoder import open_encoder

ENCODERS = ("english", "default", "multilingual")
"""The last is the default one without the adapter that was trained for the shipped desk."""


def tell(words: str) -> None:
    """Say on stderr what is measured next."""
    sys.stderr.write(f"\r{words:<78}\n")


def clinc_figures(drawn: Path | None) -> Iterator[Figure]:
    """Yield the figures on CLINC150, by each encoder and by words alone."""
    if not DATA.exists():
        tell(f"CLINC150 is left out: {DATA} is not there")
        return
    data = clinc()
    known: set[str] = set()
    for name in ENCODERS:
        try:
            encoder = open_encoder(name, cache_folder(), _silent)
        except ModelUnusable as exc:
            tell(f"CLINC150 · {name} is left out: {exc}")
            continue
        if encoder.id in known:
            tell(f"CLINC150 · {name} is left out: it is the same as another")
            continue
        known.add(encoder.id)
        yield from encoder_figures(name, encoder, data, tell)
    yield from baseline_figures(data, tell)


def cost_figures(drawn: Path | None) -> Iterator[Figure]:
    """Yield what teaching and rules cost."""
    yield from teaching_cost(_desk(), tell)
    yield from rules_cost(tell)


@cache
def _desk() -> Shipped:
    return shipped()


SECTIONS: dict[str, Callable[[Path | None], Iterator[Figure]]] = {
    "clinc": clinc_figures,
    "desk": lambda drawn: desk_set(_desk(), tell, drawn),
    "heldout": lambda drawn: held_out_set(_desk(), tell, drawn),
    "authors": lambda drawn: authors(_desk(), tell, drawn),
    "cost": cost_figures,
}


def measured(section: str, drawn: Path | None = None) -> list[Figure]:
    """Measure one section and print its table, what it cost, and how busy the machine was."""
    began = _spent()
    figures = list(SECTIONS[section](drawn))
    load = os.getloadavg()[0]
    about = f"{_spent() - began:.1f} s of CPU time, load of the machine {load:.1f}"
    print(f"\n{section}: {about}\n{table(figures)}", flush=True)  # noqa: T201
    return figures


def main(arguments: list[str]) -> int:
    """Print the figures that were asked for; all of them, if none were."""
    parser = argparse.ArgumentParser(description="Print every figure of judgement with its bar.")
    parser.add_argument("--only", default=",".join(SECTIONS), help=", ".join(SECTIONS))
    parser.add_argument("--pictures", type=Path, help="a folder for confusion matrices, as SVG")
    parser.add_argument("--json", type=Path, help="a file for the figures, as JSON")
    given = parser.parse_args(arguments)
    wanted = [name.strip() for name in given.only.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in SECTIONS]:
        parser.error(f"there is no '{unknown[0]}'; one of: {', '.join(SECTIONS)}")
    figures = [figure for name in wanted for figure in measured(name, given.pictures)]
    missed = [figure for figure in figures if figure.met is False]
    barred = [figure for figure in figures if figure.met is not None]
    print(f"\n{len(barred) - len(missed)} of {len(barred)} bars are met")  # noqa: T201
    if given.json:
        given.json.write_text(json.dumps(as_json(figures), indent=1))
    return 1 if missed else 0


def _spent() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, whose))


def _silent(fraction: float, text: str) -> None:
    """Tell nobody how far it is."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
