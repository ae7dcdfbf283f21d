"""What our own mail exchanger found out about the sender, read where only it can have written.

Source: RFC 8601 sections 2.2 to 2.7 and 5, RFC 7489 section 3.1 (alignment).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import authres

from triage.core.domains import organisation, within
from triage.core.message import Message, SenderTrust, Trust
from triage.core.worded import worded

MAX_VALUE = 8192
MAX_RESULTS = 30
MAX_SCANNED = 65536
_HEADER = "Authentication-Results"
_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_STATED = re.compile(r"[\w.-]+(?:\s?/\s?\d+)?\s?=")
_FAILED = re.compile(r"(?:^|;)\s*dmarc\s*(?:/\s*\d{1,3}\s*)?=\s*fail\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's result: `domain` is the one it vouches for, lower case, or ""."""

    method: str
    result: str
    domain: str


@dataclass(frozen=True, slots=True)
class _Header:
    """One header of ours; `failed`: it says, wherever in it, that DMARC failed."""

    results: list[_Result]
    failed: bool


def sender_trust(message: Message, authserv_id: str | None) -> SenderTrust:
    """Say whether our mail exchanger vouches for the one author of `message`.

    Only headers that carry `authserv_id` count: the topmost for a pass, and those that stand
    with it above the next Received for a failure, for anybody can write one further down.
    "" is the profile of Microsoft 365, which leaves its name out; None trusts no header.

    A failure is DMARC's alone, whatever its policy asks for: SPF and DKIM break on honest ways
    too. A check that could not be made (temperror, permerror) is neither. ARC is not read: it is
    for our exchanger to weigh.
    """
    if authserv_id is None:
        why = worded("no mail exchanger is configured whose word counts")
        return SenderTrust(Trust.NONE, why)
    found = _trusted(message, authserv_id)
    if not found:
        why = worded("our mail exchanger says nothing about the sender")
        return SenderTrust(Trust.NONE, why)
    if any(header.failed for header in found):
        return SenderTrust(Trust.FAIL, worded("DMARC failed at our mail exchanger"), heard=True)
    if message.sender is None:
        return SenderTrust(Trust.NONE, worded("From is not one valid address"), heard=True)
    author = message.sender.domain
    for result in found[0].results:
        if result.result != "pass" or result.method not in {"dmarc", "dkim", "spf"}:
            continue
        if _aligned(result.domain or (author if result.method == "dmarc" else ""), author):
            why = worded("%(check)s passed for the domain of From", check=result.method.upper())
            return SenderTrust(Trust.PASS, why, heard=True)
    why = worded("no check at our mail exchanger passed for the domain of From")
    return SenderTrust(Trust.NONE, why, heard=True)


def _trusted(message: Message, authserv_id: str) -> list[_Header]:
    """Return the headers that may be ours, topmost first."""
    found: list[_Header] = []
    for name, value in message.headers:
        lowered = name.casefold()
        if lowered == "received" and found:
            break
        if lowered != _HEADER.casefold():
            continue
        header = _header(value, authserv_id)
        if header is not None:
            found.append(header)
        elif not authserv_id:
            break  # without a name to go by, only the very first header can be ours
    return found


def _header(value: str, authserv_id: str) -> _Header | None:
    """Return what one header says, or None where it does not carry `authserv_id`."""
    pieces = list(_split(value[:MAX_VALUE]))
    first = _COMMENT.sub(" ", pieces[0]).split()
    named = bool(first) and _STATED.match(" ".join(first)) is None
    if named != bool(authserv_id):
        return None
    if named and first[0].strip('"').casefold() != authserv_id.casefold():
        return None
    infos = pieces[1:] if named else pieces
    read = (_result(info.strip()) for info in infos[:MAX_RESULTS] if info.strip())
    results = [result for result in read if result is not None]
    # What the sender chose stands in it too: too many signatures, a comment or a quote that
    # never ends must hide no failure.
    failed = _FAILED.search(value[:MAX_SCANNED]) is not None
    return _Header(
        results, failed or any(r.method == "dmarc" and r.result == "fail" for r in results)
    )


def _split(value: str) -> Iterator[str]:
    """Yield the pieces between semicolons that stand in no comment and no quotes.

    Source: RFC 5322 sections 3.2.1, 3.2.2 and 3.2.4: a backslash takes the next one's meaning.
    """
    start = depth = 0
    quoted = escaped = False
    for place, char in enumerate(value):
        if escaped:
            escaped = False
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char in "()" and not quoted:
            depth = max(0, depth + (1 if char == "(" else -1))
        elif char == ";" and not depth and not quoted:
            yield value[start:place]
            start = place + 1
    yield value[start:]


def _result(info: str) -> _Result | None:
    """Read one result; each is parsed alone, so that an odd one does not hide the others."""
    try:
        sole = authres.parse(f"{_HEADER}: id; {info}").results[0]  # type: ignore[no-untyped-call]
        method, result = str(sole.method).casefold(), str(sole.result).casefold()
        given = {f"{p.type}.{p.name}": str(p.value or "") for p in sole.properties}
    except Exception:  # noqa: BLE001 - the library raises its own and others on odd headers
        return _loosely(info)
    return _Result(method, result, _domain(method, given))


def _loosely(info: str) -> _Result | None:
    """Read a result that the grammar refuses: `method=result`, then `type.name=value`."""
    bare = _COMMENT.sub(" ", info)
    match = re.match(r"\s*([A-Za-z][\w-]{0,30})(?:/\d+)?\s*=\s*([A-Za-z]{1,20})\b", bare)
    if match is None:
        return None
    given = dict(re.findall(r"([a-z]{1,20}\.[a-z-]{1,30})\s*=\s*([^\s;]{1,300})", bare))
    method = match[1].casefold()
    return _Result(method, match[2].casefold(), _domain(method, given))


def _domain(method: str, given: dict[str, str]) -> str:
    names = {
        "dmarc": ("header.from",),
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.mail"),
    }.get(method, ())
    value = next((given[name] for name in names if given.get(name)), "")
    return value.strip("\"'<>").rpartition("@")[2].rstrip(".").casefold()


def _aligned(domain: str, author: str) -> bool:
    """Say whether `domain` is the author's, above it, or below it; a mere ending is not.

    Narrower than DMARC's relaxed alignment, which lets two names of one owner stand for each
    other: who owns them is not known here, and an exchanger that knows says dmarc=pass.

    Source: RFC 7489 section 3.1.1.
    """
    if "." not in domain:
        return False
    if not organisation(domain) or not organisation(author):
        return domain == author
    return within(author, domain) or within(domain, author)
