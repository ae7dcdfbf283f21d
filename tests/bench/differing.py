"""Why a mail is read otherwise than a source states it: told by rule, from the two values."""

from __future__ import annotations

import re

from triage.core.mail.addresses import is_address
from triage.core.message import Message

_UUENCODED = re.compile(r"\bbegin [0-7]{3} ")


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
    return ""


def status_reason(code: str, borne: bool, read: list[str], message: Message) -> str:
    """Say why the status of a failed recipient differs, or "" where nothing excuses it."""
    if not borne:
        return "the source's own code, which the mail does not bear"
    if message.message_id and not message.failed and message.body.lstrip().startswith("{"):
        return "a notice in JSON from a machine, no bounce by its sender: read as a notice"
    spoken = " ".join(recipient.reason for recipient in message.failed)
    if code in spoken and read:
        return "the source takes the last code of the words, the report itself states the other"
    if code.startswith("2.") and message.failed:
        return "the file holds a second mail behind the first"
    return ""


def words_reason(stated: str, text: str, message: Message) -> str:
    """Say why words of a text lack, or "" where nothing excuses it."""
    if _UUENCODED.search(stated) and message.attachments:
        return "the source leaves a uuencoded file in the text, here it is an attachment"
    long = re.findall(r"--([^\s]{30,})", stated)
    if any(mark not in text for mark in long):
        return "the source takes a boundary line for text"
    if "boundary_missing" in message.faults or "boundary_guessed" in message.faults:
        return "the boundaries are broken, and each reader guesses otherwise"
    return ""
