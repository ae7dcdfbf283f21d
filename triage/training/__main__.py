"""What is made by hand before a release: `python -m triage.training vectors|adapter [PROMPTS]`.

`vectors` reads the shipped examples and mails with the encoder, so that a fresh install need not;
`adapter` trains the default encoder's adapter anew, which takes torch and most of an hour.
"""

from __future__ import annotations

import sys
from pathlib import Path

from triage.config.prompts import load_teaching
from triage.core.teaching import Teaching
from triage.errors import TriageError
from triage.model.adapter import ADAPTER
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.shipped import SHIPPED, write_shipped
from triage.model.sources import DEFAULT
from triage.training import taught_parts
from triage.training.examples import lesson


def main(arguments: list[str]) -> int:
    """Make one of the files that travel in the wheel."""
    made = {"vectors": _vectors, "adapter": _adapter}
    if not arguments or arguments[0] not in made or len(arguments) > 2:
        sys.stderr.write("usage: python -m triage.training vectors|adapter [PROMPTS]\n")
        return 2
    prompts = Path(arguments[1] if len(arguments) == 2 else "prompts")
    try:
        teaching = load_teaching(prompts)
        made[arguments[0]](teaching, open_encoder(DEFAULT, cache_folder(), _tell))
    except TriageError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    return 0


def _vectors(teaching: Teaching, encoder: OnnxEncoder) -> None:
    """Encode every text of the shipped prompts."""
    parts = taught_parts(lesson(teaching))
    count = write_shipped(encoder, [text for each in parts for text in each.texts])
    size = SHIPPED.stat().st_size
    sys.stderr.write(f"{SHIPPED.name}: {count} vectors, {size / 1e6:.1f} MB\n")


def _adapter(teaching: Teaching, encoder: OnnxEncoder) -> None:
    from triage.model.vocabulary import kept_ids  # noqa: PLC0415 - for this step alone
    from triage.model.weights import read_weights, shipped_weights  # noqa: PLC0415
    from triage.training.adapter import train  # noqa: PLC0415

    weights = read_weights(shipped_weights())
    kept = kept_ids(weights.pieces)
    train(teaching, weights, kept, encoder.token_ids, ADAPTER, lambda text: _tell(0.0, text))
    sys.stderr.write(f"{ADAPTER.name}: {ADAPTER.stat().st_size / 1e6:.1f} MB\n")


def _tell(fraction: float, text: str) -> None:
    sys.stderr.write(f"{fraction:4.0%} {text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
