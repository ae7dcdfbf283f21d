"""Figures of judgement: `pytest -m bench -s tests/bench/bench_judgement.py`.

Those that have bars are measured by `python -m tests.bench.judgement` too. Besides them it says
here how well kinds of mail are told by their words: on the examples that cross-validation held out,
and on mails that no training and no threshold ever sees.
"""

from __future__ import annotations

import pytest

from tests.bench.judged import HELD_OUT, ROOT
from tests.bench.judgement import SECTIONS, measured
from tests.core.worded import WORDING, worded
from tests.model.conftest import silent
from triage.config.prompts import load_teaching
from triage.model.cache import cache_folder
from triage.model.kinds import HUMAN
from triage.model.predict import Model
from triage.model.reading import Text
from triage.training import open_model
from triage.training.evaluate_mails import read_mails

pytestmark = [pytest.mark.bench, pytest.mark.model, pytest.mark.timeout(3600)]

ACCURACY = 0.95


@pytest.fixture(scope="module")
def model() -> Model:
    teaching = load_teaching(ROOT / "prompts")
    return open_model(teaching, "default", cache_folder(), ACCURACY, silent)


@pytest.mark.parametrize("section", SECTIONS)
def test_figures_with_bars(section: str) -> None:
    assert measured(section) or section == "clinc"  # whose data is not everywhere


def show(name: str, **figures: object) -> None:
    """Print figures, one a line."""
    for key, value in figures.items():
        shown = f"{value:.3f}" if isinstance(value, float) else value
        print(f"{name:<20} {key:<28} {shown}")  # noqa: T201


def share(right: list[bool]) -> str:
    return f"{sum(right) / max(1, len(right)):.3f} ({sum(right)} of {len(right)})"


def test_kinds_that_only_words_tell(model: Model) -> None:
    head = model.heads.kinds
    assert head is not None
    people = head.held_out[head.whose == HUMAN]
    show(
        "kinds, cross-validation",
        people_doubted=share([bool(row) for row in (people > head.doubtful).any(axis=1)]),
        people_filed=share([bool(row) for row in (people > head.sure).any(axis=1)]),
    )
    for at, name in enumerate(head.names):
        own = head.held_out[head.whose == at + 1]
        show(
            f"kind {name}",
            doubted_or_filed=share([bool(row) for row in (own > head.doubtful).any(axis=1)]),
            named_without_doubt=share([bool(hit) for hit in own[:, at] > head.sure[at]]),
        )


def test_people_of_unseen_mail(model: Model) -> None:
    mails = [mail for mail, _ in read_mails(HELD_OUT, load_teaching(ROOT / "prompts"))]
    found = model.predict([Text(mail.subject, mail.body) for mail in mails])
    doubted = [any(said.fired for said in one.kinds.values()) for one in found]
    show("kinds, unseen mail", people_doubted=share(doubted))


def test_kinds_of_worded_mail(model: Model) -> None:
    if not (WORDING / "labels.jsonl").exists():
        pytest.skip("no mails are labelled by their wording")
    mails = worded()
    found = model.predict([Text(mail.message.subject, mail.message.text) for mail in mails])
    spoken = sorted({mail.language for mail in mails})
    for language in ("all", *spoken):
        some = [
            (mail.acknowledge == "must", any(said.fired for said in one.kinds.values()))
            for mail, one in zip(mails, found, strict=True)
            if language in ("all", mail.language)
        ]
        show(
            f"worded mail, {language}",
            machines_left_out=share([fired for human, fired in some if not human]),
            people_answered=share([not fired for human, fired in some if human]),
        )
