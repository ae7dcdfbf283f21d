"""`python -m triage.training vectors [PROMPTS]`: make the shipped examples' vectors anew."""

from __future__ import annotations

import sys
from pathlib import Path

from triage.config.prompts import load_teaching
from triage.errors import TriageError
from triage.model.cache import cache_folder
from triage.model.convert import DEFAULT
from triage.model.encoder import open_encoder
from triage.model.shipped import SHIPPED, write_shipped
from triage.training import taught_parts
from triage.training.examples import lesson


def main(arguments: list[str]) -> int:
    """Encode every text of the shipped prompts and write the file that travels in the wheel."""
    if not arguments or arguments[0] != "vectors" or len(arguments) > 2:
        sys.stderr.write("usage: python -m triage.training vectors [PROMPTS]\n")
        return 2
    prompts = Path(arguments[1] if len(arguments) == 2 else "prompts")
    try:
        rows = lesson(load_teaching(prompts))
        encoder = open_encoder(DEFAULT, cache_folder(), _tell)
    except TriageError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    texts = [text for each in taught_parts(rows.texts) for text in (each.whole, *each.sentences)]
    count = write_shipped(encoder, texts)
    size = SHIPPED.stat().st_size
    sys.stderr.write(f"{SHIPPED.name}: {count} vectors, {size / 1e6:.1f} MB\n")
    return 0


def _tell(fraction: float, text: str) -> None:
    sys.stderr.write(f"{fraction:4.0%} {text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
