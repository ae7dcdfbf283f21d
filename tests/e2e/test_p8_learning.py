"""P8: corrections teach a running daemon within seconds, and what is undone teaches nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.running import Running, parts_of, running
from tests.model.lessons import SMALL
from tests.servers import PymapServer, SmtpSink
from triage.config.load import Policy, load_policy
from triage.core.ticket import Priority
from triage.inforce.making import open_model, retaught
from triage.model.cache import cache_folder
from triage.parts import Parts
from triage.store.byhand import Correction
from triage.store.learning import Outcome
from triage.store.sqlite import SqliteStore, open_store
from triage.store.views import TicketRow

pytestmark = pytest.mark.model

FIRST = "I got a parking fine although my ticket lay behind the windscreen."
SECOND = "There is a parking fine on my car, but the ticket lay behind the windscreen."


class Clock:
    """The present instant, ahead by as much as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is taught out of the user's cache, but for the encoder, which is made once."""
    shared, own = cache_folder(), tmp_path / "cache"
    own.mkdir()
    (own / "encoders").symlink_to(shared / "encoders")
    monkeypatch.setenv("CACHE_DIRECTORY", str(own))
    return own


def small(toml: Path, learn_after: timedelta) -> Policy:
    """Read a desk that is taught little, and learns soon."""
    policy = load_policy(toml)
    model = replace(policy.settings.model, learn_after=learn_after)
    return replace(policy, teaching=SMALL, settings=replace(policy.settings, model=model))


def real_parts(toml: Path, clock: Clock, learn_after: timedelta = timedelta()) -> Parts:
    """Return the parts of a daemon with a real model."""
    return replace(
        parts_of(toml),
        load=partial(small, toml, learn_after),
        open_model=open_model,
        retaught=retaught,
        clock=clock,
    )


def mail(number: int, text: str) -> bytes:
    return (
        f"From: Jo Park <jo{number}@example.net>\r\nTo: support@northwind.test\r\n"
        f"Subject: A question\r\nMessage-ID: <{number}@example.net>\r\n\r\n{text}\r\n"
    ).encode()


async def ticket_of(triage: Running, imap: PymapServer, number: int, text: str) -> TicketRow:
    """Deliver a mail, and return the ticket that it becomes."""

    def there(store: SqliteStore) -> list[TicketRow]:
        rows = store.queue(None, 100)
        return [row for row in rows if row.requester == f"jo{number}@example.net"]

    await imap.deliver(mail(number, text))
    await triage.until(lambda store: bool(there(store)))
    (row,) = there(triage.store)
    return row


def by_hand(triage: Running, does: Callable[[SqliteStore], object]) -> None:
    """Do something as a command does it, by a connection of its own."""
    with closing(open_store(triage.daemon._policy.settings.store)) as store:
        does(store)


def corrects(row: TicketRow, queue: str, at: datetime) -> Callable[[SqliteStore], None]:
    boosts = dict.fromkeys(Priority, 0)
    return lambda store: store.correct(row.reference, Correction(queue=queue), boosts, "maria", at)


def labels_live(store: SqliteStore) -> int:
    live = next((one for one in store.taught(10) if one.outcome is Outcome.LIVE), None)
    return live.labels if live else 0


def judges(triage: Running) -> bool:
    """Say whether the heads that the store calls live are those in force."""
    live = next(one for one in triage.store.taught(10) if one.outcome is Outcome.LIVE)
    model = triage.daemon._force.model
    return model is not None and model.heads.id == live.heads


async def test_p8_a_correction_judges_the_same_kind_of_mail_in_the_same_run_and_the_next(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    clock = Clock()
    async with running(real_parts(desk, clock)) as triage:
        first = await ticket_of(triage, imap_server, 1, FIRST)
        right = "money" if first.guess != "money" else "garden"
        by_hand(triage, corrects(first, right, clock()))
        await triage.until(lambda store: labels_live(store) == 1 and judges(triage))
        second = await ticket_of(triage, imap_server, 2, SECOND)
        assert second.guess == right
        assert triage.daemon._learning.waiting == ""
        model = triage.daemon._force.model
        assert model is not None
    async with running(real_parts(desk, clock)) as triage:
        assert triage.daemon._force.model is not None
        assert triage.daemon._force.model.id == model.id
        by_hand(triage, lambda store: store.roll_back(0, "maria", clock()))
        await triage.until(lambda _: triage.daemon._force.model.id != model.id)  # type: ignore[union-attr]
        again = await ticket_of(triage, imap_server, 3, FIRST.replace("fine", "notice"))
        assert again.guess == first.guess


async def test_p8_what_is_undone_before_its_time_teaches_nothing(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    clock = Clock()
    async with running(real_parts(desk, clock, timedelta(minutes=5))) as triage:
        first = await ticket_of(triage, imap_server, 1, FIRST)
        # Another correction shows that its time had come.
        other = await ticket_of(triage, imap_server, 2, "Please refund the seeds.")
        wrong = "garden" if first.guess != "garden" else "travel"
        by_hand(triage, corrects(first, wrong, clock()))
        by_hand(triage, lambda store: store.undo_correction(first.reference, "maria", clock()))
        by_hand(triage, corrects(other, "garden" if other.guess != "garden" else "money", clock()))
        clock.ahead = timedelta(minutes=6)
        await triage.until(lambda store: labels_live(store) == 1 and judges(triage))
        second = await ticket_of(triage, imap_server, 3, SECOND)
        assert second.guess != wrong
