"""A mark that a client sets on a mail that waits is a hint, found without writing on the server."""

from __future__ import annotations

import pytest

from tests.pipeline.post import Post
from tests.pipeline.test_receive_dovecot import human
from tests.servers import Account
from tests.store.desk import Desk, mail
from triage.core.arrival import Folder, Role
from triage.core.ticket import Status

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(90)]


@pytest.mark.parametrize(
    ("flag", "mark"), [(b"\\Answered", "answered"), (b"$Forwarded", "forwarded")]
)
async def test_a_mark_on_the_source_of_an_open_ticket_is_a_hint_and_stops_no_clock(
    account: Account, post: Post, flag: bytes, mark: str
) -> None:
    watcher = await post.watching(account.settings())
    account.deliver(mail())
    await post.stored(1)
    await post.thread(lambda: Desk(post.store).triage())
    with human(account) as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(), [flag])
    watcher.wake()
    await post.until(lambda: bool(post.rows("SELECT 1 FROM event WHERE name = 'marked_answered'")))
    ((detail, badges, status),) = post.rows(
        "SELECT e.detail ->> '$.mark', t.badges, t.status FROM event e"
        " JOIN ticket t ON t.id = e.ticket WHERE e.name = 'marked_answered'"
    )
    assert (detail, badges, status) == (mark, '["marked_answered"]', Status.OPEN)
    folder = Folder(account.settings().name, "INBOX", Role.INBOX)
    assert await post.thread(post.store.uids_waiting, folder, 9) == frozenset()
    with human(account) as client:
        client.select_folder("INBOX")
        ((_, flags),) = client.get_flags(client.search()).items()
        assert set(flags) - {b"\\Recent"} == {flag}, "we read flags, and set none"
