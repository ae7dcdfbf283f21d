"""The rules' views: what admins see of rules and model, decide over them, and try."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import httpx
import numpy as np
import pytest

from tests.core.test_rules import rule, words
from tests.store.desk import NOW, TERMS, Pinned, mail
from tests.store.test_learning import corrects, taught
from tests.web.browser import DESKTOP, PHONE, chromium, faults_of, needs_chromium, window
from tests.web.conftest import House
from tests.web.test_team import opened, read_csv, tables
from triage.core.accounts import Role
from triage.core.disposition import Open
from triage.core.prediction import Prediction
from triage.core.rules import Then
from triage.model.heads import ClassHead
from triage.model.reading import Text
from triage.report.words import DASH
from triage.store.auditing import AuditAsked
from triage.store.byhand import Correction
from triage.store.learning import Outcome
from triage.store.verdicts import ORDER, VERDICT, Said, read_order
from triage.store.versions import Audit, Draft, Held
from triage.web.render import Reader
from triage.web.rules.sureness import sureness
from triage.web.rules.views import PARTS

VIEWS = [f"/rules/{name}" if name else "/rules" for name in PARTS]
HOUR = timedelta(hours=1)
FIGURES = {"accuracy": 0.9, "log_loss": 0.3, "calibration_error": 0.05}
REPLAY = {
    "mails": 100,
    "found": 100,
    "changed": 12,
    "graver": 2,
    "skipped": 0,
    "since": NOW.isoformat(),
    "seconds": 1.0,
    "agreement": {"n": 10, "before": 8, "after": 9},
    "late": {"before": 3, "after": 2},
    "queue": [{"from": "care", "to": "returns", "count": 12, "mails": ["T-AAAAAAA"]}],
    "priority": [],
    "acknowledgement": [],
    "deadline": [],
}
DRAFT = Draft(
    at=NOW,
    files="f",
    digest="abcdef123456",
    number=2,
    state=Held.CHANGES_MUCH,
    reason="12 % of mail changes",
    tests={"passed": 4, "failed": []},
    replay=REPLAY,
)


@pytest.fixture
def ruled(house: House) -> House:
    """Return a desk with two sets, a rule that fired, a draft that waits, and an admin."""
    for number, text in enumerate(("version: 1\n", "version: 1\nrules: []\n")):
        files = {"rules/10-first.yaml": text}
        house.store.apply_set(f"digest{number}", files, NOW, Audit(person="lena", how="apply"))
    house.store.keep_draft(DRAFT)
    fires = rule("cracked", Then(queue="returns"), words("words"))
    house.desk.terms = replace(TERMS, rules=(fires,))
    reference = opened(house, 1)
    corrects(house.desk, reference, Correction(queue="billing", signals={"complaint": True}))
    house.store.ripen(NOW, NOW + HOUR)
    house.add("lena", Role.ADMIN)
    return house


def daemon(house: House, **more: object) -> None:
    """Have the page heard as a daemon hears it: the order is taken, and a verdict given."""

    def renewed() -> None:
        order = read_order(house.store.setting(ORDER), house.clock())
        assert order is not None
        house.store.keep(ORDER, "")
        said = Said(at=house.clock(), policy=order.digest, order=order.id)
        house.store.keep(VERDICT, replace(said, **more).written())  # type: ignore[arg-type]

    house.standing.renewed = renewed


# --- what is shown ------------------------------------------------------------------------------


async def test_every_view_is_drawn_without_a_style_and_gives_its_tables_away(ruled: House) -> None:
    offered = 0
    async with ruled.browser("lena") as browser:
        for path in VIEWS:
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            assert " style=" not in answer.text, path
            for table in tables(answer.text):
                assert await read_csv(browser, table), table
                offered += 1
        assert (await browser.get("/rules?format=csv&table=none")).status_code == 404
    assert offered >= 6


async def test_the_rules_are_for_admins_of_the_whole_desk(ruled: House) -> None:
    ruled.add("olga", Role.ADMIN, "orders")
    ruled.add("lea", Role.LEAD)
    ruled.standing.judge = Pinned()
    async with ruled.browser("olga") as olga, ruled.browser("lea") as lea:
        for browser in (olga, lea):
            for path in VIEWS:
                assert (await browser.get(path)).status_code == 403, path
                assert 'href="/rules"' not in (await browser.get("/team")).text
            for path in ("apply", "rollback", "try", "model/approve", "model/rollback"):
                asked = {"number": "1", "digest": DRAFT.digest, "text": "Hello."}
                assert (await browser.post(f"/rules/{path}", data=asked)).status_code == 403, path
    assert ruled.store.setting(ORDER) is None


async def test_what_each_rule_did_stands_beside_its_file_and_line(ruled: House) -> None:
    async with ruled.browser("lena") as browser:
        rows = await read_csv(browser, "/rules?days=28&format=csv&table=hits")
        none = await read_csv(browser, "/rules?days=1&format=csv&table=hits")
        text = (await browser.get("/rules?days=28")).text
    by_name = {row["rule"]: row for row in rows}
    assert by_name["cracked"] == {
        "rule": "cracked",
        "why": "not in the set any more",
        "place": DASH,
        "hits": "1",
        "overruled": "0",
        "moved": "1",
    }
    assert by_name.keys() - {"cracked"} == {one.id for one in ruled.policy.rules}
    first = ruled.policy.rules[0]
    assert by_name[first.id]["place"] == f"{first.file}:{first.line}"
    assert len(none) == len(rows)  # the mail is of this day, too
    assert "in the last 28 days" in text


async def test_a_draft_is_shown_with_its_replay_and_what_to_do(ruled: House) -> None:
    async with ruled.browser("lena") as browser:
        text = (await browser.get("/rules")).text
        changes = await read_csv(browser, "/rules?format=csv&table=changes")
        failed: Mapping[str, object] = {"passed": 3, "failed": ["cracked table is acknowledged"]}
        ruled.store.keep_draft(replace(DRAFT, state=Held.TESTS_FAIL, tests=failed, replay={}))
        fails = (await browser.get("/rules")).text
        ruled.store.keep_draft(None)
        none = (await browser.get("/rules")).text
    assert "12 % of mail changes" in text
    assert "12 of 100 mails change, 2 in more than queue or priority." in text
    assert "80 % before, 90 % after, of 10." in text
    assert "<code>triage rules apply</code>" in text
    assert 'action="/rules/apply"' in text
    assert changes == [
        {"what": "queue", "from": "care", "to": "returns", "mails": "12", "some": "T-AAAAAAA"}
    ]
    assert "cracked table is acknowledged" in fails
    assert "<code>triage rules test</code>" in fails
    assert 'action="/rules/apply"' not in fails
    assert "No changed files wait." in none


async def test_a_rejection_is_shown_with_every_file_line_and_column(ruled: House) -> None:
    faults = ("rules/30.yaml:21:26: error: unknown <b>", "rules/40.yaml:1:1: error: y")
    ruled.store.keep(VERDICT, Said(at=NOW, policy="digest1", faults=faults).written())
    async with ruled.browser("lena") as browser:
        text = (await browser.get("/rules")).text
    assert "rules/30.yaml:21:26: error: unknown &lt;b&gt;" in text
    assert "rules/40.yaml:1:1" in text
    assert "Rejected 10:00" in text


async def test_a_queue_that_people_overrule_is_shown_with_a_rule_that_helps(
    house: House,
) -> None:
    house.add("lena", Role.ADMIN)
    for number in range(10):
        topic = "parcel courier" if number < 6 else "warranty glue"
        made = house.desk.take(
            mail(
                f"About my {topic}, {'abcdefghij'[number] * 9}.",
                subject=f"{'abcdefghij'[number] * 7}",
                sender=f"P <p{number}@example.net>",
                message_id=f"<{number}@x>",
            )
        )
        assert isinstance(made, Open)
        if number < 6:
            corrects(house.desk, made.reference, Correction(queue="orders"))
    house.clock.now = NOW + HOUR
    async with house.browser("lena") as browser:
        text = (await browser.get("/rules")).text
    assert "6 of 10 mails that the model put into returns" in text
    assert "overruled-returns-2026-11-23" in text


# --- sets ---------------------------------------------------------------------------------------


async def test_a_draft_is_put_in_force_as_it_was_replayed(ruled: House) -> None:
    daemon(ruled)
    taken = []
    before = ruled.standing.renewed

    def renewed() -> None:
        taken.append(read_order(ruled.store.setting(ORDER), ruled.clock()))
        before()

    ruled.standing.renewed = renewed
    async with ruled.browser("lena") as browser:
        answer = await browser.post("/rules/apply", data={"digest": DRAFT.digest})
        stale = await browser.post("/rules/apply", data={"digest": "older"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/rules")
    assert stale.status_code == 409
    (order,) = taken
    assert order is not None
    assert (order.digest, order.number, order.person) == (DRAFT.digest, 0, "lena")
    assert (order.tests, order.replay) == (DRAFT.tests, DRAFT.replay)
    assert ("rules_applied", DRAFT.digest) in {
        (entry.action, entry.about) for _, entry in ruled.store.audit_of(AuditAsked(limit=5))
    }


async def test_files_that_changed_meanwhile_are_not_what_was_replayed(ruled: House) -> None:
    daemon(ruled, policy="another")
    async with ruled.browser("lena") as browser:
        answer = await browser.post("/rules/apply", data={"digest": DRAFT.digest})
    assert answer.status_code == 409
    assert "changed since it was replayed" in answer.text


@pytest.mark.parametrize("state", [Held.TESTS_FAIL, Held.ROLLED_BACK])
async def test_what_was_not_replayed_is_not_applied_on_the_page(ruled: House, state: Held) -> None:
    ruled.store.keep_draft(replace(DRAFT, state=state, replay={}))
    async with ruled.browser("lena") as browser:
        answer = await browser.post("/rules/apply", data={"digest": DRAFT.digest})
    assert answer.status_code == 409
    assert ruled.store.setting(ORDER) is None


async def test_an_order_that_is_not_carried_out_yet_is_not_overtaken(ruled: House) -> None:
    daemon(ruled)
    async with ruled.browser("lena") as browser:
        await browser.post("/rules/rollback", data={"number": "1"})
        ruled.standing.renewed = lambda: None
        other = ruled.store.setting(VERDICT)
        assert other is not None
        order = {"id": "x", "at": ruled.clock().isoformat(), "person": "jonas", "how": "apply"}
        ruled.store.keep(ORDER, json.dumps(order))
        answer = await browser.post("/rules/apply", data={"digest": DRAFT.digest})
    assert answer.status_code == 409
    assert "What jonas ordered" in answer.text


async def test_of_two_who_decide_at_once_one_is_heard_and_the_other_is_told(ruled: House) -> None:
    daemon(ruled)
    carried_out, asked = ruled.standing.renewed, 0

    def renewed() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:  # both have been given: one of them stands
            carried_out()

    ruled.standing.renewed = renewed
    ruled.add("olga", Role.ADMIN)
    async with ruled.browser("lena") as lena, ruled.browser("olga") as olga:
        answers = await asyncio.gather(
            lena.post("/rules/apply", data={"digest": DRAFT.digest}),
            olga.post("/rules/rollback", data={"number": "1"}),
        )
    heard = 0 if answers[0].status_code == 303 else 1
    done, refused = answers[heard], answers[1 - heard]
    assert (done.status_code, done.headers["location"]) == (303, "/rules")
    assert refused.status_code == 409
    assert f"What {('lena', 'olga')[heard]} ordered" in refused.text
    noted = [entry.action for _, entry in ruled.store.audit_of(AuditAsked(limit=9))]
    decided = [one for one in noted if one.startswith("rules_")]
    assert decided == [("rules_applied", "rules_rolled_back")[heard]]


async def test_an_earlier_set_is_gone_back_to(ruled: House) -> None:
    daemon(ruled)
    async with ruled.browser("lena") as browser:
        text = (await browser.get("/rules")).text
        answer = await browser.post("/rules/rollback", data={"number": "1"})
        current = await browser.post("/rules/rollback", data={"number": "2"})
        daemon(ruled, faults=("rules/x.yaml:1:1: error: gone",))
        broken = await browser.post("/rules/rollback", data={"number": "1"})
    assert text.count('action="/rules/rollback"') == 1
    assert "in force" in text
    assert answer.status_code == 303
    assert current.status_code == 409
    assert broken.status_code == 409
    assert "rules/x.yaml:1:1" in broken.text


# --- the model ----------------------------------------------------------------------------------


async def test_what_the_model_was_taught_is_covered_by_queue_and_signal(ruled: House) -> None:
    async with ruled.browser("lena") as browser:
        queues = await read_csv(browser, "/rules/model?format=csv&table=queue-labels")
        signals = await read_csv(browser, "/rules/model?format=csv&table=signal-labels")
        moved = await read_csv(browser, "/rules/model?format=csv&table=moved")
    billing = next(row for row in queues if row["queue"] == "billing")
    assert (billing["corrections"], billing["lately"], billing["needs"]) == ("1", "1", "19")
    assert int(billing["examples"]) > 0
    complaint = next(row for row in signals if row["signal"] == "complaint")
    assert (complaint["corrections"], complaint["no"]) == ("1", "0")
    assert moved == [{"from": "returns", "to": "billing", "tickets": "1"}]


async def test_waiting_heads_are_decided_over_and_earlier_ones_judge_again(ruled: House) -> None:
    store = ruled.store
    store.keep_taught(taught("a", Outcome.LIVE))
    figures = {"queue, examples": {"mails": 50, "before": FIGURES, "after": FIGURES}}
    waits = replace(taught("b", Outcome.WAITING, 1), figures=figures, why="queue: worse")
    second = store.keep_taught(waits)
    async with ruled.browser("lena") as browser:

        async def do(name: str, number: object) -> httpx.Response:
            return await browser.post(f"/rules/model/{name}", data={"number": str(number)})

        text = (await browser.get("/rules/model")).text
        assert "Heads 2 wait for your word" in text
        assert "0.900 → 0.900" in text
        assert (await do("approve", second.number)).status_code == 303
        assert store.taught(1)[0].outcome is Outcome.LIVE
        assert (await do("approve", second.number)).status_code == 409
        assert (await do("rollback", 1)).status_code == 303
        assert store.taught(1)[0].outcome is Outcome.ROLLED_BACK
        third = store.keep_taught(waits)
        assert (await do("reject", third.number)).status_code == 303
        assert store.taught(1)[0].outcome is Outcome.ROLLED_BACK
        for wrong in ("", "x", "0", "99999999999999999999"):
            assert (await do("approve", wrong)).status_code == 409, wrong
    noted = [entry.action for _, entry in store.audit_of(AuditAsked(limit=10))]
    assert noted[:3] == ["heads_reject", "heads_rollback", "heads_approve"]


def test_how_sure_the_model_is_is_drawn_with_how_many_and_how_far_off() -> None:
    held_out = np.asarray([[0.9375, 1, 0, 1]] * 9 + [[0.9375, 0, 1, 1], [0.2, 1, 1, 0]], np.float32)
    head = ClassHead(
        labels=("orders", "returns"),
        weights=np.zeros((2, 4), np.float32),
        bias=np.zeros(2, np.float32),
        temperature=1.0,
        reach=1.0,
        held_out=held_out,
    )
    read = Reader(language="en", zone=ZoneInfo("UTC"), now=datetime(2026, 11, 23, tzinfo=UTC))
    found = sureness(read, head)
    # What is unlike the mail that comes is left out, as where thresholds are drawn.
    assert [[cell.text for cell in row] for row in found.rows] == [
        ["90 %", "100 %", "10", "93 %", "90 %"]
    ]
    assert "Calibration error 0.037 over 10 examples" in found.note
    assert "10 examples: sure 93 %, right 90 %" in found.svg


# --- a trial ------------------------------------------------------------------------------------


async def test_a_pasted_mail_is_explained_and_nothing_of_it_is_kept(ruled: House) -> None:
    ruled.standing.judge = Pinned()
    counts = ruled.store.counts()
    whole = mail("The top <script>alert(1)</script> is cracked.", subject="Whole").decode()
    async with ruled.browser("lena") as browser:
        parts = await browser.post(
            "/rules/try",
            data={"from": "Jo <jo@x.example>", "subject": "Cracked", "text": "My table broke."},
        )
        pasted = await browser.post("/rules/try", data={"text": whole})
        letter = await browser.post("/rules/try", data={"text": "Hello: I ask\nabout my table."})
        file = await browser.post("/rules/try", files={"file": ("a.eml", whole.encode())})
        empty = await browser.post("/rules/try", data={"text": " "})
        astray = await browser.post(
            "/rules/try", data={"from": "a\nBcc: x@y.example", "text": "Grüße"}
        )
    for answer in (parts, pasted, file, letter):
        assert answer.status_code == 200
        assert ruled.policy.queues["returns"].title in answer.text
        assert "<script>alert" not in answer.text
        assert " style=" not in answer.text
    assert "My table broke." in parts.text
    assert "There is nothing to judge." in empty.text
    assert astray.status_code == 200
    assert ruled.store.counts() == counts
    noted = [
        entry
        for _, entry in ruled.store.audit_of(AuditAsked(limit=20))
        if entry.action == "mail_tried"
    ]
    assert len(noted) == 5
    assert all((entry.about, dict(entry.detail)) == ("", {}) for entry in noted)


class Slow(Pinned):
    """Judges as it is told to, and not before it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.goes_on = threading.Event(), threading.Event()

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        self.begun.set()
        assert self.goes_on.wait(30)
        return super().predict(messages)


async def test_a_second_mail_is_not_tried_beside_the_first(ruled: House) -> None:
    ruled.standing.judge = slow = Slow()
    async with ruled.browser("lena") as browser:
        first = asyncio.create_task(browser.post("/rules/try", data={"text": "My table broke."}))
        assert await asyncio.to_thread(slow.begun.wait, 30)
        second = await browser.post("/rules/try", data={"text": "My lamp broke."})
        slow.goes_on.set()
        answer = await first
    assert "Another mail is tried" in second.text
    assert "My lamp broke." in second.text
    assert "Another mail is tried" not in answer.text
    assert "My table broke." in answer.text


async def test_before_the_model_is_made_nothing_is_tried(ruled: House) -> None:
    async with ruled.browser("lena") as browser:
        assert "being made" in (await browser.get("/rules/try")).text
        answer = await browser.post("/rules/try", data={"text": "Hello."})
    assert "being made" in answer.text


async def test_more_than_a_mail_may_have_is_refused(ruled: House) -> None:
    ruled.standing.judge = Pinned()
    async with ruled.browser("lena") as browser:
        answer = await browser.post("/rules/try", data={"text": "x" * (2 * 1024 * 1024 + 1)})
    assert answer.status_code == 413


@needs_chromium
async def test_the_views_are_for_everybody_in_both_schemes_and_on_a_phone(ruled: House) -> None:
    ruled.standing.judge = Pinned()
    faults = ("rules/30.yaml:21:26: error: unknown action 'bost'",)
    ruled.store.keep(VERDICT, Said(at=NOW, policy="digest1", faults=faults).written())
    ruled.store.keep_taught(taught("a", Outcome.LIVE))
    ruled.store.keep_taught(replace(taught("b", Outcome.WAITING, 1), why="worse", figures={}))
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    async with chromium() as browser:
        for scheme in schemes:
            size = PHONE if scheme == "dark" else DESKTOP
            async with window(browser, ruled, "lena", scheme=scheme, size=size) as page:
                for path in VIEWS:
                    await page.goto(path)
                    if path.endswith("try"):
                        await page.fill(".try textarea", "My table broke. Jo")
                        await page.click(".try button")
                        await page.wait_for_selector("#became")
                    assert await faults_of(page) == "", (path, scheme)
                    wide = await page.evaluate("document.querySelector('.team').scrollWidth")
                    assert wide <= size[0], (path, scheme)
