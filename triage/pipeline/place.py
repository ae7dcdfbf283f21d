"""Where in the package something unexpected happened: what an operator can report."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb

_PACKAGE = Path(__file__).parents[1]


def place_of(exc: BaseException) -> str:
    """Return file and line of the last frame of `exc` in this package; "" where there is none.

    Never the error's text, nor any source line: they may quote a mail.
    """
    found = ""
    for frame, line in walk_tb(exc.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            found = f"{path.relative_to(_PACKAGE.parent)}:{line}"
    return found
