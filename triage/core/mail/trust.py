"""What our own mail exchanger found out about the sender, read where only it can have written.

Source: RFC 8601 sections 2.2 to 2.7 and 5, RFC 7489 section 3.1 (alignment).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import authres

from triage.core.message import Message, SenderTrust, Trust

MAX_VALUE = 8192
MAX_RESULTS = 30
_HEADER = "Authentication-Results"


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's result: `domain` is the one it vouches for, lower case, or ""."""

    method: str
    result: str
    domain: str


def sender_trust(message: Message, authserv_id: str | None) -> SenderTrust:
    """Say whether our mail exchanger vouches for the one author of `message`.

    Only headers that carry `authserv_id` count: the topmost for a pass, and those that stand
    with it above the next Received for a failure, for anybody can write one further down.
    "" is the profile of Microsoft 365, which leaves its name out; None trusts no header.
    """
    if authserv_id is None:
        return SenderTrust(Trust.NONE, "no mail exchanger is configured whose word counts")
    found = _trusted(message, authserv_id)
    if not found:
        return SenderTrust(Trust.NONE, "our mail exchanger says nothing about the sender")
    topmost = found[0]
    for result in (result for results in found for result in results):
        if result.method == "dmarc" and result.result == "fail":
            return SenderTrust(Trust.FAIL, "DMARC failed at our mail exchanger")
    if message.sender is None:
        return SenderTrust(Trust.NONE, "From is not one valid address")
    author = message.sender.domain
    for result in topmost:
        if result.result != "pass" or result.method not in {"dmarc", "dkim", "spf"}:
            continue
        if _aligned(result.domain or (author if result.method == "dmarc" else ""), author):
            name = result.method.upper()
            return SenderTrust(Trust.PASS, f"{name} passed for the domain of From")
    return SenderTrust(Trust.NONE, "no check at our mail exchanger passed for the domain of From")


def _trusted(message: Message, authserv_id: str) -> list[list[_Result]]:
    """Return the results of the headers that may be ours, topmost first."""
    found: list[list[_Result]] = []
    for name, value in message.headers:
        lowered = name.casefold()
        if lowered == "received" and found:
            break
        if lowered != _HEADER.casefold():
            continue
        results = _results(value[:MAX_VALUE], authserv_id)
        if results is not None:
            found.append(results)
        elif not authserv_id:
            break  # without a name to go by, only the very first header can be ours
    return found


def _results(value: str, authserv_id: str) -> list[_Result] | None:
    """Return what one header says, or None where it does not carry `authserv_id`."""
    pieces = list(_split(value))
    first = pieces[0].split()
    named = bool(first) and "=" not in first[0]
    if named != bool(authserv_id):
        return None
    if named and first[0].strip('"').casefold() != authserv_id.casefold():
        return None
    infos = pieces[1:] if named else pieces
    results = (_result(info.strip()) for info in infos[:MAX_RESULTS] if info.strip())
    return [result for result in results if result is not None]


def _split(value: str) -> Iterator[str]:
    """Yield the pieces between semicolons that stand in no comment and no quotes."""
    start = depth = 0
    quoted = False
    for place, char in enumerate(value):
        if char == '"' and not depth:
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
    bare = re.sub(r"\([^()]{0,1000}\)", " ", info)
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
    """Say whether `domain` is the author's, above it, or below it; a bare top level is not."""
    if not domain or "." not in domain or not author:
        return False
    return domain == author or author.endswith(f".{domain}") or domain.endswith(f".{author}")
