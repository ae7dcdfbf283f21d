from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Desk

pytestmark = pytest.mark.model


def nowhere() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def daemon(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """Run the daemon on a mailbox that cannot be reached; it is ready all the same."""
    desk.config.write_text(desk.config.read_text() + f"port = {nowhere()}\n")
    kept = {name: value for name, value in os.environ.items() if name != "JOURNAL_STREAM"}
    process = subprocess.Popen(
        [sys.executable, "-m", "triage", "run", "--config", str(desk.config)],
        env={**kept, "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str], event: str) -> str:
    """Read the log up to the line of `event`; the test's own timeout is its patience."""
    assert process.stderr is not None
    for line in process.stderr:
        if f"event={event} " in line:
            return line
    raise AssertionError(f"the daemon ended without {event}")


def test_a_reload_says_the_verdict_of_the_daemon(desk: Desk) -> None:
    """P9: a bad rule file never stops the daemon, and everyone can see it."""
    with daemon(desk) as process:
        assert "mode=shadow" in heard(process, "ready")
        good = desk.run("run", "--reload")
        assert good.exit_code == 0
        assert good.stderr.startswith("applied: ")
        (desk.folder / "rules").mkdir()
        (desk.folder / "rules" / "queues.yaml").write_text("version: 1\nqueus: {}\n")
        bad = desk.run("run", "--reload")
        assert bad.exit_code == 1
        assert "queues.yaml:2:1: error: unknown key 'queus'" in bad.stderr
        assert "the files have faults" in bad.stderr
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        process.stderr.read()
        assert process.wait(60) == 0


def test_a_second_daemon_on_a_store_is_refused_in_one_line(desk: Desk) -> None:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    desk.store.start(socket.gethostname(), os.getpid(), boot, desk.now)
    with daemon(desk) as process:
        assert process.stderr is not None
        said = process.stderr.read().splitlines()
        assert process.wait(60) == 1
    assert said[-1].startswith("triage: another daemon works on this store")
    assert not any("Traceback" in line for line in said)


def test_a_daemon_ends_with_the_terminal_it_was_started_on(desk: Desk) -> None:
    desk.config.write_text(desk.config.read_text() + f"port = {nowhere()}\n")
    pid, terminal = pty.fork()
    if pid == 0:
        arguments = ["-m", "triage", "run", "--config", str(desk.config)]
        root = str(Path(__file__).parents[2])
        kept = {**os.environ, "PYTHONPATH": root}
        os.execve(sys.executable, [sys.executable, *arguments], kept)  # noqa: S606 - after a fork
    seen = b""
    while b"ready " not in seen:
        seen += os.read(terminal, 65536)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.WIFEXITED(status)
