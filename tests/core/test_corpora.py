"""What mail that nobody here wrote shows, where its corpora lie beside the repository.

The figures are those of `python -m tests.bench.corpora`; the floors here are what has been
reached, so that nothing falls behind it unnoticed.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench import answering, replies, soundness, stated
from tests.bench.figures import Figure, listing
from tests.core.hazards import CORPORA
from triage.core.mail.kind import kind
from triage.core.mail.parse import parse
from triage.core.mail.trust import sender_trust

pytestmark = pytest.mark.skipif(
    not (CORPORA / "manifest.jsonl").exists(),
    reason="the public corpora are not beside the repository",
)

UNKNOWN_WITHOUT_WORDING = 4
"""Machine mails that no header and no structure betrays: the wording layer's share."""

FLOORS = {
    "human whole messages acknowledged": 0.99,
    "expect.subject and from_addr": 0.96,
    "expect.text: words in order": 0.99,
    "expect.text: mails complete": 0.98,
    "expect.text_norm: words in order": 0.97,
    "expect.text_norm: mails complete": 0.96,
    "expect.first_text_part: mails complete": 0.91,
    "expect.reply_text exact": 0.82,
    "no quote leaked and no reply line lost": 0.93,
    "expect.reply_contains": 1.0,
    "bounces tied to status and recipient": 0.96,
    "  status, where the mail itself bears it": 0.94,
    "  recipients": 1.0,
    "threads of several mails tied by their ids alone": 1.0,
    "expect.attachments, ± inline and reports": 0.86,
    "expect.attachment_names": 0.89,
    "expect.is_bounce": 0.95,
}
"""The least share of each figure."""
NEVER = (
    "  of these without a reason on the source's side",
    "crash, hang, mojibake",
    "header_cases.jsonl: automatic, yet acknowledged",
    "  threads tied to another",
)
"""What must not happen to a single mail."""


@cache
def figures() -> dict[str, Figure]:
    """Measure everything that needs no model and no clock, once."""
    model = answering.HeadersOnly()
    judged = answering.judged_corpus(model)
    found = [
        *answering.answering(judged),
        *answering.header_cases(model),
        *answering.verdicts(judged),
        *stated.headers(),
        *stated.texts(),
        *stated.bounces(),
        *stated.threads(),
        *stated.attachments(),
        *replies.new_texts(),
        *soundness.soundness(),
    ]
    return {figure.name: figure for figure in found}


@pytest.mark.parametrize("name", FLOORS)
def test_a_figure_stays_where_it_has_been(name: str) -> None:
    figure = figures()[name]
    assert figure.value >= FLOORS[name], listing([figure])


@pytest.mark.parametrize("name", NEVER)
def test_what_must_not_happen_does_not(name: str) -> None:
    figure = figures()[name]
    assert figure.value == 0, listing([figure])


def test_p3_machines_that_headers_or_structure_betray_are_not_answered() -> None:
    figure = figures()["machine mail that would be acknowledged"]
    assert figure.value <= UNKNOWN_WITHOUT_WORDING, listing([figure])


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_mail_of_the_corpora_still_gives_a_message(data: st.DataObject) -> None:
    sample, _ = data.draw(st.sampled_from(stated.read()))
    whole = sample.data[:20_000]
    start = data.draw(st.integers(0, len(whole)))
    end = start + data.draw(st.integers(0, 200))
    put = data.draw(st.binary(max_size=12)) * data.draw(st.integers(1, 50))
    message = parse(whole[:start] + put + whole[end:])
    repr(message).encode("utf-8")
    assert kind(message, soundness.NOBODY).why
    assert sender_trust(message, "").why
