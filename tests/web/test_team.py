"""The team's views: what each shows to whom, what can be set, and what never leaks."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import httpx
import pytest
from click.testing import CliRunner

from tests.store.desk import NOW, mail
from tests.store.test_round import saying
from tests.store.test_watching import fire
from tests.store.test_watching import opened as first_seen
from tests.web.browser import DESKTOP, PHONE, chromium, faults_of, needs_chromium, window
from tests.web.conftest import House
from triage.cli.group import cli
from triage.core.accounts import Role
from triage.core.breach import Reason
from triage.core.disposition import Open
from triage.core.goodwill import Gift
from triage.core.misses import Outlook
from triage.core.switches import AUTOMATIC, Switch, Switches, SwitchName
from triage.store.auditing import AuditAsked
from triage.store.round import Remedy
from triage.store.verdicts import VERDICT, Said
from triage.web.team.condition import Condition, FolderHealth
from triage.web.team.slow import FRESH, Slow
from triage.web.team.views import PARTS

UNFOLD = "for (const each of document.querySelectorAll('.team details')) each.open = true"
VIEWS = [f"/team/{name}" if name else "/team" for name in PARTS]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def opened(house: House, number: int = 0, *signals: str) -> str:
    """Take a mail of a ticket in `returns`."""
    house.desk.now = house.clock.now
    house.desk.model = saying(*signals)
    made = house.desk.take(
        mail(
            f"Words {number} of Jo Park, jo@example.net, 0171 5550123.",
            sender=f"Jo Park <jo{number}@example.net>",
            subject=f"Subject {number}",
            message_id=f"<{number}@example.net>",
        ),
        at=house.clock.now,
    )
    assert isinstance(made, Open)
    return made.reference


@pytest.fixture
def lively(house: House) -> House:
    """Return a desk with an answer in time, a missed deadline, a complaint and a gift."""
    answered, missed = opened(house, 1), opened(house, 2, "complaint", "churn_risk")
    house.store.answered(answered, NOW + HOUR / 2, "maria", "phone")
    house.clock.now = NOW + 2 * HOUR
    fire(house.desk, house.clock.now)
    (breach,) = house.store.breaches_of(missed)
    assert breach.reason is Reason.NOT_ANSWERED
    gift = Gift(kind="voucher", amount=1250, currency="GBP", reason="sorry", person="jonas")
    house.store.give(missed, gift, NOW.replace(day=1), NOW + HOUR, lambda _: "")
    house.store.add_remedy(
        missed,
        Remedy(
            at=house.clock.now,
            person="jonas",
            happened="came cracked",
            kept_word=False,
            asked_for="a new one",
            decided="sent a new one",
            decided_by="jonas",
            final=True,
        ),
    )
    return house


def missed_of(house: House) -> str:
    return house.store.reported(NOW, NOW + DAY, house.clock()).breaches[0].reference


def tables(text: str) -> Iterator[str]:
    """Yield the paths under which a view offers its tables as CSV."""
    for path in re.findall(r'href="([^"]*format=csv[^"]*)"', text):
        yield path.replace("&amp;", "&")


async def read_csv(browser: httpx.AsyncClient, path: str) -> list[dict[str, str]]:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text)))


# --- what is shown ------------------------------------------------------------------------------


async def test_every_view_is_drawn_without_a_style_and_gives_its_tables_away(
    lively: House,
) -> None:
    lively.add("lena", Role.LEAD, agent="maria")
    drawn = offered = 0
    async with lively.browser("lena") as browser:
        for path in VIEWS:
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            assert " style=" not in answer.text, path
            assert not re.search(r" on\w+=", answer.text), path
            for plot in re.findall(r"<section class=.*?</section>", answer.text, re.DOTALL):
                if "<svg" in plot:
                    drawn += 1
                    assert "<table" in plot, path
            for table in tables(answer.text):
                rows = await read_csv(browser, table)
                assert rows, table
                offered += 1
    assert drawn >= 5
    assert offered >= 12


async def test_a_view_of_a_desk_without_mail_says_so(house: House) -> None:
    house.add("lena", Role.LEAD)
    async with house.browser("lena") as browser:
        for path in VIEWS:
            answer = await browser.get(path)
            assert answer.status_code == 200, path
        assert "No deadline was missed" in (await browser.get("/team/missed")).text


async def test_no_share_stands_without_p99_and_what_is_oldest_and_open(lively: House) -> None:
    lively.add("maria", agent="maria")
    async with lively.browser("maria") as browser:
        text = (await browser.get("/team?period=today")).text
    tile = text[text.index("Answered in time") :]
    assert "50 %" in tile[:200]
    assert re.search(r"1 of 2 in business time · p99 2 h · oldest open 2 h", tile)


async def test_the_figures_are_those_of_the_command(house: House, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    house.clock.now = now - 2 * DAY
    answered, waits = opened(house, 1, "complaint"), opened(house, 2)
    house.store.answered(answered, house.clock.now + HOUR / 4, "maria", "phone")
    gift = Gift(kind="voucher", amount=1250, currency="GBP", reason="sorry", person="jonas")
    house.store.give(waits, gift, house.clock.now.replace(day=1), house.clock.now, lambda _: "")
    house.clock.now = now
    settings = tmp_path / "triage.toml"
    settings.write_text(
        f'brand = "Northwind Home"\nstore = "{house.path}"\n[[mailbox]]\nname = "support"\n'
        'address = "support@northwind.example"\nhost = "127.0.0.1"\nsecurity = "none"\n'
    )
    since = (now - 5 * DAY).date().isoformat()
    house.add("lena", Role.LEAD)
    async with house.browser("lena") as browser:
        page = (await browser.get(f"/api/v1/report?from={since}")).json()
    asked = ["report", "--since", since, "--agents", "--json", "--config", str(settings)]
    told = await asyncio.to_thread(CliRunner().invoke, cli, asked)
    command = json.loads(told.stdout)
    assert page.keys() == command.keys()
    assert command["response"]["turns"] == 2
    assert command["goodwill"]["gifts"]
    still = ("response", "queues", "days", "causes", "promises", "breaches", "complaints", "agents")
    for name in (*still, "compliments", "leaving", "goodwill", "remedies", "acknowledgements"):
        assert steady(page[name]) == steady(command[name]), name


def steady(told: object) -> object:
    """Return what of a report does not grow while it is read: of what waits, not for how long."""
    if isinstance(told, list):
        return [steady(one) for one in told]
    if isinstance(told, dict):
        grows = {"oldest_open", "business", "wall"}
        return {name: steady(one) for name, one in told.items() if name not in grows}
    return told


async def test_requesters_stand_in_it_by_their_initials_alone(lively: House) -> None:
    lively.add("lena", Role.LEAD, agent="maria")
    async with lively.browser("lena") as browser:
        for path in VIEWS:
            text = (await browser.get(path)).text
            for one in (text, *[(await browser.get(table)).text for table in tables(text)]):
                assert "Park" not in one, path
                assert "example.net" not in one, path
        voices = (await browser.get("/team/voices")).text
    assert "J.\N{NO-BREAK SPACE}P." in voices
    assert "About complaint." in voices


async def test_an_agent_sees_figures_of_their_own_and_a_lead_those_of_everybody(
    lively: House,
) -> None:
    lively.add("lena", Role.LEAD, agent="lena")
    lively.add("maria", agent="maria")
    lively.add("jonas", agent="jonas")
    path = "/team/answers?format=csv&table=agents"
    seen = {}
    for name in ("lena", "maria", "jonas"):
        async with lively.browser(name) as browser:
            seen[name] = {row["agent"] for row in await read_csv(browser, path)}
            gifts = (await browser.get("/team/goodwill")).text
            assert ("12.50" in gifts) == (name != "maria"), name
    assert seen == {"lena": {"Maria", "Jonas"}, "maria": {"Maria"}, "jonas": {"Jonas"}}


async def test_who_sees_one_queue_is_told_nothing_of_another(lively: House) -> None:
    reference = missed_of(lively)
    lively.add("olga", Role.ADMIN, "orders")
    lively.add("rita", Role.ADMIN, "returns", agent="maria")
    lively.store.switch_on(
        Switch(
            name=SwitchName.SENDER,
            about="rogue.example",
            said=AUTOMATIC,
            since=NOW,
            at=NOW,
            person="maria",
        )
    )
    async with lively.browser("olga") as olga, lively.browser("rita") as rita:
        for path in VIEWS:
            texts = [(await olga.get(path)).text]
            texts += [(await olga.get(table)).text for table in tables(texts[0])]
            for text in texts:
                for word in (reference, "12.50", "About complaint", "rogue.example", "of £"):
                    assert word not in text, (path, word)
            assert (await olga.get(f"{path}?queue=returns")).status_code == 404
            assert (await olga.get(f"{path}?queue=nowhere")).status_code == 404
        assert "The next hour" not in (await olga.get("/team")).text
        assert "left in this month" not in (await olga.get("/team/goodwill")).text
        assert reference in (await rita.get("/team/missed")).text
        assert "12.50" in (await rita.get("/team/goodwill")).text
        asked = {"reason": "burst", "clock": "first", "cycle": "1"}
        refused = await olga.post(f"/ticket/{reference}/breach", data=asked)
    assert refused.status_code == 404
    assert lively.store.breaches_of(reference)[0].person == ""


async def test_what_will_likely_be_late_is_foreseen_and_yesterdays_word_is_scored(
    house: House,
) -> None:
    for number in range(40):
        first_seen(house.desk, number)  # no two alike, or they would be one wave
    house.clock.now = NOW + HOUR / 2
    yesterday = NOW - DAY
    for ahead, high in ((0, 0), (1, 4)):
        at = yesterday + ahead * HOUR
        outlook = Outlook(until=at + HOUR, mean=1.0, low=high, high=high, late=())
        house.store.keep_foreseen(outlook, at)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        rows = await read_csv(browser, "/team?format=csv&table=misses")
        before = await read_csv(browser, "/team/staffing?format=csv&table=forecasts")
        text = (await browser.get("/team")).text
    assert 0 < len(rows) <= 40
    assert all(0.1 <= float(row["probability"]) <= 1 for row in rows)
    assert {row["queue"] for row in rows} == {house.policy.queues["returns"].title}
    assert [(row["came"], row["held"]) for row in before] == [("0", "yes"), ("0", "no")]
    assert re.search(r"By 11:30 expect [1-9]\d* late", text)
    assert "1 of 2 forecasts held" in text


# --- the time -----------------------------------------------------------------------------------


async def test_the_address_says_the_time(lively: House) -> None:
    lively.add("lena", Role.LEAD)
    async with lively.browser("lena") as browser:
        for query, mails in (
            ("period=today", 2),
            ("period=28d", 2),
            ("from=2026-11-23&to=2026-11-23", 2),
            ("from=2026-11-22&to=2026-11-22", 0),
        ):
            rows = await read_csv(browser, f"/team/answers?{query}&format=csv&table=days")
            assert sum(int(row["turns"]) for row in rows) == mails, query
        for query in (
            "period=year",
            "from=yesterday",
            "from=2026-11-24",
            "from=2026-11-20&to=2026-11-19",
            "from=2020-01-01",
            "to=9999-12-31&from=9999-12-31",
        ):
            assert (await browser.get(f"/team?{query}")).status_code == 404, query
        assert (await browser.get("/team/answers?format=csv&table=none")).status_code == 404
        assert (await browser.get("/team/goodwill?month=2026-10")).status_code == 200
        assert (await browser.get("/team/goodwill?month=soon")).status_code == 200


async def test_what_is_slow_is_read_once_a_minute_and_one_at_a_time() -> None:
    slow, reads, reading = Slow(), list[str](), 0

    async def read(what: str) -> str:
        nonlocal reading
        reading += 1
        assert reading == 1
        await asyncio.sleep(0)
        reads.append(what)
        reading -= 1
        return what

    async def ask(what: str, now: datetime) -> str:
        return await slow(what, now, lambda: read(what))

    found = await asyncio.gather(ask("a", NOW), ask("a", NOW), ask("b", NOW))
    assert list(found) == ["a", "a", "b"]
    assert await ask("a", NOW + FRESH - timedelta.resolution) == "a"
    assert reads == ["a", "b"]
    await ask("a", NOW + FRESH)
    slow.forget()
    await ask("a", NOW + FRESH)
    assert reads == ["a", "b", "a", "a"]
    for number in range(9):
        await ask(str(number), NOW)
    await ask("8", NOW)
    await ask("0", NOW)
    assert reads[-2:] == ["8", "0"]


async def test_what_is_forgotten_while_it_is_read_is_read_anew() -> None:
    slow, reads = Slow(), list[str]()

    async def read() -> str:
        reads.append("before" if not reads else "after")
        if reads == ["before"]:
            slow.forget()
        return reads[-1]

    assert await slow("a", NOW, read) == "before"
    assert await slow("a", NOW, read) == "after"
    assert await slow("a", NOW, read) == "after"
    assert reads == ["before", "after"]


# --- what is set --------------------------------------------------------------------------------


async def test_a_lead_sets_and_ends_what_holds_for_the_hour(house: House) -> None:
    house.add("lena", Role.LEAD, agent="maria")
    forms = {
        "away": {"agent": "jonas", "until": "tomorrow 09:00"},
        "closed": {"until": "14:00"},
        "pause": {"what": "all", "why": "second mail"},
        "notice": {"said": "Deliveries are late.", "match": "orders", "until": "18:00"},
        "sender": {"address": "Reports@Supplier.example", "what": "automatic"},
    }
    async with house.browser("lena") as browser:
        for name, fields in forms.items():
            answer = await browser.post(f"/team/hour/{name}", data=fields)
            assert answer.status_code == 303, (name, answer.text)
        on = house.store.switches(NOW)
        assert [(one.name, one.about, one.person) for one in on] == [
            ("away", "jonas", "maria"),
            ("closed", "", "maria"),
            ("pause", "all", "maria"),
            ("notice", "orders", "maria"),
            ("sender", "reports@supplier.example", "maria"),
        ]
        assert on[1].until == datetime(2026, 11, 23, 14, tzinfo=UTC)
        text = (await browser.get("/team/hour")).text
        for words in (
            "Jonas Weber is away",
            "The desk is closed",
            "All that leaves by itself is paused",
            "Deliveries are late.",
            "Mail from reports@supplier.example is automatic",
            "set by Maria, 10:00",
            "until Tue 09:00",
            "until somebody ends it",
        ):
            assert words in text, words
        for one in on:
            answer = await browser.post("/team/hour/end", data={"number": str(one.number)})
            assert answer.status_code == 303
        again = await browser.post("/team/hour/end", data={"number": str(on[0].number)})
        assert again.status_code == 409
    house.clock.now += timedelta(seconds=1)
    assert not Switches(house.store.switches(house.clock())).on(house.clock())
    noted = [entry.action for _, entry in house.store.audit_of(AuditAsked(limit=20))]
    assert noted.count("switched_on") == noted.count("switched_off") == 5


async def test_an_agent_says_when_they_are_away_and_nothing_else(house: House) -> None:
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        own = await browser.post("/team/hour/away", data={"agent": "maria", "until": "17:00"})
        assert own.status_code == 303
        (switch,) = house.store.switches(NOW)
        for name, fields in (
            ("away", {"agent": "jonas", "until": "17:00"}),
            ("closed", {"until": "17:00"}),
            ("pause", {"what": "all"}),
            ("notice", {"said": "Hello.", "until": "17:00"}),
            ("sender", {"address": "x@example.net", "what": "human"}),
        ):
            answer = await browser.post(f"/team/hour/{name}", data=fields)
            assert answer.status_code == 409, name
            assert "for a lead" in answer.text
        text = (await browser.get("/team/hour")).text
        assert "/team/hour/closed" not in text
        assert "Jonas Weber" not in text
        assert house.store.switches(NOW) == (switch,)
        ended = await browser.post("/team/hour/end", data={"number": str(switch.number)})
        assert ended.status_code == 303


async def test_a_lead_of_some_queues_sets_nothing_for_the_whole_desk(house: House) -> None:
    house.add("lena", Role.LEAD, "orders", agent="maria")
    notice = {"said": "Hello.", "until": "17:00"}
    async with house.browser("lena") as browser:
        for name, fields in (
            ("closed", {"until": "17:00"}),
            ("notice", notice),
            ("notice", {**notice, "match": "returns"}),
            ("away", {"agent": "jonas", "until": "17:00"}),
        ):
            answer = await browser.post(f"/team/hour/{name}", data=fields)
            assert answer.status_code == 409, (name, fields)
        own = await browser.post("/team/hour/notice", data={**notice, "match": "orders"})
    assert own.status_code == 303
    assert [one.about for one in house.store.switches(NOW)] == ["orders"]


async def test_what_is_typed_wrong_is_said_above_the_form_and_is_not_lost(house: House) -> None:
    house.add("lena", Role.LEAD)
    long = "x" * 301
    async with house.browser("lena") as browser:
        for name, fields, wrong in (
            ("away", {"agent": "nobody", "until": "17:00"}, "no such agent"),
            ("away", {"agent": "maria"}, "until when"),
            ("away", {"agent": "maria", "until": "yesterday"}, "no moment to come"),
            ("closed", {}, "until when"),
            ("closed", {"until": "soonish"}, "no moment to come"),
            ("pause", {"what": "replies"}, "what is paused"),
            ("notice", {"said": long, "until": "17:00"}, "1 to 300"),
            ("notice", {"said": "A <b>", "match": "x", "until": "17:00"}, "rule or queue"),
            ("notice", {"said": "A"}, "until when"),
            ("sender", {"address": "what", "what": "human"}, "neither"),
            ("sender", {"address": "northwind.example", "what": "human"}, "our own"),
            ("sender", {"address": "a@b.example", "what": "x"}, "what it is"),
        ):
            answer = await browser.post(f"/team/hour/{name}", data=fields)
            assert answer.status_code == 409, (name, fields)
            said = re.search(r'role="alert">([^<]+)<', answer.text)
            assert said is not None
            assert wrong in said[1], (name, fields)
            if "A <b>" in fields.values():
                assert "A &lt;b&gt;</textarea>" in answer.text
    assert house.store.switches(NOW) == ()


async def test_a_reason_for_a_breach_is_set_right_and_counted_at_once(lively: House) -> None:
    lively.add("maria", agent="maria")
    reference = missed_of(lively)
    asked = {"reason": "burst", "clock": "first", "cycle": "1", "back": "/team/missed?period=7d"}
    async with lively.browser("maria") as browser:
        before = await read_csv(browser, "/team/missed?format=csv&table=reasons")
        answer = await browser.post(f"/ticket/{reference}/breach", data=asked)
        after = await read_csv(browser, "/team/missed?format=csv&table=missed")
        for wrong in ({"reason": "rain"}, {"clock": "x"}, {"cycle": "x"}, {"cycle": "7"}):
            refused = await browser.post(f"/ticket/{reference}/breach", data={**asked, **wrong})
            assert refused.status_code == 409, wrong
        astray = {**asked, "back": "https://evil.example/"}
        away = await browser.post(f"/ticket/{reference}/breach", data=astray)
    assert [row["reason"] for row in before] == ["not answered"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/team/missed?period=7d")
    assert [(row["ticket"], row["reason"], row["by"]) for row in after] == [
        (reference, "burst", "Maria")
    ]
    assert away.headers["location"] == "/team"
    assert lively.store.breaches_of(reference)[0].reason is Reason.BURST


async def test_what_became_of_a_complaint_is_written_down(lively: House) -> None:
    lively.add("maria", agent="maria")
    reference, cause = missed_of(lively), next(iter(lively.policy.causes))
    asked = {"kind": "complaint", "cause": cause, "fix": "=new top", "closed": "1"}
    async with lively.browser("maria") as browser:
        await browser.get("/team/voices")
        answer = await browser.post(f"/ticket/{reference}/voice", data=asked)
        (row,) = await read_csv(browser, "/team/voices?format=csv&table=complaints")
        for wrong in ({"kind": "rumour"}, {"cause": "x"}, {"kind": "compliment"}):
            refused = await browser.post(f"/ticket/{reference}/voice", data={**asked, **wrong})
            assert refused.status_code == 409, wrong
    assert answer.status_code == 303
    assert (row["ticket"], row["cause"]) == (reference, lively.policy.causes[cause].title)
    assert row["fix"] == "'=new top"
    assert row["closed"].startswith("2026-11-23T12:00")


async def test_the_budget_of_the_month_and_its_ledger_are_shown(lively: House) -> None:
    lively.add("lena", Role.LEAD)
    async with lively.browser("lena") as browser:
        text = (await browser.get("/team/goodwill")).text
        (gift,) = await read_csv(browser, "/team/goodwill?format=csv&table=gifts")
        assert "Nothing was given" in (await browser.get("/team/goodwill?month=2026-10")).text
    assert "487.50 GBP of 500.00 GBP left" in text
    assert (gift["amount"], gift["currency"], gift["by"]) == ("12.50", "GBP", "jonas")


# --- the service --------------------------------------------------------------------------------


async def test_a_rejection_says_where_to_leads_and_to_others_that_it_is(house: House) -> None:
    said = Said(at=NOW, policy="3f2c1a", faults=("rules/30.yaml:21:26: error: unknown 'bost'",))
    house.store.keep(VERDICT, said.written())
    house.add("lena", Role.LEAD)
    house.add("maria", agent="maria")
    async with house.browser("lena") as lena, house.browser("maria") as maria:
        seen = [(await one.get("/team/service")).text for one in (lena, maria)]
    assert all("rejected 10:00; the last good set runs" in text for text in seen)
    assert "rules/30.yaml:21:26" in seen[0]
    assert "rules/30.yaml" not in seen[1]
    assert all(house.policy.digest in text for text in seen)


async def test_mailboxes_and_relay_are_shown_as_the_daemon_says_they_are(house: House) -> None:
    def folder(
        role: str, error: str = "", *, absent: bool = False, seen: bool = True
    ) -> FolderHealth:
        return FolderHealth(
            mailbox="support",
            role=role,
            path="INBOX",
            connected=not error,
            absent=absent,
            last_sync=NOW if seen else None,
            error=error,
        )

    folders = (folder("inbox"), folder("sent", "no route <b>"), folder("junk", absent=True))
    house.standing.condition = Condition(
        folders=(*folders, folder("inbox", seen=False)),
        paused="550 not you",
        refused={"billing": "553 not yours"},
        troubles={"MODEL BROKEN": "nothing is triaged"},
    )
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        text = (await browser.get("/team/service")).text
        house.standing.condition = Condition(last_sent=NOW)
        well = (await browser.get("/team")).text
    for words in (
        "looked at 10:00",
        "unreachable; last looked at 10:00",
        "no route &lt;b&gt;",
        "the account has none",
        "not looked at yet",
        "550 not you",
        "the relay does not let us send as billing",
        "nothing is triaged",
    ):
        assert words in text, words
    assert "mail last left 10:00" in well


async def test_who_reads_german_reads_the_team_in_german(lively: House) -> None:
    lively.add("lena", Role.LEAD)
    async with lively.browser("lena") as browser:
        browser.headers["Accept-Language"] = "de"
        text = (await browser.get("/team")).text
        missed = (await browser.get("/team/missed")).text
    assert "Rechtzeitig beantwortet" in text
    assert "Bis 13:00 sind" in text or "Verspätungen zu erwarten" in text
    assert "nicht beantwortet" in missed


@needs_chromium
async def test_the_views_are_for_everybody_in_both_schemes_and_on_a_phone(lively: House) -> None:
    lively.add("lena", Role.LEAD, agent="maria")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    async with chromium() as browser:
        for scheme in schemes:
            size = PHONE if scheme == "dark" else DESKTOP
            async with window(browser, lively, "lena", scheme=scheme, size=size) as page:
                for path in VIEWS:
                    await page.goto(path)
                    await page.evaluate(UNFOLD)
                    assert await faults_of(page) == "", (path, scheme)
                    wide = await page.evaluate("document.querySelector('.team').scrollWidth")
                    assert wide <= size[0], (path, scheme)
