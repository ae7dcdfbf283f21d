"""What the tests of the whole service share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.posts import BOXES, Post, dovecot_post, has_dovecot, pymap_post
from tests.servers import pymap_server


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
