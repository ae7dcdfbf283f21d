"""P9: a bad rule file, text or model never stops the daemon: the last good set runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

import pytest

from tests.e2e.process import PATIENCE
from tests.e2e.running import RETURNS, PinnedModel, Running, parts_of, running
from tests.e2e.test_p9_drafts import said
from tests.e2e.test_process import service, told
from tests.e2e.test_whole_way import mail
from tests.servers import PymapServer, SmtpSink
from triage.config.load import Policy
from triage.daemon import Daemon
from triage.errors import ConfigError, DraftRejected, ModelUnusable
from triage.model.predict import Model
from triage.parts import Parts
from triage.store.sqlite import SqliteStore, open_store

BAD = "version: 1\nrules:\n  - {id: x, queue: returns}\n"
SECOND = "---\nname: returns\nextend: true\n---\n## Examples\n- The second leg wobbles.\n"
UNTEACHABLE = SECOND.replace("wobbles", "cannot be taught")


def rule_file(desk: Path) -> Path:
    return desk.parent / "rules" / "90-new.yaml"


def change_settings(desk: Path, old: str, new: str) -> None:
    desk.write_text(desk.read_text().replace(old, new))


def teach(desk: Path, text: str) -> None:
    path = desk.parent / "prompts" / "queues" / "returns.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def verdict(store: SqliteStore) -> list[str]:
    return list(said(store).faults)


def model_of(policy: Policy) -> Model:
    """Return a model that is named for what it was taught, as far as it can be taught."""
    (returns,) = (label for label in policy.teaching.queues if label.name == "returns")
    if any("cannot be taught" in example for example in returns.examples):
        raise ModelUnusable("training failed")
    model = PinnedModel(RETURNS)
    model.id = policy.teaching.digest
    return cast("Model", model)


def taught_parts(desk: Path) -> Parts:
    return replace(
        parts_of(desk),
        open_model=lambda policy, _progress: model_of(policy),
        retaught=lambda _model, policy: model_of(policy),
    )


def taught_by(triage: Running) -> str:
    """Return what the model in force was taught, as a digest."""
    assert triage.daemon._force.model is not None
    return triage.daemon._force.model.id


async def test_p9_a_restart_on_bad_rules_runs_the_set_applied_last(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        good = triage.daemon._policy
    rule_file(desk).write_text(BAD)
    (desk.parent / "rules" / "roster.yaml").write_text("agents: [{id: nobody")
    async with running(parts_of(desk)) as triage:
        assert triage.daemon._policy.digest == good.digest
        assert triage.daemon._policy.roster == good.roster
        assert any("90-new.yaml:3:" in fault for fault in verdict(triage.store))
        assert f"RULES REJECTED, running {good.digest}" in await triage.daemon._status()
        await imap_server.deliver(mail("one", "The top is cracked."))
        (delivery,) = await sink.delivered(1)
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
    assert delivery.rcpt_tos == ("jo@example.net",)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("delay/fr.txt", "automatique\n{{ agent_nam }}\n", "delay/fr.txt:2:4: error: unknown"),
        ("check_back/en.txt", "Is all well?\n", "check_back/en.txt: error: leaves out"),
        ("acknowledgement/en.html", "<img src='x'>", "acknowledgement/en.html:1:1: error: <img>"),
    ],
)
async def test_p9_a_bad_note_to_requesters_leaves_the_words_in_force_and_a_mended_one_is_used(
    desk: Path, imap_server: PymapServer, sink: SmtpSink, name: str, text: str, fault: str
) -> None:
    path = desk.parent / "prompts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    async with running(parts_of(desk)) as triage:
        good = triage.daemon._policy
        path.write_text(text)
        assert not await triage.daemon.reload()
        assert any(fault in said for said in verdict(triage.store))
        assert triage.daemon._policy.texts == good.texts
        await imap_server.deliver(mail("one", "The top is cracked."))
        (delivery,) = await sink.delivered(1)
        path.unlink()
        assert await triage.daemon.reload()
        assert verdict(triage.store) == []
    sent = message_from_bytes(delivery.raw, policy=default)
    assert [part.get_content_type() for part in sent.iter_parts()] == [
        "text/plain",
        "text/html",
    ]


async def test_p9_after_a_restart_on_the_last_set_a_mended_draft_is_taken_up(desk: Path) -> None:
    async with running(parts_of(desk)):
        pass
    rule_file(desk).write_text(BAD)
    async with running(parts_of(desk)) as triage:
        assert not await triage.daemon.reload()
        rule_file(desk).write_text("version: 1\nrules: []\n")
        assert await triage.daemon.reload()
        assert verdict(triage.store) == []
        assert "REJECTED" not in await triage.daemon._status()
        kept = triage.store.applied_set()
        assert kept is not None
        assert kept.digest == triage.daemon._policy.digest
        assert kept.files["rules/90-new.yaml"] == "version: 1\nrules: []\n"


async def test_p9_a_verdict_of_yesterday_does_not_outlive_a_good_start(desk: Path) -> None:
    async with running(parts_of(desk)) as triage:
        rule_file(desk).write_text(BAD)
        assert not await triage.daemon.reload()
        assert verdict(triage.store) != []
    rule_file(desk).unlink()
    async with running(parts_of(desk)) as triage:
        assert verdict(triage.store) == []


async def test_the_same_files_are_kept_once_over_any_number_of_starts(desk: Path) -> None:
    numbers = []
    for _ in range(2):
        async with running(parts_of(desk)) as triage:
            assert await triage.daemon.reload()
            kept = triage.store.applied_set()
            assert kept is not None
            numbers.append(kept.number)
    assert numbers == [1, 1]


async def test_p9_without_a_set_that_was_applied_bad_rules_are_told_and_nothing_starts(
    desk: Path,
) -> None:
    rule_file(desk).write_text(BAD)
    with pytest.raises(DraftRejected, match=r"90-new\.yaml:3:"):
        Daemon(parts_of(desk))
    assert not (desk.parent / "triage.db").exists()


async def test_p9_bad_settings_are_told_and_nothing_starts_whatever_was_applied(desk: Path) -> None:
    async with running(parts_of(desk)):
        pass
    change_settings(desk, "brand", "brnd")
    with pytest.raises(ConfigError, match="unknown key 'brnd'"):
        Daemon(parts_of(desk))


async def test_p9_a_set_that_no_longer_goes_with_the_settings_does_not_start(desk: Path) -> None:
    async with running(parts_of(desk)):
        pass
    change_settings(desk, "[[mailbox]]", '[[mailbox]]\nqueue = "club"')
    rule_file(desk).write_text(BAD)
    with pytest.raises(DraftRejected, match="there is no queue 'club'"):
        Daemon(parts_of(desk))


async def test_p9_a_restart_on_prompts_that_teach_no_model_goes_on_with_the_last_teaching(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    teach(desk, SECOND)
    async with running(taught_parts(desk)) as triage:
        good = triage.daemon._policy
    teach(desk, UNTEACHABLE)
    async with running(taught_parts(desk)) as triage:
        await triage.until(lambda store: verdict(store) == ["training failed"])
        assert taught_by(triage) == good.teaching.digest
        assert triage.daemon._policy.digest == good.digest
        assert "RULES REJECTED" in await triage.daemon._status()
        kept = triage.store.applied_set()
        assert kept is not None
        assert kept.files["prompts/queues/returns.md"] == SECOND
        await imap_server.deliver(mail("one", "The top is cracked."))
        await sink.delivered(1)


async def test_p9_a_reload_that_teaches_no_model_keeps_rules_and_model_as_they_were(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(taught_parts(desk)) as triage:
        before = triage.daemon._policy
        teach(desk, UNTEACHABLE)
        rule_file(desk).write_text("version: 1\nrules: []\n")
        assert not await triage.daemon.reload()
        assert triage.daemon._policy is before
        assert taught_by(triage) == before.teaching.digest
        assert verdict(triage.store) == ["training failed"]
        await imap_server.deliver(mail("one", "The top is cracked."))
        await sink.delivered(1)
        teach(desk, SECOND)
        assert await triage.daemon.reload()
        assert taught_by(triage) == triage.daemon._policy.teaching.digest != before.teaching.digest


async def test_p9_whatever_a_draft_provokes_the_daemon_goes_on(desk: Path) -> None:
    parts = taught_parts(desk)
    fresh = iter([parts.load])

    def load() -> Policy:
        for first in fresh:
            return first()
        raise RecursionError("nested too deeply")

    async with running(replace(parts, load=load)) as triage:
        assert not await triage.daemon.reload()
        assert verdict(triage.store) == ["unexpected RecursionError"]
        assert "RULES REJECTED" in await triage.daemon._status()


def notes(store: SqliteStore) -> list[str]:
    return list(said(store).notes)


async def test_p9_a_reload_of_other_settings_says_what_waits_for_a_restart_and_keeps_it_running(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    second = desk.read_text().partition("[[mailbox]]")[2].partition("[relay]")[0]
    second = second.replace('"support"', '"billing"').replace("support@", "billing@")
    async with running(parts_of(desk)) as triage:
        change_settings(desk, "[relay]", f"[[mailbox]]{second}\n[relay]\nconnections = 1")
        change_settings(desk, 'name = "support"', 'name = "support"\nsent = "Gesendet"')
        change_settings(desk, 'store = "triage.db"', 'store = "other.db"\nphone = "+49 30 901820"')
        desk.write_text(f"{desk.read_text()}\n[model]\nencoder = '{desk.parent}'\nthreads = 1\n")
        before = triage.daemon._policy.settings
        assert await triage.daemon.reload(), verdict(triage.store)
        after = triage.daemon._policy.settings
        assert after == replace(before, phone="+49 30 901820")
        assert [note.split(": ")[1] for note in notes(triage.store)] == [
            "[[mailbox]] billing is new",
            "[[mailbox]] support has changed",
            "[relay] has changed",
            "store has changed",
            "[model] encoder has changed",
            "[model] threads has changed",
        ]
        assert "RESTART NEEDED: for 6 settings" in await triage.daemon._status()
        await imap_server.deliver(mail("one", "The top is cracked."))
        await sink.delivered(1)


async def test_p9_a_reload_of_another_certainty_makes_the_model_anew(desk: Path) -> None:
    made: list[float] = []

    def retaught(model: Model, policy: Policy) -> Model:
        made.append(policy.settings.model.accuracy_when_sure)
        return model

    async with running(replace(parts_of(desk), retaught=retaught)) as triage:
        assert await triage.daemon.reload()
        assert made == []
        desk.write_text(f"{desk.read_text()}\n[model]\naccuracy_when_sure = 0.9\n")
        assert await triage.daemon.reload()
    assert made == [0.9]


class SlowModel:
    """Makes the model only when it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, policy: Policy, _progress: Callable[[float, str], None]) -> Model:
        self.begun.set()
        assert self.go.wait(PATIENCE)
        return model_of(policy)


async def test_p9_a_reload_while_the_model_is_made_loses_nothing_of_the_new_teaching(
    desk: Path,
) -> None:
    slow, stop = SlowModel(), asyncio.Event()
    daemon = Daemon(replace(taught_parts(desk), open_model=slow))
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        run = tasks.create_task(daemon.run(stop))
        assert await asyncio.to_thread(slow.begun.wait, PATIENCE)
        teach(desk, SECOND)
        reload = tasks.create_task(daemon.reload())
        slow.go.set()
        assert await reload
        await daemon.ready.wait()
        assert "The second leg wobbles." in str(daemon._policy.teaching)
        assert taught_by(Running(daemon, cast("SqliteStore", None), stop)) == (
            daemon._policy.teaching.digest
        )
        stop.set()
        await run
    store = open_store(desk.parent / "triage.db", read_only=True)
    kept = store.applied_set()
    store.close()
    assert kept is not None
    assert kept.files["prompts/queues/returns.md"] == SECOND


async def test_a_start_that_is_stopped_before_its_model_is_made_applies_nothing(desk: Path) -> None:
    slow, stop = SlowModel(), asyncio.Event()
    daemon = Daemon(replace(taught_parts(desk), open_model=slow))
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        run = tasks.create_task(daemon.run(stop))
        assert await asyncio.to_thread(slow.begun.wait, PATIENCE)
        stop.set()
        await run
    slow.go.set()
    store = open_store(desk.parent / "triage.db", read_only=True)
    assert store.applied_set() is None
    store.close()


@pytest.mark.model
async def test_p9_the_service_starts_on_the_set_applied_last_and_shows_it_and_commands_work(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with service(desk) as triage:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await sink.delivered(1)
        assert await triage.stop() == 0
    rule_file(desk).write_text(BAD)
    async with service(desk) as triage:
        assert "RULES REJECTED, running " in triage.status
        assert "event=policy_rejected faults=" in triage.log.read_text()
        store = open_store(desk.parent / "triage.db", read_only=True)
        (row,) = store.queue(None, 10)
        store.close()
        for command in (("queue",), ("show", row.reference)):
            code, said = await told(desk, *command)
            assert (code, [line for line in said if "Traceback" in line]) == (0, [])
        code, said = await told(desk, "run", "--reload")
        assert code == 1
        assert any("90-new.yaml:3" in line for line in said)
        assert await triage.stop() == 0


async def test_p9_with_nothing_applied_or_bad_settings_the_service_ends_with_78(desk: Path) -> None:
    rule_file(desk).write_text(BAD)
    code, said = await told(desk, "run")
    assert code == 78
    assert any("90-new.yaml:3" in line for line in said)
    rule_file(desk).unlink()
    async with running(parts_of(desk)):
        pass
    change_settings(desk, "brand", "brnd")
    code, said = await told(desk, "run")
    assert code == 78
    assert any("unknown key 'brnd'" in line for line in said)
