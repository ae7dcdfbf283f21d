"""References that people read, and the signed names that our own mail carries.

A signature is 80 bits of HMAC-SHA256 under the store's secret. Everything is read whatever its
case, for some relays change it; the domain is not signed, for some rewrite that too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from triage.core.addressing import ascii_domain

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LENGTH = 7
_SIGNED_BYTES = 10

_REFERENCE = r"[0-9a-tv-z]{7}"
_SIGNATURE = r"[a-z2-7]{16}"
_FLAGS = re.ASCII | re.IGNORECASE
_MINTED = re.compile(
    rf"<?([a-z]{{1,16}})\.t-({_REFERENCE})(?:\.([a-z2-7]{{8}}))?\.({_SIGNATURE})@[^@<>\s]+>?",
    _FLAGS,
)
_PLUS = re.compile(rf".*\+([a-z])({_REFERENCE})({_SIGNATURE})@[^@]+", _FLAGS)
# Programs that write for a narrow column put a hyphen there that must not be broken.
_SPOKEN = re.compile(rf"(?<![0-9a-z])t[-\u2010\u2011\u2013]({_REFERENCE})(?![0-9a-z])", _FLAGS)

ANCHOR = "t"
"""The sort of the name in `References` that ties every mail of ours to its ticket."""

REPLY = "t"
"""The sort of a plus-address that answers are sent to."""

RETURN = "b"
"""The sort of a plus-address that bounces are sent to."""

ACKNOWLEDGED = "ack"
"""The sort of the Message-IDs that acknowledgements bear."""


@dataclass(frozen=True, slots=True)
class Minted:
    """What a name that we signed says: what it was for, and of which ticket."""

    sort: str
    reference: str


def reference(secret: bytes, key: bytes, copy: int = 0) -> str:
    """Return the reference of the ticket whose first message has the identity `key`.

    It is always the same one, so a restored store names its tickets as before. `copy` counts up
    from 0 where two tickets would else share one: 35 bits are not unique for ever.
    """
    digest = hmac.digest(secret, b"reference\0%d\0%s" % (copy, key), hashlib.sha256)
    bits = int.from_bytes(digest[:5], "big") >> 5
    return "T-" + "".join(_CROCKFORD[bits >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def minted(secret: bytes, sort: str, reference: str, domain: str, extra: str = "") -> str:
    """Return a signed Message-ID without brackets: `ack.t-abc1234.<signature>@domain`.

    `sort` is one to sixteen ASCII letters. `extra` tells two mails of one sort about one ticket
    apart, whatever it says; equal arguments give an equal name.
    Raises: AddressUnusable if `domain` is none.
    """
    told_apart = f".{_digest(extra)}" if extra else ""
    name = f"{sort}.{reference}{told_apart}".lower()
    return f"{name}.{_signature(secret, 'id', name)}@{ascii_domain(domain)}"


def anchor(secret: bytes, reference: str, domain: str) -> str:
    """Return the name that stands last in `References`, without brackets.

    It survives relays that put a Message-ID of their own in the place of ours.
    """
    return minted(secret, ANCHOR, reference, domain)


def read_minted(secret: bytes, message_id: str) -> Minted | None:
    """Say what a Message-ID of ours, with or without brackets, is for; None if not ours."""
    match = _MINTED.fullmatch(message_id.strip())
    if match is None:
        return None
    name = match[0].strip("<>").rpartition("@")[0].rpartition(".")[0].lower()
    if not hmac.compare_digest(match[4].lower(), _signature(secret, "id", name)):
        return None
    return Minted(match[1].lower(), _canonical(match[2]))


def plus_token(secret: bytes, sort: str, reference: str) -> str:
    """Return what stands behind the `+` of an address: the letter `sort` and a signed reference."""
    name = f"{sort}{reference.removeprefix('T-')}".lower()
    return name + _signature(secret, "plus", name)


def plus_address(address: str, token: str) -> str:
    """Return `address` with `token` behind a plus sign in its local part."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def read_plus_address(secret: bytes, address: str) -> Minted | None:
    """Say what the signed token in `address` is for; None if there is none of ours."""
    match = _PLUS.fullmatch(address.strip())
    if match is None:
        return None
    name = f"{match[1]}{match[2]}".lower()
    if not hmac.compare_digest(match[3].lower(), _signature(secret, "plus", name)):
        return None
    return Minted(match[1].lower(), _canonical(match[2]))


def references_in(text: str) -> tuple[str, ...]:
    """Return the references that `text` names, in order, each once, as we write them.

    What people mistype is read as Crockford meant it: O is zero, I and L are one.
    A reference is no proof of anything: it is printed in every mail.
    """
    return tuple(dict.fromkeys(_canonical(match[1]) for match in _SPOKEN.finditer(text)))


def _canonical(characters: str) -> str:
    return "T-" + characters.upper().translate(_READ_AS)


def _digest(extra: str) -> str:
    digest = hashlib.sha256(extra.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest[:5]).decode("ascii").lower()


def _signature(secret: bytes, purpose: str, name: str) -> str:
    digest = hmac.digest(secret, f"{purpose}\0{name}".encode("ascii"), hashlib.sha256)
    return base64.b32encode(digest[:_SIGNED_BYTES]).decode("ascii").lower()
