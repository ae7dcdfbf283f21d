"""A relay in a process of its own: `python -m tests.bench.relay CERTIFICATE KEY`.

Prints its port, and then, for each mail that it accepts, the recipient and the time as seconds
since 1970. It ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.servers import Certificate, Delivery, SmtpSink, smtp_sink


async def tell(sink: SmtpSink) -> None:
    told = 0
    while True:
        accepted = await sink.delivered(told + 1)
        for delivery in accepted[told:]:
            print(_line(delivery), flush=True)  # noqa: T201 - its one way to speak
        told = len(accepted)


def _line(delivery: Delivery) -> str:
    return f"{delivery.rcpt_tos[0]} {delivery.at.timestamp()}"


async def main() -> None:
    certificate = Certificate(*map(Path, sys.argv[1:]))
    async with smtp_sink(tls=certificate.server_context()) as sink:
        print(sink.port, flush=True)  # noqa: T201
        telling = asyncio.create_task(tell(sink))
        await asyncio.to_thread(sys.stdin.read)
        telling.cancel()


if __name__ == "__main__":
    asyncio.run(main())
