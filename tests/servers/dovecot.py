"""Dovecot as a child process: a full IMAP server, with plain and TLS ports."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.servers.certificates import make_certificate
from triage.config.settings import MailboxSettings, Security

PASSWORD = "correct-horse"

CONFIG = """\
protocols = imap
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
mail_location = maildir:{base}/mail/%u
mail_max_userip_connections = 200
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


@dataclass(slots=True)
class Account:
    """One account of a running Dovecot. Mail is delivered straight into its maildir."""

    user: str
    home: Path
    server: Dovecot
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def deliver(
        self, raw: bytes, folder: str = "", *, at: datetime | None = None, flags: str = ""
    ) -> Path:
        """Deliver one mail as a delivery agent does; `at` becomes its INTERNALDATE.

        `folder` is the name on disk without its dot; `flags` are maildir's letters (`S`: seen).
        """
        place = self.folder(folder)
        name = f"{next(self._numbers):09d}.{os.getpid()}.test"
        written = place / "tmp" / name
        written.write_bytes(raw)
        instant = (at or datetime.now(UTC)).timestamp()
        os.utime(written, (instant, instant))
        self.server.hand_over(written)
        final = place / "cur" / f"{name}:2,{flags}" if flags else place / "new" / name
        return written.rename(final)

    def deliver_all(self, mails: Iterable[bytes], *, at: datetime | None = None) -> int:
        """Deliver many mails; return how many."""
        return len([self.deliver(raw, at=at) for raw in mails])

    def folder(self, name: str = "") -> Path:
        """Return a folder of the maildir, made if it is missing; "" is the INBOX."""
        place = self.home / f".{name}" if name else self.home
        for part in (place, place / "tmp", place / "new", place / "cur"):
            if not part.exists():
                part.mkdir()
                self.server.hand_over(part)
        return place

    def change_uidvalidity(self, name: str = "") -> None:
        """Give a folder another UIDVALIDITY and other UIDs, as a restored server does."""
        place = self.folder(name)
        listed = place / "dovecot-uidlist"
        head, _, rows = listed.read_text().partition("\n")
        fields = head.split()
        validity = next(int(part[1:]) for part in fields if part.startswith("V"))
        count = len(rows.splitlines())
        renumbered = "".join(
            f"{number + 5000} {row.partition(' ')[2]}\n"
            for number, row in enumerate(rows.splitlines(), 1)
        )
        keep = [part for part in fields if part[0] not in "VN"]
        start = [keep[0], f"V{validity + 1}", f"N{5001 + count}", *keep[1:]]
        listed.write_text(" ".join(start) + "\n" + renumbered)
        for index in place.glob("dovecot.index*"):
            index.unlink()

    def settings(self, *, tls: bool = False, **more: object) -> MailboxSettings:
        """Return the settings of this account."""
        given: dict[str, object] = {
            "name": self.user,
            "address": f"{self.user}@northwind.example",
            "host": "localhost" if tls else "127.0.0.1",
            "port": self.server.tls_port if tls else self.server.port,
            "security": Security.TLS if tls else Security.NONE,
            "ca_file": self.server.ca_file if tls else None,
            "user": self.user,
        }
        return MailboxSettings(**(given | more))  # type: ignore[arg-type]


@dataclass(slots=True)
class Dovecot:
    """A running Dovecot; any account name works, with `password`."""

    base: Path
    port: int
    tls_port: int
    ca_file: Path
    owner: tuple[int, int] | None
    password: str = PASSWORD
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def account(self) -> Account:
        """Open an account of its own for one test."""
        user = f"desk{next(self._numbers)}"
        home = self.base / "mail" / user
        account = Account(user, home, self)
        account.folder()
        return account

    def hand_over(self, path: Path) -> None:
        """Give a file to the user that Dovecot reads mail as."""
        if self.owner is not None:
            os.chown(path, *self.owner)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _wait_until_up(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"Dovecot did not start: {said}") from None
        else:
            return
    raise RuntimeError("Dovecot did not start in time")


@contextmanager
def dovecot_server() -> Iterator[Dovecot]:
    """Run Dovecot in a folder of its own, as root or not."""
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    # Not pytest's temporary folder: that one is closed to the user that Dovecot works as.
    base = Path(tempfile.mkdtemp(prefix="triage-dovecot-"))
    root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid())
    reader = pwd.getpwnam("mail") if root else me
    plain, tls = _free_ports(2)
    owner = (reader.pw_uid, reader.pw_gid) if root else None
    server = Dovecot(base, plain, tls, base / "cert.pem", owner)
    try:
        base.chmod(0o755)
        for name in ("run", "state", "mail"):
            (base / name).mkdir()
        server.hand_over(base / "mail")
        certificate = make_certificate(base)
        (base / "conf").write_text(
            CONFIG.format(
                base=base,
                login="dovenull" if root else me.pw_name,
                internal="dovecot" if root else me.pw_name,
                group="dovecot" if root else str(me.pw_gid),
                cert=certificate.cert,
                key=certificate.key,
                password=PASSWORD,
                uid=reader.pw_uid,
                gid=reader.pw_gid,
                port=server.port,
                tls_port=server.tls_port,
            )
        )
        process = subprocess.Popen([program, "-F", "-c", str(base / "conf")], process_group=0)
        try:
            _wait_until_up(process, server.port, base / "log")
            yield server
        finally:
            # Nothing in it is kept, and an orderly end takes seconds.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
    finally:
        shutil.rmtree(base, ignore_errors=True)
