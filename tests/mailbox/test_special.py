"""Which folder holds sent mail, and which holds junk."""

from __future__ import annotations

import asyncio

import pytest

from tests.servers import scripted_imap
from triage.mailbox import Connection

JUNK = b'* LIST (\\HasNoChildren \\Junk) "/" '
SENT = b'* LIST (\\HasNoChildren \\Sent) "/" '
PLAIN = b'* LIST (\\HasNoChildren) "/" '


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        (PLAIN + b"INBOX\r\n", None),
        (b"", None),
        (PLAIN + b"Sent\r\n" + SENT + b'"Ausgang"\r\n', "Ausgang"),
        (PLAIN + b'"Sent Items"\r\n' + PLAIN + b"Sent\r\n", "Sent"),
        (PLAIN + b'"Gesendete Objekte"\r\n', "Gesendete Objekte"),
        (PLAIN + b'"&AMk-l&AOk-ments envoy&AOk-s"\r\n', "Éléments envoyés"),
        (b'* LIST () "." "INBOX.Sent"\r\n', "INBOX.Sent"),
        (PLAIN + b'"[Gmail]/Sent Mail"\r\n', "[Gmail]/Sent Mail"),
        (PLAIN + b'"Archive/Sent"\r\n', None),
        (b'* LIST (\\Noselect) "/" Sent\r\n', None),
        (b"* LIST () NIL Sent\r\n", "Sent"),
        (PLAIN + b'"&&&\xff"\r\n' + PLAIN + b'"&AGE"\r\n' + PLAIN + b"Sent\r\n", "Sent"),
        (SENT + b'"&AAAACg-"\r\n' + PLAIN + b"Sent\r\n", "Sent"),
        (PLAIN + b'"2024"\r\n' + PLAIN + b"Sent\r\n", "Sent"),
        (PLAIN + b"{4}\r\nSent\r\n", "Sent"),
        (PLAIN + b'"[Gmail]/Verzonden berichten"\r\n', "[Gmail]/Verzonden berichten"),
        (PLAIN + b'"[Google Mail]/E-mails enviados"\r\n', "[Google Mail]/E-mails enviados"),
        (PLAIN + b'"Elementy wys&AUI-ane"\r\n', "Elementy wysłane"),
        (PLAIN + b'"&kAFP4VCZTv0-"\r\n', None),
        (PLAIN + b'"&W8RO9lCZTv0-"\r\n', "寄件備份"),
        (b'* LIST (\\Drafts) "/" Sent\r\n', None),
        (b'* LIST (\\Drafts \\Sent) "/" "Entw&APw-rfe"\r\n', None),
        (PLAIN + b'"SENT \\"x\\""\r\n' + PLAIN + b"sent\r\n", "sent"),
    ],
)
async def test_sent_mail_is_found_by_mark_or_name_whatever_other_folders_are_called(
    listed: bytes, found: str | None
) -> None:
    async with scripted_imap(folders=listed) as server:
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        assert await asyncio.to_thread(connection.find_sent) == found
        await asyncio.to_thread(connection.close)


@pytest.mark.parametrize(
    ("listed", "wanted", "found"),
    [
        (PLAIN + b"INBOX\r\n" + SENT + b"Sent\r\n", "", None),
        (PLAIN + b"Spam\r\n" + JUNK + b'"Aussortiert"\r\n', "", "Aussortiert"),
        (JUNK + b'"[Gmail]/Spam"\r\n', "", "[Gmail]/Spam"),
        (b'* LIST () "." "INBOX.Junk"\r\n', "", "INBOX.Junk"),
        (PLAIN + b'"Courrier ind&AOk-sirable"\r\n', "", "Courrier indésirable"),
        (PLAIN + b'"Junk-E-Mail"\r\n', "", "Junk-E-Mail"),
        (PLAIN + b'"Projects/Spam"\r\n', "", None),
        (PLAIN + b"Filtered\r\n" + JUNK + b"Junk\r\n", "Filtered", "Filtered"),
        (JUNK + b"Junk\r\n", "Filtered", None),
    ],
)
async def test_junk_is_found_by_mark_or_name_or_as_the_settings_say(
    listed: bytes, wanted: str, found: str | None
) -> None:
    async with scripted_imap(folders=listed) as server:
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        assert await asyncio.to_thread(connection.find_junk, wanted) == found
        await asyncio.to_thread(connection.close)
