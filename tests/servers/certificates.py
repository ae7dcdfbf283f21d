"""A certificate authority for one run of the tests, made by openssl."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate for `localhost`; clients trust it by naming `cert` as CA file."""

    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """Return what a TLS server needs."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.cert, self.key)
        return context


def make_certificate(folder: Path) -> Certificate:
    """Make a certificate in `folder`; skips the test where openssl is not installed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate for a TLS server")
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
    files = ["-keyout", str(made.key), "-out", str(made.cert)]
    subprocess.run(
        [openssl, *request.split(), *names.split(), *files],
        check=True,
        capture_output=True,
    )
    return made
