"""CLINC150: 150 intents in English, and queries that belong to none of them.

Source: Larson et al., EMNLP 2019 (CC-BY-3.0). It is measured on and never taught.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from tests.bench.figures import Figure
from tests.bench.kept import kept
from triage.model.encoder import OnnxEncoder
from triage.training.evaluate import Labelled, TextFigures, evaluate_texts

DATA = Path(__file__).parents[3] / "shared/datasets/clinc150/data_full.json"
SEEDS = range(5)
SHOTS = 10
SLACK = 0.005
MISCALIBRATED = 0.02

ANCHORS = {
    "english": {"acc 10": 0.907, "acc full": 0.955, "auroc 10": 0.962, "auroc full": 0.974},
    "default": {"acc 10": 0.897, "acc full": 0.954, "auroc 10": 0.947, "auroc full": 0.962},
    "multilingual": {"acc 10": 0.897, "acc full": 0.954, "auroc 10": 0.947, "auroc full": 0.962},
    "TF-IDF": {"acc 10": 0.817, "acc full": 0.924},
}


@dataclass(frozen=True, slots=True)
class Clinc:
    """What is taught, what is asked, and what belongs to no intent."""

    train: Labelled
    test: Labelled
    unknown: tuple[str, ...]


def clinc(path: Path = DATA) -> Clinc:
    """Read the data set."""
    given = json.loads(path.read_text())
    train, test = (
        Labelled(tuple(text for text, _ in given[key]), tuple(label for _, label in given[key]))
        for key in ("train", "test")
    )
    return Clinc(train, test, tuple(text for text, _ in given["oos_test"]))


def encoder_figures(
    name: str, opened: OnnxEncoder, data: Clinc, tell: Callable[[str], None]
) -> Iterator[Figure]:
    """Yield the figures of an encoder: the mean of the seeds, and all of the training texts."""
    encoder, store = kept(opened)
    each: list[TextFigures] = []
    for seed in SEEDS:
        tell(f"CLINC150 · {name} · {SHOTS} of each label · seed {seed}")
        each.append(_measured(encoder, data.train.some(SHOTS, seed), data))
        store.keep()
    yield from _figures(name, "10", each)
    tell(f"CLINC150 · {name} · all")
    yield from _figures(name, "full", [_measured(encoder, data.train, data)])


def _measured(encoder: OnnxEncoder, train: Labelled, data: Clinc) -> TextFigures:
    return evaluate_texts(
        encoder, train, data.test, unknown=data.unknown, progress=lambda fraction, text: None
    )


def _figures(name: str, taught: str, each: list[TextFigures]) -> Iterator[Figure]:
    anchors = ANCHORS[name]
    spent = f"{mean(one.seconds for one in each):.1f} s CPU each"
    runs = f"{len(each)} seeds, {spent}" if len(each) > 1 else f"every seed the same, {spent}"
    title = f"CLINC150 {name}, {taught}-shot" if taught == "10" else f"CLINC150 {name}, full"
    yield at_least(
        f"{title}: accuracy",
        mean(one.accuracy for one in each),
        anchors[f"acc {taught}"] - SLACK,
        runs,
    )
    yield at_least(
        f"{title}: out-of-scope AUROC",
        mean(one.unknown_auroc or 0.0 for one in each),
        anchors[f"auroc {taught}"] - SLACK,
        "",
    )
    yield at_most(f"{title}: calibration error", mean(one.ece for one in each), MISCALIBRATED, "")
    yield plain(f"{title}: coverage", mean(one.coverage for one in each))
    yield plain(f"{title}: when sure", mean(one.accuracy_when_sure or 0.0 for one in each))


def baseline_figures(data: Clinc, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Yield what words and letters alone reach, with a linear support vector machine."""
    for taught, trained in (
        ("10", [data.train.some(SHOTS, seed) for seed in SEEDS]),
        ("full", [data.train]),
    ):
        tell(f"CLINC150 · TF-IDF · {taught}")
        began = time.process_time()
        reached = mean(_baseline(train, data.test) for train in trained)
        spent = (time.process_time() - began) / len(trained)
        title = "CLINC150 TF-IDF, " + ("10-shot" if taught == "10" else "full")
        yield plain(
            f"{title}: accuracy",
            reached,
            f"anchor {ANCHORS['TF-IDF'][f'acc {taught}']}, {spent:.1f} s CPU",
        )


def _baseline(train: Labelled, test: Labelled) -> float:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, letters), LinearSVC(random_state=0))
    model.fit(train.texts, train.labels)
    return float(model.score(test.texts, test.labels))


def at_least(name: str, value: float, bar: float, counted: str) -> Figure:
    """Return a figure that meets its bar at the bar itself."""
    return _figure(name, value, counted, f"≥ {bar:.3f}", met=value >= bar)


def at_most(name: str, value: float, bar: float, counted: str) -> Figure:
    """Return a figure that meets its bar at the bar itself."""
    return _figure(name, value, counted, f"≤ {bar:.3f}", met=value <= bar)


def plain(name: str, value: float, counted: str = "") -> Figure:
    """Return a figure without a bar."""
    return _figure(name, value, counted, "", met=None)


def _figure(name: str, value: float, counted: str, bar: str, *, met: bool | None) -> Figure:
    told = f"{value:.4f}"
    return Figure(name=name, value=value, told=told, counted=counted, bar=bar, met=met)
