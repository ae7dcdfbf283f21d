"""Servers and files that many tests share."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.servers import (
    Account,
    Certificate,
    Dovecot,
    PymapServer,
    SmtpSink,
    dovecot_server,
    make_certificate,
    pymap_server,
    smtp_sink,
)

# Workers that run tests side by side are told how wide a terminal is that none of them has.
os.environ.pop("COLUMNS", None)
# Workers share the cores: threads of algebra that wait for each other cost six times the work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture
async def in_time() -> AsyncIterator[None]:
    """Let a test wait for a minute at most: `pytestmark = pytest.mark.usefixtures("in_time")`."""
    async with asyncio.timeout(60):
        yield


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Make a certificate for `localhost`, its own authority."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Run one Dovecot for all tests that are marked `dovecot`."""
    if shutil.which("dovecot") is None and not Path("/usr/sbin/dovecot").exists():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    with dovecot_server() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """Open an empty account on Dovecot, for this test alone."""
    return dovecot.account()


@pytest.fixture
async def imap_server() -> AsyncIterator[PymapServer]:
    """Run pymap with the account `support`, which has an INBOX and a folder of sent mail."""
    async with pymap_server() as server:
        yield server


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    """Run an SMTP server that keeps what it is given, without TLS or login."""
    async with smtp_sink() as server:
        yield server
