"""P9: files are a draft; what runs is what was applied, by itself where little changes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.e2e.running import Running, parts_of, running
from tests.e2e.test_process import told
from tests.e2e.test_whole_way import mail
from tests.servers import PymapServer, SmtpSink
from triage.store.sqlite import SqliteStore
from triage.store.verdicts import ORDER, Said, read_said
from triage.store.versions import Draft, Held
from triage.trial.gate import Trial, Verdict

RULE = """version: 1
rules:
  - id: new
    why: "Tried out"
    when: {words: ["%s"]}
    then: {queue: care}
"""
QUIET, LOUD = RULE % "zebra crossing", RULE % "cracked"
LOUD_FILE = "rules/00-new.yaml"
TESTS = """version: 1
tests:
  - name: a cracked top goes to care
    mail: {from: jo@example.net, text: "The top is cracked."}
    model: {queue: returns}
    expect: {queue: %s}
"""


def draft(desk: Path, text: str, name: str = "00-new.yaml") -> None:
    (desk.parent / "rules" / name).write_text(text)


def said(store: SqliteStore) -> Said:
    found = read_said(store.setting("reload"))
    assert found is not None
    return found


def waiting(state: Held) -> Callable[[SqliteStore], bool]:
    """Say of a store whether a draft waits for that, and the verdict says so, too."""

    def holds(store: SqliteStore) -> bool:
        draft = store.draft()
        return draft is not None and draft.state is state and said(store).pending is not None

    return holds


def held(triage: Running) -> Draft:
    found = triage.store.draft()
    assert found is not None
    return found


async def one_ticket(triage: Running, imap_server: PymapServer, sink: SmtpSink) -> None:
    await imap_server.deliver(mail("one", "The top is cracked."))
    await sink.delivered(1)
    await triage.until(lambda store: store.counts().outgoing == {"sent": 1})


def queues(store: SqliteStore) -> list[str]:
    return sorted(row.queue for row in store.queue(None, 10))


async def test_p9_a_draft_that_changes_nothing_goes_in_force_by_itself_and_says_why(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await one_ticket(triage, imap_server, sink)
        draft(desk, QUIET)
        assert await triage.daemon.reload()
        first, second = reversed(triage.store.applied_sets())
    assert (first.audit.how, second.audit.how) == ("start", "by itself")
    assert second.audit.replay["mails"] == 1
    assert second.audit.replay["changed"] == 0
    assert [change.file for change in second.changes] == [LOUD_FILE]


async def test_p9_a_draft_that_changes_much_waits_over_a_restart_until_it_is_applied(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await one_ticket(triage, imap_server, sink)
        before = triage.daemon._policy
        draft(desk, LOUD)
        assert not await triage.daemon.reload()
        assert triage.daemon._policy.files == before.files
        waits = held(triage)
        assert waits.state is Held.CHANGES_MUCH
        assert waits.reason == "1 of 1 mails change, more than 5%"
        assert "RULES PENDING: 1 of 1 mails" in await triage.daemon._status()
        code, words = await told(desk, "queue")
        assert code == 0
        assert any("the rules on disk wait: 1 of 1 mails change" in line for line in words)
        code, words = await told(desk, "run", "--reload")
        assert code == 1
        assert "'triage rules apply' puts it in force" in words[-1]
    async with running(parts_of(desk)) as triage:
        await triage.until(waiting(Held.CHANGES_MUCH))
        assert held(triage) == waits, "it was not rehearsed again"
        assert triage.daemon._policy.files == before.files
        code, words = await told(desk, "rules", "apply")
        assert (code, words[-1]) == (0, f"applied: {waits.digest}")
        assert triage.store.draft() is None
        assert "PENDING" not in await triage.daemon._status()
        await imap_server.deliver(mail("two", "Mine is cracked, too.", sender="kim@example.org"))
        await sink.delivered(2)
        assert queues(triage.store) == ["care", "returns"]
        last = triage.store.applied_set()
    assert last is not None
    assert last.digest == waits.digest
    assert last.audit.how == "apply"
    assert last.audit.person
    assert last.audit.replay["changed"] == 1


async def test_p9_a_draft_whose_tests_fail_waits_and_only_an_emergency_puts_it_in_force(
    desk: Path,
) -> None:
    async with running(parts_of(desk)) as triage:
        draft(desk, LOUD)
        draft(desk, TESTS % "orders", "00-new.test.yaml")
        assert not await triage.daemon.reload()
        waits = held(triage)
        assert waits.state is Held.TESTS_FAIL
        assert waits.tests["failed"] == ["rules/00-new.test.yaml:3 a cracked top goes to care"]
        code, words = await told(desk, "rules", "apply")
        assert code == 1
        assert any("test fails: rules/00-new.test.yaml:3" in line for line in words)
        assert held(triage) == waits
        draft(desk, TESTS % "care", "00-new.test.yaml")
        assert await triage.daemon.reload(), "it is mended"
        last = triage.store.applied_set()
        assert last is not None
        assert last.audit.tests == {"passed": 1, "failed": []}
        draft(desk, TESTS % "sales", "00-new.test.yaml")
        assert not await triage.daemon.reload()
        waits = held(triage)
        code, _ = await told(desk, "rules", "apply", "--now")
        assert code == 0
        assert triage.daemon._policy.digest == waits.digest
        last = triage.store.applied_set()
        assert last is not None
        assert (last.audit.how, last.audit.tests) == ("apply --now", {})


async def test_p9_a_bad_file_while_a_draft_waits_is_told_and_the_draft_waits_again_when_mended(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await one_ticket(triage, imap_server, sink)
        good = triage.daemon._policy.digest
        draft(desk, LOUD)
        assert not await triage.daemon.reload()
        draft(desk, LOUD.replace("queue: care", "queue: cares"))
        assert not await triage.daemon.reload()
        assert "RULES REJECTED" in await triage.daemon._status()
        assert any("cares" in fault for fault in said(triage.store).faults)
        code, words = await told(desk, "rules", "apply", "--now")
        assert code == 78
        assert any("cares" in line for line in words)
    async with running(parts_of(desk)) as triage:
        assert triage.daemon._policy.digest == good
        draft(desk, LOUD)
        assert not await triage.daemon.reload()
        assert held(triage).state is Held.CHANGES_MUCH
        assert said(triage.store).faults == ()


async def test_p9_a_restart_on_other_files_runs_what_was_applied_and_tries_them_then(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await one_ticket(triage, imap_server, sink)
        first = triage.daemon._policy
    draft(desk, LOUD)
    async with running(parts_of(desk)) as triage:
        assert triage.daemon._policy.digest == first.digest
        await triage.until(waiting(Held.CHANGES_MUCH))
    draft(desk, QUIET)
    async with running(parts_of(desk)) as triage:
        await triage.until(lambda store: len(store.applied_sets()) == 2)
        await triage.until(lambda store: said(store).policy != first.digest)
        assert triage.daemon._policy.files[LOUD_FILE] == QUIET
        assert triage.store.draft() is None


async def test_p9_settings_change_at_once_while_a_draft_waits(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await one_ticket(triage, imap_server, sink)
        draft(desk, LOUD)
        desk.write_text(desk.read_text().replace('"Tall Pines"', '"Short Pines"'))
        assert not await triage.daemon.reload()
        assert triage.daemon._policy.settings.brand == "Short Pines"
        assert LOUD_FILE not in triage.daemon._policy.files
        assert len(triage.store.applied_sets()) == 1


async def test_p9_what_was_gone_back_from_stays_on_disk_and_waits_until_it_changes(
    desk: Path, tmp_path: Path
) -> None:
    async with running(parts_of(desk)) as triage:
        draft(desk, QUIET)
        assert await triage.daemon.reload()
        out = tmp_path / "out"
        code, words = await told(desk, "rules", "rollback", "--write", str(out))
        assert code == 0, words
        assert LOUD_FILE not in triage.daemon._policy.files
        assert not (out / LOUD_FILE).exists()
        assert (out / "rules/queues.yaml").read_text() == (
            desk.parent / "rules/queues.yaml"
        ).read_text()
        last = triage.store.applied_set()
        assert last is not None
        assert (last.number, last.audit.how) == (3, "rollback to 1")
        assert held(triage).state is Held.ROLLED_BACK
        assert not await triage.daemon.reload(), "it changes nothing, and yet it waits"
    async with running(parts_of(desk)) as triage:
        await triage.until(waiting(Held.ROLLED_BACK))
        assert [one.number for one in triage.store.applied_sets()] == [3, 2, 1]
        assert LOUD_FILE not in triage.daemon._policy.files
        draft(desk, RULE % "pelican crossing")
        assert await triage.daemon.reload()
        assert triage.store.draft() is None


async def test_p9_without_a_daemon_apply_and_rollback_decide_what_the_next_start_runs(
    desk: Path,
) -> None:
    async with running(parts_of(desk)) as triage:
        first = triage.daemon._policy.digest
    draft(desk, LOUD)
    code, words = await told(desk, "rules", "apply")
    assert code == 0
    assert words[-1].endswith("it runs from the next start of the daemon on")
    async with running(parts_of(desk)) as triage:
        assert triage.daemon._policy.files[LOUD_FILE] == LOUD
        assert triage.store.draft() is None
    code, words = await told(desk, "rules", "rollback", "1")
    assert code == 0
    assert any("the files on disk are others" in line for line in words)
    async with running(parts_of(desk)) as triage:
        assert triage.daemon._policy.digest == first
        await triage.until(waiting(Held.ROLLED_BACK))
        assert [one.number for one in triage.store.applied_sets()] == [3, 2, 1]


async def test_p9_an_order_is_refused_while_another_one_is_not_carried_out_yet(
    desk: Path,
) -> None:
    trying, go = threading.Event(), threading.Event()

    def slowly(_trial: Trial) -> Verdict:
        trying.set()
        go.wait(60)
        return Verdict()

    async with running(replace(parts_of(desk), rehearse=slowly)) as triage:
        draft(desk, QUIET)
        reading = asyncio.create_task(triage.daemon.reload())
        await asyncio.to_thread(trying.wait)
        first = asyncio.create_task(told(desk, "rules", "apply", "--now"))
        await triage.until(lambda store: bool(store.setting(ORDER)))
        code, words = await told(desk, "rules", "apply", "--now")
        assert code == 1
        assert "'apply --now' is not carried out yet" in words[-1]
        go.set()
        assert await reading
        code, words = await first
        assert (code, words[-1]) == (0, f"applied: {triage.daemon._policy.digest}")
        assert triage.daemon._policy.files[LOUD_FILE] == QUIET
