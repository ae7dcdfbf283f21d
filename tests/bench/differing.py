"""Why a header is read otherwise than a source states it: told by rule, from the two values."""

from __future__ import annotations

from triage.core.mail.addresses import is_address
from triage.core.message import Message


def subject_reason(stated: str, found: str, message: Message) -> str:
    """Say why a subject differs, or "" where nothing excuses it."""
    raw = message.header("Subject")
    if not raw and stated:
        return "there is no subject; the source shows words of its own"
    if stated and found.casefold().endswith(stated.casefold()):
        return "the source states its own topic, without what the subject has in front"
    if "+A" in stated and "+A" not in found:
        return "the source leaves UTF-7 undecoded"
    return ""


def author_reason(stated: str, found: str, message: Message) -> str:
    """Say why the address of From differs, or "" where nothing excuses it."""
    if stated.casefold() == f"{found}.":
        return "the source keeps the dot behind the domain"
    if not is_address(stated):
        return "what the source states is no address that mail could be sent to"
    if not message.senders and stated.casefold() in {one.addr for one in message.reply_to}:
        return "From holds no address; the source takes Reply-To, which is kept apart here"
    return ""
