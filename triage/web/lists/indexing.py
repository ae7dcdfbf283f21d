"""Old mail is made found by its words, by and by, beside everything else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from triage.pipeline.instore import StoreThread, ticks
from triage.store.protocol import Store

log = structlog.get_logger()

AT_ONCE = 200
"""Mails of one transaction: nobody else can write for that long."""

PAUSE = timedelta(milliseconds=100)


async def index_old(store: Store, in_store: StoreThread, stop: asyncio.Event) -> None:
    """Index what was there before there was an index, until nothing is left."""
    if not await in_store.in_the_end(stop, store.index_more, 0):
        return
    log.info("indexing_begins")
    async for _ in ticks(PAUSE, stop):
        if not await in_store.in_the_end(stop, store.index_more, AT_ONCE):
            log.info("indexing_ends")
            return
