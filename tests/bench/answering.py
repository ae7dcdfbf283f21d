"""Which mails of the corpora would be acknowledged, by the way a mail takes in the daemon."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from tests.bench.figures import Figure, Miss, none_of, share
from tests.core.hazards import CORPORA, Sample, samples
from triage.cli.alone import explain_files
from triage.config.load import Policy, load_policy
from triage.core.prediction import Prediction
from triage.core.remember import as_list
from triage.core.terms import Terms
from triage.core.ticket import Kind
from triage.model.cache import cache_folder
from triage.model.reading import Text
from triage.pipeline.read import Predictor
from triage.pipeline.terms import terms_of
from triage.training import open_model
from triage.trial.explaining import Explainer

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
"""A Tuesday morning, within the hours of the shipped desk."""
MICROSOFT = ""
"""The one profile under which a mail's own Authentication-Results can count here."""


class HeadersOnly:
    """Says nothing of any text: headers and structure are left to decide."""

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return one prediction without an opinion a message."""
        return [Prediction() for _ in messages]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one mail: its kind, whether it is acknowledged, and why."""

    kind: Kind
    acknowledged: bool
    reason: str
    why: str


@cache
def shipped() -> Policy:
    """Load the shipped desk, once."""
    return load_policy(None)


@cache
def shipped_terms() -> Terms:
    """Return the terms of the shipped desk, whose one mailbox believes what a mail itself says.

    The desk of somebody else's test mail has no authserv-id of its own; a failure that the mail
    bears is to count all the same.
    """
    terms = terms_of(shipped(), instance="")
    inboxes = {name: replace(one, authserv_id=MICROSOFT) for name, one in terms.inboxes.items()}
    return replace(terms, inboxes=inboxes)


def shipped_model() -> Predictor:
    """Open the shipped model, taught by the shipped prompts; seconds where it is new."""
    policy = shipped()
    accuracy = policy.settings.model.accuracy_when_sure
    return open_model(
        policy.teaching, policy.settings.model.encoder, cache_folder(), accuracy, _silent
    )


def _silent(fraction: float, text: str) -> None:
    """Tell nobody how far it is."""


def judge(paths: Sequence[str], model: Predictor) -> dict[str, Judged]:
    """Judge files as `triage explain` does, each as if it had just arrived."""
    explainer = Explainer(shipped_terms(), model, NOW)
    found = {}
    for path, explanation in zip(paths, explain_files(paths, explainer), strict=True):
        report = explanation.report
        found[path] = Judged(
            kind=Kind(str(report["kind"])),
            acknowledged=bool(report["acknowledge"]),
            reason=str(report["acknowledge_reason"]),
            why="; ".join(as_list(report["why"])),
        )
    return found


@cache
def messages() -> tuple[Sample, ...]:
    """Return the samples that are whole messages."""
    return tuple(sample for sample in samples() if sample.format == "message")


def judged_corpus(model: Predictor) -> dict[str, Judged]:
    """Judge every whole message of the corpora, by path within them."""
    found = judge([str(CORPORA / sample.path) for sample in messages()], model)
    return {sample.path: found[str(CORPORA / sample.path)] for sample in messages()}


def answering(judged: dict[str, Judged]) -> list[Figure]:
    """Count machines that would be acknowledged, and humans that would."""
    machines = [s for s in messages() if s.ack == "never"]
    people = [s for s in messages() if s.ack == "must"]
    verified = [s for s in people if judged[s.path].reason != "sender_not_authenticated"]
    answered = [
        Miss(s.path, f"{s.kind}: taken for {judged[s.path].kind}")
        for s in machines
        if judged[s.path].acknowledged
    ]
    silent = [
        Miss(s.path, f"{judged[s.path].reason}: {judged[s.path].why}")
        for s in verified
        if not judged[s.path].acknowledged
    ]
    told = len(verified) - len(silent)
    return [
        none_of("machine mail that would be acknowledged", len(machines), answered),
        share("human whole messages acknowledged", told, len(verified), 0.98, silent),
        none_of(
            "  of these left out: the sender fails authentication",
            len(people),
            [Miss(s.path, "fails authentication") for s in people if s not in verified],
            barred=False,
        ),
    ]


def verdicts(judged: dict[str, Judged]) -> list[Figure]:
    """Compare kinds with what the sources say: a bounce or not, an automatic reply or not."""
    figures = []
    for key, kinds in (
        ("is_bounce", {Kind.BOUNCE}),
        ("is_auto_reply", {Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE}),
    ):
        stated = [sample for sample in messages() if key in sample.expect]
        wrong = [
            Miss(s.path, f"stated {s.expect[key]}, taken for {judged[s.path].kind}")
            for s in stated
            if (judged[s.path].kind in kinds) != s.expect[key]
        ]
        figures.append(share(f"expect.{key}", len(stated) - len(wrong), len(stated), None, wrong))
    return figures


def header_cases(model: Predictor) -> list[Figure]:
    """Put single header lines on a human's mail, and see what becomes of it."""
    cases = [
        json.loads(line)
        for line in (CORPORA / "header_cases.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    wrong, stricter = [], []
    for case in cases:
        found = _with_header(case["headers"], case.get("subject", "The bed creaks"), model)
        shown = case["headers"] or "no header"
        if case["auto"] and found.acknowledged:
            wrong.append(Miss(shown, f"acknowledged as {found.kind}"))
        elif not case["auto"] and not found.acknowledged:
            stricter.append(Miss(shown, f"stated human; {found.reason}: {found.why}"))
    automatic = [case for case in cases if case["auto"]]
    return [
        none_of("header_cases.jsonl: automatic, yet acknowledged", len(automatic), wrong),
        none_of(
            "  not automatic, and silent (RFC 3834 allows it)",
            len(cases) - len(automatic),
            stricter,
            barred=False,
        ),
    ]


def _with_header(headers: str, subject: str, model: Predictor) -> Judged:
    body = "Hello, the bed we bought in May creaks at night. What can we do?"
    head = f"From: ida@kunde.example\nTo: support@example.com\nSubject: {subject}\n"
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(f"{head}{headers}\n\n{body}\n".replace("\n\n\n", "\n\n").encode())
        file.flush()
        return judge([file.name], model)[file.name]
