"""What the tests of the whole service share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.posts import BOXES, Post, dovecot_post, has_dovecot, pymap_post
from tests.e2e.running import write_desk
from tests.servers import PymapServer, SmtpSink, pymap_server


@pytest.fixture
async def post(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Post]:
    """Open two empty mailboxes, and put their password where a desk looks for it."""
    if has_dovecot():
        opened = dovecot_post(request.getfixturevalue("dovecot"))
        monkeypatch.setenv("IMAP_PASSWORD", opened.password)
        yield opened
        return
    async with pymap_server(*BOXES) as server:
        opened = pymap_post(server)
        monkeypatch.setenv("IMAP_PASSWORD", opened.password)
        yield opened


@pytest.fixture
def desk(
    tmp_path: Path, imap_server: PymapServer, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Write a desk in front of one mailbox and a relay, and put its password where it looks."""
    monkeypatch.setenv("IMAP_PASSWORD", imap_server.password)
    return write_desk(tmp_path, imap_server.port, sink.port)
