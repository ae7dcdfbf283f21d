"""Address lists, read in one pass: who a mail is from, and who it is to.

The structure is read before encoded words are decoded, for a decoded name may hold `<`, `,`
and `@` that its writer never meant as structure.

Source: RFC 5322 section 3.4, RFC 6531 (addresses beyond ASCII).
"""

from __future__ import annotations

import re

from triage.core.headers import decoded
from triage.core.message import Address

MAX_ADDRESSES = 1000
MAX_LIST = 128 * 1024

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"?|[()<>,;:]|[^\s"()<>,;:\\]+|\\.?|\s+',
    re.DOTALL,
)
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
    found: list[Address] = []
    bad = False
    name: list[str] = []
    angle: list[str] | None = None
    taken = ""
    comment: list[str] = []
    depth = 0

    def finish() -> None:
        nonlocal angle, taken, bad
        words = "".join(name).strip()
        addr = taken or ("".join(angle).strip() if angle is not None else words)
        bare = re.sub(r"\s+", "", addr) if '"' not in addr else addr
        bare = bare.removeprefix("mailto:").rpartition(":")[2] if '"' not in bare else bare
        if is_address(bare):
            shown = (words if addr is not words and addr != words else "") or " ".join(comment)
            found.append(Address(_folded(bare), _name(shown)))
        elif "@" in addr:
            bad = True
        name.clear()
        comment.clear()
        angle, taken = None, ""

    for match in _TOKEN.finditer(value):
        token = match[0]
        if depth:
            depth += {"(": 1, ")": -1}.get(token, 0)
            if depth:
                comment.append(token)
        elif token == "(":
            depth = 1
            comment.append("") if not comment else comment.append(" ")
        elif token == "<" and angle is None and not taken:
            angle = []
        elif token == ">" and angle is not None:
            taken, angle = "".join(angle).strip() or " ", None
        elif token in ",;" and (angle is None or token == ";"):
            finish()
            if len(found) >= MAX_ADDRESSES:
                return found, bad
        elif token == ":" and angle is None and "@" not in "".join(name[-2:]):
            name.clear()  # the name of a group
        elif angle is not None:
            angle.append(token)
        elif not taken:
            name.append(token)
        elif "@" in token:
            bad = True  # an address behind the address
    finish()
    return found, bad


def _folded(addr: str) -> str:
    return addr.removesuffix(".").casefold()


def _name(words: str) -> str:
    text = words.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    else:
        text = text.replace('"', "")
    return " ".join(decoded(text).strip(" '").split())[:300]
