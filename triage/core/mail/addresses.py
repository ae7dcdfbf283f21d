"""Address lists, read in one pass: who a mail is from, and who it is to.

The structure is read before encoded words are decoded, for a decoded name may hold `<`, `,`
and `@` that its writer never meant as structure.

Source: RFC 5322 section 3.4, RFC 6531 (addresses beyond ASCII).
"""

from __future__ import annotations

import re

from triage.core.mail.headers import decoded
from triage.core.message import Address

MAX_ADDRESSES = 1000
MAX_LIST = 128 * 1024

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"?|[()<>,;:]|[^\s"()<>,;:\\]+|\\.?|\s+',
    re.DOTALL,
)
_AROUND = re.compile(r"(?<!\s)\s*([@.])\s*")
_LOCAL = r'(?:[^\s@<>()\[\],;:\\"]{1,64}|"(?:[^"\\\r\n]|\\.){1,64}")'
_DOMAIN = r"(?:(?!-)[\w-]{1,63}(?:\.(?!-)[\w-]{1,63})*\.?|\[[0-9A-Fa-f:.IPv]{3,45}\])"
_ADDRESS = re.compile(f"{_LOCAL}@{_DOMAIN}")


def is_address(text: str) -> bool:
    """Say whether `text` is one bare address that mail could be sent to."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def address_list(value: str | None) -> tuple[Address, ...]:
    """Return the valid addresses of a raw (not decoded) header value, in order.

    Linear in `value`, never raises; at most `MAX_ADDRESSES`. Where the writer put name and
    address into one encoded word, that word is read as the list.
    """
    if not value:
        return ()
    found, _ = _read(value[:MAX_LIST])
    if not found and "@" not in value and "=?" in value:
        found, _ = _read(decoded(value[:MAX_LIST]))
    return tuple(found)


def sender_of(values: list[str]) -> tuple[Address | None, tuple[Address, ...]]:
    """Return the one valid author, or None, and all the authors that all From lines name.

    One author needs one From line with exactly one entry, and that entry valid.
    """
    found: list[Address] = []
    broken = False
    for value in values:
        addresses, bad = _read(value[:MAX_LIST])
        if not addresses and "@" not in value and "=?" in value:
            addresses, bad = _read(decoded(value[:MAX_LIST]))
        found += addresses
        broken = broken or bad
    different = {address.addr for address in found}
    sole = len(different) == 1 and not broken
    return (found[0] if sole else None), tuple(found)


def _read(value: str) -> tuple[list[Address], bool]:
    """Return the valid addresses, and whether something with an @ was none."""
    found, bad = _scan(value)
    if not found and value.count('"') % 2:
        return _scan(value.replace('"', " "))  # a quote that never closes
    return found, bad


def _scan(value: str) -> tuple[list[Address], bool]:
    reader = _Reader()
    for match in _TOKEN.finditer(value):
        reader.take(match[0])
        if len(reader.found) >= MAX_ADDRESSES:
            break
    reader.finish()
    return reader.found, reader.bad


class _Reader:
    """Reads an address list piece by piece; one entry is open at a time."""

    __slots__ = ("addr", "angle", "bad", "comment", "depth", "found", "name")

    def __init__(self) -> None:
        self.found: list[Address] = []
        self.bad = False
        self.depth = 0  # of comments
        self._begin()

    def _begin(self) -> None:
        self.name: list[str] = []
        self.comment: list[str] = []
        self.angle: list[str] | None = None
        self.addr: str | None = None

    def take(self, piece: str) -> None:
        """Read the next piece: a special character, a quoted string, a word, or white space."""
        if self.depth:
            self.depth += {"(": 1, ")": -1}.get(piece, 0)
            self.comment.append(piece if self.depth else " ")
        elif piece == "(":
            self.depth = 1
        elif piece == "<" and self.angle is None and self.addr is None:
            self.angle = []
        elif piece == ">" and self.angle is not None:
            self.addr, self.angle = "".join(self.angle).strip(), None
        elif piece == ";" or (piece == "," and self.angle is None):
            self.finish()
        elif piece == ":" and self.angle is None and self.addr is None:
            self._colon()
        else:
            self._word(piece)

    def _colon(self) -> None:
        if "".join(self.name).strip().casefold() != "mailto":
            self._keep_bad("".join(self.name))
        self.name.clear()  # the name of a group

    def _word(self, piece: str) -> None:
        if self.angle is not None:
            self.angle.append(piece)
        elif self.addr is None:
            self.name.append(piece)
        else:
            self._keep_bad(piece)  # an address behind the address

    def _keep_bad(self, text: str) -> None:
        self.bad = self.bad or ("@" in text and not text.startswith('"'))

    def finish(self) -> None:
        """Close the open entry: a valid address is found, another with an @ is a fault."""
        words = "".join(self.name).strip()
        addr = self.addr
        if addr is None:
            addr = "".join(self.angle).strip() if self.angle is not None else words
            words = "" if addr == words else words
        bare = addr if '"' in addr else _AROUND.sub(r"\1", addr).rpartition(":")[2]
        if is_address(bare):
            shown = words or "".join(self.comment)
            self.found.append(Address(bare.removesuffix(".").casefold(), _name(shown)))
        else:
            self._keep_bad(addr)
            self._find_bare(addr)
        self._begin()

    def _find_bare(self, words: str) -> None:
        """Take `Ida Berg ida@kunde.example`, which is a fault, as what its writer meant."""
        name, _, last = words.rpartition(" ")
        if self.angle is None and name and "@" not in name and is_address(last):
            self.found.append(Address(last.removesuffix(".").casefold(), _name(name)))


def _name(words: str) -> str:
    text = words.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    else:
        text = text.replace('"', "")
    return " ".join(decoded(text).strip(" '").split())[:300]
