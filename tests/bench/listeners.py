"""Pages that listen, in a process of their own: when each of them heard of which ticket.

Given the address of the desk and a cookie of each page; ends with its input, and prints JSON:
of each page the tickets that it heard of, with the instant (monotonic, in seconds) of the first.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

import httpx

ROW = re.compile(r'"id":"(T-\w+)"')


async def listen(url: str, cookie: str, heard: dict[str, float], begun: asyncio.Event) -> None:
    """Note when a ticket was heard of first."""
    async with (
        httpx.AsyncClient(base_url=url, timeout=60) as client,
        client.stream("GET", "/events", headers={"Cookie": cookie}) as answer,
    ):
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            now = time.monotonic()
            begun.set()
            if line.startswith('data: {"rows"'):
                for reference in ROW.findall(line):
                    heard.setdefault(reference, now)


async def main(url: str, cookies: list[str]) -> None:
    """Listen until the input ends; say `ready` once every page is told."""
    heard: list[dict[str, float]] = [{} for _ in cookies]
    begun = [asyncio.Event() for _ in cookies]
    pages = [
        asyncio.create_task(listen(url, *each)) for each in zip(cookies, heard, begun, strict=True)
    ]
    for one in begun:
        await one.wait()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    for page in pages:
        page.cancel()
    await asyncio.wait(pages)
    json.dump(heard, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
