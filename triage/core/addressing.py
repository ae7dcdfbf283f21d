"""Addresses as they stand on the wire: ASCII, quoted where they must be, and nothing else."""

from __future__ import annotations

import re
import unicodedata

from triage.errors import AddressUnusable

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
# Some providers gave out addresses whose dots stand where no standard allows them:
# `name.@provider`, `na..me@provider`. They work, in quotes.
_MISPLACED_DOTS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\[ -~])*)"')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LITERAL = re.compile(r"\[[0-9A-Za-z.:]{3,64}\]")
_LONGEST_LOCAL = 64
_LONGEST_DOMAIN = 253


def wire_address(address: str) -> str:
    """Return a bare `address` as SMTP and headers can carry it.

    Domains in other scripts become A-labels; a local part is quoted where it must be. One in
    another script would need SMTPUTF8 at every hop, which no sender can know beforehand.
    Raises: AddressUnusable. Source: RFC 5321 section 4.1.2; RFC 5890.
    """
    local, at, domain = address.rpartition("@")
    if not at:
        raise AddressUnusable("the address has no @")
    return f"{_wire_local(local)}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """Return `domain` in lower case ASCII, each label in another script as an A-label.

    Raises: AddressUnusable. Source: RFC 5890 section 2.3.2.1.
    """
    if _LITERAL.fullmatch(domain):
        return domain
    labels = [_ascii_label(label) for label in domain.removesuffix(".").split(".")]
    result = ".".join(labels)
    if len(result) > _LONGEST_DOMAIN:
        raise AddressUnusable("the domain is too long")
    return result


def _wire_local(local: str) -> str:
    if len(local) > _LONGEST_LOCAL:
        raise AddressUnusable("the part before the @ is too long")
    if not local.isascii():
        raise AddressUnusable("the part before the @ is not ASCII")
    if _ATOMS.fullmatch(local):
        return local
    if _MISPLACED_DOTS.fullmatch(local):
        return f'"{local}"'
    if quoted := _QUOTED.fullmatch(local):
        inner = re.sub(r"\\(.)", r"\1", quoted[1])
        return inner if _ATOMS.fullmatch(inner) else local
    raise AddressUnusable("the part before the @ is malformed")


def _ascii_label(label: str) -> str:
    # Not the codec "idna", which would turn a sharp s into ss: another domain.
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", label).lower())
    if not lowered.isascii():
        if not all(_belongs_in_label(character) for character in lowered):
            raise AddressUnusable("the domain is malformed")
        lowered = "xn--" + lowered.encode("punycode").decode("ascii")
    if not _LABEL.fullmatch(lowered):
        raise AddressUnusable("the domain is malformed")
    return lowered


def _belongs_in_label(character: str) -> bool:
    return character in "-\u200c\u200d\u00b7\u30fb" or unicodedata.category(character) in {
        "Ll",
        "Lo",
        "Lm",
        "Mn",
        "Mc",
        "Nd",
    }
