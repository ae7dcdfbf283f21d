"""What a log may say of something unexpected: where it happened, and no word of a mail."""

from __future__ import annotations

import re
from pathlib import Path
from traceback import walk_tb

_PACKAGE = Path(__file__).parents[1]
_ADDRESS = re.compile(r"\S+@\S+")


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


def hidden(exc: Exception) -> str:
    """Return the text of an error without the addresses that a relay likes to quote."""
    return _ADDRESS.sub("…", str(exc))
