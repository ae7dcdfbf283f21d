"""A child that says how far it is in pieces, and then that it is done, or nothing for ever."""

from __future__ import annotations

import json
import sys
import threading


def main(arguments: list[str]) -> None:
    line = json.dumps({"fraction": 0.5, "text": "half ü"}, ensure_ascii=False).encode() + b"\n"
    for at in range(len(line)):
        sys.stdout.buffer.write(line[at : at + 1])
        sys.stdout.buffer.flush()
    if not arguments:
        threading.Event().wait()
    sys.stdout.buffer.write(json.dumps({"folder": arguments[0]}).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
