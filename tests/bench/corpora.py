"""How mail that nobody here wrote is read: `python -m tests.bench.corpora`.

Prints one table, then the files behind every figure that misses its bar, each with its reason;
`--list` shows them for every figure. The corpora lie beside the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

if __package__ in {None, ""}:  # started as a file
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import answering, replies, soundness, stated
from tests.bench.figures import Figure, as_json, listing, table
from tests.core.hazards import CORPORA


def figures(*, headers_only: bool = False) -> list[Figure]:
    """Measure everything; `headers_only` leaves out what the wording of a mail says."""
    model = answering.HeadersOnly() if headers_only else answering.shipped_model()
    judged = answering.judged_corpus(model)
    return [
        *answering.answering(judged),
        *stated.headers(),
        *stated.texts(),
        *replies.new_texts(),
        *stated.bounces(),
        *soundness.soundness(),
        *soundness.costs(),
        *answering.header_cases(model),
        *answering.verdicts(judged),
        *stated.threads(),
        *stated.attachments(),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where there are no corpora, 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--headers-only", action="store_true", help="ask no model")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--list", action="store_true", help="list what every figure misses")
    chosen = parser.parse_args(arguments)
    if not (CORPORA / "manifest.jsonl").exists():
        print("the public corpora are not beside the repository", file=sys.stderr)  # noqa: T201
        return 1
    found = figures(headers_only=chosen.headers_only)
    if chosen.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=1))  # noqa: T201
        return 0
    layers = "headers and structure" if chosen.headers_only else "headers, structure and wording"
    print(f"Kinds by {layers}; load of the machine {os.getloadavg()[0]:.1f}\n")  # noqa: T201
    print(table(found))  # noqa: T201
    # The differences of subject and author are listed whether or not they miss their bar.
    shown = [one for one in found if one.misses and (chosen.list or _listed(one))]
    print(f"\n{listing(shown)}")  # noqa: T201
    return 0


def _listed(figure: Figure) -> bool:
    return figure.met is False or figure.name.startswith("expect.subject")


if __name__ == "__main__":
    raise SystemExit(main())
