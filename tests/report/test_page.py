"""The page: one file that loads and runs nothing, well-formed, and safe whoever wrote what."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tests.report.desk import DAY, HOUR, MINUTE, MONDAY, agent, desk, turn
from triage.core.breach import Reason
from triage.core.goodwill import Budget, Gift
from triage.core.ticket import Status
from triage.report import plots, waitplots
from triage.report.figures import Desk, Figures, figures
from triage.report.kept import KEPT, NOT_TOLD, TOLD_BEFORE, kept
from triage.report.markup import said
from triage.report.page import page
from triage.report.shape import shape
from triage.report.svg import Bar, bars
from triage.report.words import DASH, discreet, initials, lasted, percent, time_of
from triage.store.guarding import Breach, Guarded
from triage.store.promises import Foreseen
from triage.store.reporting import About, Acknowledged, Caused, Reported, Told, Withheld
from triage.store.round import Given, Leaving, Sign, Voice, VoiceKind

EVIL = "<script>alert('x')</script> \"Bobby\" & Söhne\x00\x1b[31m\u202ekcaB"
REFERENCE = "T-0000001"
NOW = MONDAY + 7 * DAY
VOID = {"meta", "br", "hr", "img", "link", "input"}


def told(outcome: str, why: str = "", *, delay: bool = False, minutes: int = -10) -> Told:
    return Told(
        reference=REFERENCE,
        delay=delay,
        promised_at=MONDAY + 11 * HOUR,
        expected_at=MONDAY + 10 * HOUR,
        answered=MONDAY + 11 * HOUR + minutes * MINUTE,
        outcome=outcome,
        why=why,
    )


def voice(kind: VoiceKind) -> Voice:
    sentence = f"{EVIL} call me on +44 20 7946 0123 or at jo@example.net, says Jo Park"
    return Voice(
        kind=kind, reference=REFERENCE, at=MONDAY, sentence=sentence, owner="maria", cause=EVIL
    )


def full(of: Desk) -> Figures:
    """Return a report in which everything stands, said by somebody evil."""
    start = MONDAY + 10 * HOUR
    gift = Gift(kind=EVIL, amount=1250, currency="GBP", reason=EVIL, person="maria")
    read = Reported(
        since=MONDAY,
        until=NOW,
        queue=None,
        turns=(
            turn(start, start + 20 * MINUTE, queue=EVIL),
            turn(start - 9 * DAY, number=2),
            turn(start + 10 * HOUR, start + 2 * DAY, number=3),
        ),
        breaches=(
            Breach(
                reference=REFERENCE,
                clock=Guarded.FIRST,
                cycle=1,
                at=start,
                noticed=start,
                reason=Reason.BURST,
                person=EVIL,
            ),
        ),
        told=(told(KEPT), told(TOLD_BEFORE, minutes=9), told(NOT_TOLD, "cap_reached", minutes=9)),
        caused=(Caused(EVIL, 3, 9), Caused("", 1, 2)),
        withheld=(Withheld("human", "too_late", 2), Withheld("bulk", "bulk", 7)),
        acknowledged=(Acknowledged("sent", "", 5), Acknowledged("cancelled", "answered", 1)),
        voices=(voice(VoiceKind.COMPLAINT), voice(VoiceKind.COMPLIMENT)),
        gifts=(Given(number=1, reference=REFERENCE, at=MONDAY, gift=gift),),
        leaving=(
            Leaving(
                reference=REFERENCE,
                requester="jo@example.net",
                requester_name="Jo Park",
                subject=EVIL,
                owner="maria",
                opened=MONDAY,
                status=Status.OPEN,
                sign=Sign.SAYS_SO,
                sentence=EVIL,
            ),
        ),
        foreseen=(Foreseen(at=MONDAY, until=MONDAY + HOUR, mean=1.5, low=0, high=3, came=2),),
        about={REFERENCE: About("orders", "Jo Park")},
    )
    return figures(read, of, NOW, agents=True)


DESK = replace(
    desk(agent("Maria")),
    brand=EVIL,
    budget=Budget(currency="GBP", digits=2, month=50000, each=4000),
    spent=1250,
)
PAGE = page(full(DESK), DESK)


class Wellformed(HTMLParser):
    """Knows which elements are open, and keeps what every attribute says."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.every: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.every.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.every.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(document: str) -> Wellformed:
    parser = Wellformed()
    parser.feed(document)
    parser.close()
    assert parser.open == []
    return parser


def test_the_page_is_well_formed_and_every_plot_is_xml_of_its_own() -> None:
    parsed(PAGE)
    drawn = re.findall(r"<svg.*?</svg>", PAGE, re.DOTALL)
    assert len(drawn) == 7
    for one in drawn:
        ElementTree.fromstring(one)  # noqa: S314 - our own


def test_the_page_runs_nothing_and_loads_nothing() -> None:
    found = parsed(PAGE)
    tags = {tag for tag, _ in found.every}
    assert tags.isdisjoint({"script", "iframe", "object", "embed", "link", "img", "base", "form"})
    for _, attributes in found.every:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"src", "srcset", "action"}
            assert name != "href" or str(value).startswith("#")
            assert "://" not in str(value)
    assert "@import" not in PAGE
    assert "url(" not in PAGE


def test_what_strangers_wrote_stands_there_as_text() -> None:
    assert "<script" not in PAGE
    assert "&lt;script&gt;" in PAGE
    for unseen in "\x00\x1b\u202e":
        assert unseen not in PAGE


def test_requesters_stand_there_by_their_initials_alone() -> None:
    for name in ("Jo Park", "jo@example.net", "7946"):
        assert name not in PAGE
    assert "J.\N{NO-BREAK SPACE}P." in PAGE


def test_no_share_stands_without_the_longest_wait_and_the_oldest_open_mail() -> None:
    head = PAGE[PAGE.index("<header>") : PAGE.index("</header>")]
    assert "33 %" in head
    assert "p99" in head
    assert "oldest open" in head
    table = waitplots.by_queue(full(DESK), DESK).table
    assert {"in time", "p99", "oldest open"} <= set(table.head)


def test_every_mark_of_a_plot_says_what_it_shows() -> None:
    for drawn in re.findall(r"<svg.*?</svg>", PAGE, re.DOTALL):
        for group in ElementTree.fromstring(drawn).iter("g"):  # noqa: S314 - our own
            assert group.find("title") is not None
    assert PAGE.count("<details") == 7


def test_of_an_empty_store_the_page_is_a_page() -> None:
    empty = figures(Reported(since=MONDAY, until=NOW, queue=None), desk(), NOW)
    document = page(empty, desk())
    parsed(document)
    assert "Nothing waits." in document
    assert plots.causes(empty, desk()) is None
    assert plots.promises(empty) is None


def test_a_desk_with_nobody_and_no_mail_has_no_staffing_to_draw() -> None:
    empty = figures(Reported(since=MONDAY, until=NOW, queue=None), desk(), NOW)
    assert plots.staffing(empty) is None


def test_json_holds_all_of_a_report() -> None:
    found = shape(full(DESK), DESK)
    assert found["goodwill"] == {
        "currency": "GBP",
        "budget": "500.00",
        "spent": "12.50",
        "gifts": [
            {
                "number": 1,
                "ticket": REFERENCE,
                "at": "2026-03-23T00:00:00+00:00",
                "kind": EVIL,
                "amount": "12.50",
                "currency": "GBP",
                "reason": EVIL,
                "by": "maria",
                "approved_by": None,
                "undone": None,
            }
        ],
    }
    assert found["breach_reasons"] == {"burst": 1}


def test_what_was_told_is_kept_told_before_or_not_told_and_delays_stand_apart() -> None:
    every = [
        told(KEPT),
        told(KEPT, minutes=-90),
        told(TOLD_BEFORE, minutes=9),
        told(NOT_TOLD, "cap_reached", minutes=9),
        replace(told(""), answered=None),
        told(KEPT, delay=True),
    ]
    found = kept(every)
    assert (found.told, found.kept, found.told_before, found.open) == (5, 2, 1, 1)
    assert found.not_told == {"cap_reached": 1}
    assert found.share == 0.5
    assert (found.delays, found.expected, found.before_expected) == ((1, 1), 4, 1)
    assert kept([]).share is None


@pytest.mark.parametrize(
    ("name", "written"),
    [("Jo Park", "J. P."), ("", DASH), ("jo", "J."), ("<b>", "B."), ("a b c d", "A. B. C.")],
)
def test_initials(name: str, written: str) -> None:
    assert initials(name).replace("\N{NO-BREAK SPACE}", " ") == written


def test_a_sentence_is_told_without_name_address_and_number() -> None:
    sentence = "Park here, jo@example.net, order NW-123456, call 020 7946 0123."
    assert discreet(sentence, "Jo Park") == "P. here, … order NW-…, call …."
    assert discreet("I will wait.", "") == "I will wait."


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (1.0, "100 %"),
        (0.9999, "99.9 %"),
        (0.99, "99.0 %"),
        (0.876, "87 %"),
        (0, "0 %"),
        (0.29, "29 %"),
        (None, DASH),
    ],
)
def test_only_all_of_them_are_a_hundred_per_cent(share: float | None, written: str) -> None:
    assert percent(share) == written


def test_spans_and_times_in_words() -> None:
    assert lasted(30 * MINUTE / 60) == "under 1 min"
    assert lasted(80 * MINUTE) == "1 h 20 min"
    assert (lasted(11 * HOUR), lasted(50 * HOUR), lasted(None)) == ("11 h", "2 days", DASH)
    zone = desk().zone
    assert time_of(MONDAY, MONDAY + DAY, zone) == "Mon 23 Mar 2026"
    assert time_of(MONDAY, MONDAY + 2 * DAY, zone) == f"Mon 23 Mar 2026 {DASH} Tue 24 Mar 2026"
    assert time_of(MONDAY, MONDAY + HOUR, zone).endswith("Mon 23 Mar 2026 01:00")


def test_a_bar_is_never_longer_than_its_ground() -> None:
    drawn = bars("x", [Bar(label="a", share=7.0, text="7", tells="seven")])
    lengths = re.findall(r'width="([\d.]+)" height="18"', drawn)
    assert float(lengths[0]) == float(lengths[1])


def test_words_become_one_line_of_safe_text() -> None:
    assert said(" a\n\tb <i>\u2028c\ud800 ") == "a b &lt;i&gt; c"
