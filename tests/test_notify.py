"""What the service manager hears, on real datagram sockets."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from triage.notify import (
    READY,
    STOPPING,
    WATCHDOG,
    extend_timeout,
    reloading,
    sd_notify,
    status,
    watchdog_interval,
)


@contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    """Listen as the service manager does; an address with `@` is abstract."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.settimeout(10)
        listening.bind("\0" + address[1:] if address.startswith("@") else address)
        yield listening


def abstract() -> str:
    return f"@triage-test-{secrets.token_hex(8)}"


def heard(listening: socket.socket) -> list[str]:
    return listening.recv(65536).decode().split("\n")


def test_a_manager_at_a_path_hears_all_assignments_at_once(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with manager(address) as listening:
        said = sd_notify(READY, status("live"), environment={"NOTIFY_SOCKET": address})
        assert said
        assert heard(listening) == ["READY=1", "STATUS=live"]


def test_a_manager_in_the_abstract_namespace_hears_the_same() -> None:
    address = abstract()
    with manager(address) as listening:
        assert sd_notify(WATCHDOG, environment={"NOTIFY_SOCKET": address})
        assert sd_notify(STOPPING, environment={"NOTIFY_SOCKET": address})
        assert heard(listening) == ["WATCHDOG=1"]
        assert heard(listening) == ["STOPPING=1"]


def test_without_a_manager_nothing_is_sent_and_nothing_fails() -> None:
    assert not sd_notify(READY, environment={})
    assert not sd_notify(READY, environment={"NOTIFY_SOCKET": ""})


@pytest.mark.parametrize("address", ["vsock:2:1234", "notify", "unix:/run/notify"])
def test_an_address_of_another_kind_is_left_alone(address: str) -> None:
    assert not sd_notify(READY, environment={"NOTIFY_SOCKET": address})


def test_a_manager_that_has_gone_is_no_error(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    assert not sd_notify(READY, environment={"NOTIFY_SOCKET": gone})


def test_a_manager_that_reads_nothing_holds_the_daemon_up_no_longer_than_the_limit() -> None:
    address = abstract()
    environment = {"NOTIFY_SOCKET": address}
    with manager(address):
        # The kernel queues only so many datagrams; the first one past that is given up.
        assert not all(sd_notify(WATCHDOG, environment=environment) for _ in range(10_000))


def test_a_status_of_several_lines_adds_no_assignment() -> None:
    assert status("12 waiting,\n1 late\r\nREADY=1") == "STATUS=12 waiting, 1 late READY=1"


def test_a_reload_names_the_instant_of_the_monotonic_clock_in_microseconds() -> None:
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    first, second = reloading().split("\n")
    after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    assert first == "RELOADING=1"
    name, instant = second.split("=")
    assert name == "MONOTONIC_USEC"
    assert before <= int(instant) <= after


def test_an_extension_is_said_in_microseconds() -> None:
    assert extend_timeout(timedelta(seconds=90)) == "EXTEND_TIMEOUT_USEC=90000000"
    assert extend_timeout(timedelta(microseconds=1)) == "EXTEND_TIMEOUT_USEC=1"


def test_the_watchdog_interval_is_the_managers() -> None:
    assert watchdog_interval({"WATCHDOG_USEC": "90000000"}) == timedelta(seconds=90)
    own = {"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": str(os.getpid())}
    assert watchdog_interval(own) == timedelta(seconds=90)


@pytest.mark.parametrize("microseconds", ["", "0", "-1", "soon", "1.5", "²"])
def test_no_watchdog_where_none_is_asked_for(microseconds: str) -> None:
    assert watchdog_interval({"WATCHDOG_USEC": microseconds}) is None
    assert watchdog_interval({}) is None


def test_a_watchdog_of_another_process_is_not_ours() -> None:
    inherited = {"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": "4711"}
    assert watchdog_interval(inherited, pid=4712) is None
    assert watchdog_interval(inherited, pid=4711) == timedelta(seconds=90)


def test_a_process_reads_its_own_environment() -> None:
    address = abstract()
    words = "import triage.notify as n; n.sd_notify(n.READY); print(n.watchdog_interval())"
    environment = {**os.environ, "NOTIFY_SOCKET": address, "WATCHDOG_USEC": "60000000"}
    with manager(address) as listening:
        done = subprocess.run(
            [sys.executable, "-c", words],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert heard(listening) == ["READY=1"]
    assert done.stdout == "0:01:00\n"
