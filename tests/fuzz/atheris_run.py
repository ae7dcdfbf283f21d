"""Coverage-guided fuzzing, by hand: `python -m tests.fuzz.atheris_run parse -max_total_time=300`.

The first word names the target (parse, kind, newtext, thread); what follows goes to libFuzzer. It
starts from `tests/mail/` and, where they lie beside the repository, the public corpora. What breaks
a promise is left in the current folder as `crash-…`; give its name as the only further word to see
it again. Needs atheris, which nothing else here does: `pip install atheris`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import tempfile
from pathlib import Path

NAMES = ("parse", "kind", "newtext", "thread")


def run(name: str, arguments: list[str], folder: Path) -> None:
    """Feed the target `name` until libFuzzer ends the process."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["triage.core"]):
        targets = importlib.import_module("tests.fuzz.targets")
    damage = importlib.import_module("tests.fuzz.damage")
    target = targets.Conversation(folder).threads if name == "thread" else targets.PURE[name]
    single = any(Path(argument).is_file() for argument in arguments)
    if not single:
        known = folder / "known"
        known.mkdir()
        for number, raw in enumerate((*damage.made_up(), *damage.public())):
            (known / f"{number:05}").write_bytes(raw)
        words = "\n".join('"' + "".join(f"\\x{b:02x}" for b in w) + '"' for w in damage.TOKENS)
        (folder / "words").write_text(words + "\n", encoding="ascii")
        more = [f"-dict={folder / 'words'}", f"-max_len={damage.LONGEST}", "-timeout=20"]
        arguments = [*more, *arguments, str(known)]
    atheris.Setup([sys.argv[0], *arguments], target)
    atheris.Fuzz()


def main(arguments: list[str]) -> str | None:
    """Return what to tell the user where nothing can be run."""
    if not arguments or arguments[0] not in NAMES:
        return f"name a target: {', '.join(NAMES)}"
    if importlib.util.find_spec("atheris") is None:
        return (
            "atheris is not installed here; put it into a virtual environment: pip install atheris"
        )
    with tempfile.TemporaryDirectory() as folder:
        run(arguments[0], arguments[1:], Path(folder))
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
