"""The demo's pages: signed in once, a customer beside it, and nothing left when it ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import httpx
import pytest

from triage.cli.demo import _has_browser, _tunnel
from triage.demo.ports import port_of, take_port
from triage.demo.post import YOU, Post, account_of
from triage.pipeline.instore import utc_now

PATIENCE = 100


@dataclass(slots=True)
class Demo:
    """A demo that runs, as a process; `said` are its lines so far."""

    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    async def line(self, pattern: str) -> re.Match[str]:
        """Wait for a line, and return what matched."""
        for said in self.said:
            if found := re.search(pattern, said):
                return found
        assert self.process.stdout is not None
        while raw := await self.process.stdout.readline():
            self.said.append(raw.decode())
            if found := re.search(pattern, self.said[-1]):
                return found
        pytest.fail(f"the demo ended without {pattern}: {''.join(self.said)}")


@asynccontextmanager
async def running(folder: Path, *words: str, **environment: str) -> AsyncIterator[Demo]:
    """Run the demo in a folder of its own, and end it as Ctrl-C does."""
    for name in ("temporary", "here"):
        (folder / name).mkdir()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "triage", "demo", *words),
        cwd=folder / "here",
        env={**os.environ, "TMPDIR": str(folder / "temporary"), **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    demo = Demo(process)
    try:
        async with asyncio.timeout(PATIENCE):
            yield demo
            process.send_signal(signal.SIGINT)
            assert process.stdout is not None
            demo.said += (await process.stdout.read()).decode().splitlines(keepends=True)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert [*folder.glob("temporary/*"), *folder.glob("here/*")] == []
    assert "Traceback" not in "".join(demo.said)


async def seen(client: httpx.AsyncClient, path: str, pattern: str) -> re.Match[str]:
    """Look at a page until it shows something."""
    while True:
        answer = await client.get(path)
        if found := re.search(pattern, answer.text, re.DOTALL):
            return found
        await asyncio.sleep(0.2)


@pytest.mark.model
async def test_a_customer_writes_is_acknowledged_and_answered_on_the_page(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        first = taken.getsockname()[1]
        async with running(tmp_path, "--port", str(first)) as demo:
            await demo.line(f"port {first} is taken: the page is on")
            login = (await demo.line(r"page +(http://127\.0\.0\.1:\d+/login/once/\S+)"))[1]
            inbox = (await demo.line(r"inbox +(http://127\.0\.0\.1:\d+)/"))[1]
            headers = {"Sec-Fetch-Site": "same-origin"}
            async with (
                httpx.AsyncClient(headers=headers, follow_redirects=True) as agent,
                httpx.AsyncClient(base_url=inbox, headers=headers) as customer,
                httpx.AsyncClient() as nobody,
            ):
                shown = await agent.get(login)
                assert (shown.status_code, shown.url.path) == (200, "/view/next")
                assert (await nobody.get(login)).status_code == 404
                desk = str(shown.url.copy_with(path="/"))
                agent.base_url = httpx.URL(desk)
                assert (await nobody.get(f"{desk}view/next")).status_code == 303
                # The desk as it is shown: a notice of the day, a phone answer, an owed update.
                mail = {"who": YOU.address, "subject": "My lamp", "text": "Hello, my lamp is bent."}
                assert (await customer.post("/send", data=mail)).status_code == 303
                acknowledged = await seen(
                    customer, "/letters", r"<article class=\"theirs\">.*?<pre>"
                )
                assert "lamp" in acknowledged[0]
                assert "Snow in the north" in (await customer.get("/letters")).text
                await demo.line(r"answered by phone after")
                await demo.line(r"has promised an update by")
                await seen(agent, "/view/owed", "Anke Brandt")
                waits = await seen(
                    agent, "/view/waiting", r"/ticket/(T-\w{7})[^>]*>(?:(?!/ticket/).)*?Robin Vale"
                )

                await _answer(agent, waits[1])
                await seen(customer, "/letters", "A new one leaves today")
                await _write_first(agent)
                await demo.line(r"ticket +T-\w{7} → orders, normal, Maria Lund")
                assert (await agent.get("/view/all")).status_code == 200


async def _answer(agent: httpx.AsyncClient, reference: str) -> None:
    """Answer as people do: what the second look finds is read, and it is sent all the same."""
    form = (await agent.get(f"/ticket/{reference}/answer")).text
    fields: dict[str, str | list[str]] = {
        **dict(re.findall(r'<input[^>]*name="(seen|key)"[^>]*value="([^"]*)"', form)),
        "form": "reply",
        "to": YOU.address,
        "text": "Dear Robin Vale,\n\nI am sorry about that. A new one leaves today.\n\nMaria Lund",
    }
    answer = await agent.post(f"/ticket/{reference}/reply", data={**fields, "after": "answered"})
    looked = list(map(unescape, re.findall(r'name="looked" value="([^"]*)"', answer.text)))
    if looked:
        assert answer.status_code == 422
        fields |= {"looked": looked, "anyway": "answered"}
        answer = await agent.post(f"/ticket/{reference}/reply", data=fields)
    assert answer.status_code == 200, looked


async def _write_first(agent: httpx.AsyncClient) -> None:
    """Write to somebody who never wrote: a ticket that bears no mail until this one has left."""
    form = (await agent.get("/new")).text
    (key,) = re.findall(r'name="key"[^>]*value="([^"]+)"', form)
    fields = {
        "form": "new",
        "key": key,
        "seen": "0",
        "to": "lee@new.example",
        "mailbox": "support",
        "queue": "orders",
        "subject": "Your order",
        "text": "Good day, your order is ready.",
        "after": "answered",
    }
    answer = await agent.post("/new/send", data=fields)
    assert answer.status_code == 200, answer.text


@pytest.mark.model
async def test_over_ssh_it_says_how_it_is_reached_and_opens_nothing(tmp_path: Path) -> None:
    where = "192.0.2.1 50000 198.51.100.7 2222"
    async with running(tmp_path, SSH_CONNECTION=where, DISPLAY=":0", BROWSER="false") as demo:
        said = (await demo.line(r"ssh -p 2222 -L (\d+):127\.0\.0\.1:\1 -L \d+:\S+ \S+@198"))[0]
        assert said
        await demo.line("page +http")


def test_a_browser_is_opened_only_where_somebody_sits() -> None:
    assert _has_browser({"DISPLAY": ":0"})
    assert not _has_browser({"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"})
    if sys.platform == "linux":
        assert not _has_browser({})


def test_the_line_for_ssh_names_the_port_only_where_it_is_another() -> None:
    usual = _tunnel((8025, 8026), {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"})
    assert usual.startswith("ssh -L 8025:127.0.0.1:8025 -L 8026:127.0.0.1:8026 ")
    assert usual.endswith("@192.0.2.2")
    assert _tunnel((1, 2), {}) == ""


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with take_port(port) as first, take_port(port) as second:
            assert port < port_of(first) < port_of(second)


def test_a_customers_mail_arrives_where_it_was_sent_and_cannot_forge_a_header() -> None:
    post = Post(utc_now)
    raw = post.written(YOU, "One\r\nBcc: all@example.net", "Text", None)
    assert b"\r\nBcc:" not in raw
    assert account_of(raw) == "support"
    post.wrote(raw)
    (letter,) = post.letters[YOU.address]
    assert (letter.ours, letter.text) == (True, "Text")
