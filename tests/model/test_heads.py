"""The heads: what they compute, when they are sure, and how they are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import ModelUnusable
from triage.model.floats import Floats, sigmoid
from triage.model.heads import ClassHead, Heads, PriorityHead, SignalHead, sureness
from triage.model.kept import load_heads, save_heads
from triage.model.reading import Reading
from triage.model.words import BUCKETS, NONE

WIDTH = 4


def class_head(held_out: list[tuple[float, bool]] | None = None, reach: float = 0.5) -> ClassHead:
    random = np.random.default_rng(3)
    rows = [(score, float(hit), 0.0, 1.0) for score, hit in held_out or []]
    return ClassHead(
        labels=("a", "b", "c"),
        weights=random.normal(size=(3, WIDTH)).astype(np.float32),
        bias=np.zeros(3, np.float32),
        temperature=0.7,
        reach=reach,
        held_out=np.asarray(rows, np.float32).reshape(-1, 4),
    )


def words(bucket: int, value: float) -> Floats:
    """Return what one word speaks for something, and no other does."""
    row = np.zeros(BUCKETS, np.float32)
    row[bucket] = value
    return row


def priority_head(queues: int = 0) -> PriorityHead:
    plain = class_head()
    return PriorityHead(
        labels=("low", "normal", "urgent"),
        weights=plain.weights,
        bias=plain.bias,
        temperature=1.0,
        reach=0.5,
        held_out=plain.held_out,
        # What the whole, the worst sentence, one signal and the first queue say; no more beside.
        mix=np.concatenate(
            [
                np.eye(3),
                np.eye(3),
                [[0.0], [0.0], [1.0]],
                np.outer([1.0, 0.0, 0.0], np.eye(max(1, queues))[0])[:, :queues],
                np.zeros((3, 1)),
            ],
            axis=1,
        ).astype(np.float32),
        tilt=np.zeros(3, np.float32),
    )


def heads() -> Heads:
    queue = class_head([(0.9, True)])
    return Heads(
        id="abc",
        center=np.full(WIDTH, 0.1, np.float32),
        queue=queue,
        priority=priority_head(len(queue.labels)),
        signals=(
            SignalHead(
                name="danger",
                weights=np.ones(WIDTH, np.float32),
                bias=-0.5,
                by_whole=1.0,
                by_worst=1.0,
                offset=-1.0,
                threshold=0.4,
                held_out=np.asarray([0.5, -2.0], np.float32),
                words=words(3, 0.5),
            ),
        ),
        examples=np.eye(WIDTH, dtype=np.float32),
    )


def test_sure_begins_at_the_threshold_itself() -> None:
    head = class_head([(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.5, False)])
    assert head.thresholds(1.0)[0] == pytest.approx(0.8)
    assert head.coverage(1.0) == pytest.approx(0.4)
    assert head.thresholds(0.65)[0] == pytest.approx(0.6)
    assert head.thresholds(0.5)[0] == pytest.approx(0.5)


def test_of_few_texts_more_has_to_be_right_than_is_asked() -> None:
    def mixed(count: int) -> ClassHead:
        rows = [(0.9 - 0.001 * at / count, at % 10 != 9) for at in range(10 * count)]
        return class_head(rows)

    few, many = mixed(5), mixed(300)
    assert few.coverage(0.89) < 0.5
    assert many.coverage(0.89) > 0.9


def test_texts_that_the_encoder_has_seen_say_nothing_of_when_it_is_sure() -> None:
    rows = [(0.9, True)] * 200 + [(0.8, False)] * 200
    head = class_head(rows)
    flattering = head.held_out.copy()
    flattering[:200, 3] = 0.0
    assert head.coverage(0.9) == pytest.approx(0.5)
    assert replace(head, held_out=flattering).coverage(0.9) == 0.0


def test_a_label_that_is_taken_for_others_has_to_be_surer_than_one_that_is_not() -> None:
    scores = np.linspace(0.99, 0.5, 100)
    clear = np.stack([scores, np.ones(100), np.zeros(100), np.ones(100)], axis=1)
    muddled = np.stack([scores, scores > 0.8, np.ones(100), np.ones(100)], axis=1)
    head = replace(class_head(), held_out=np.concatenate([clear, muddled]).astype(np.float32))
    first, second, unheard_of = head.thresholds(0.95)
    assert first < second < 0.8
    assert unheard_of == float("inf")


def test_who_is_never_right_is_never_sure() -> None:
    assert class_head([(0.9, False)]).thresholds(0.5)[0] == float("inf")
    assert class_head([]).thresholds(0.5)[0] == float("inf")
    assert class_head([]).coverage(0.5) == 0.0


@given(
    st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), max_size=40),
    st.floats(0.5, 1.0),
)
def test_whoever_is_sure_was_right_often_enough(
    held_out: list[tuple[float, bool]], accuracy: float
) -> None:
    head = class_head(held_out)
    sure = head.held_out[head.held_out[:, 0] > head.thresholds(accuracy)[0], 1]
    ties = head.held_out[head.held_out[:, 0] == head.thresholds(accuracy)[0], 1]
    best = (sure.sum() + ties.sum()) / max(1, len(sure) + len(ties))
    assert not len(ties) or best >= accuracy - 1e-6


def test_far_from_everything_taught_is_less_sure_and_near_is_not_surer() -> None:
    head = class_head(reach=0.5)
    shares = np.asarray([[0.8, 0.1, 0.1]] * 3, np.float32)
    found = replace(head, temperature=1.0).sureness(shares, np.asarray([0.1, 0.5, 0.9], np.float32))
    assert found.tolist() == pytest.approx([0.16, 0.8, 0.8])


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=WIDTH, max_size=WIDTH))
def test_probabilities_add_up_to_one(vector: list[float]) -> None:
    shares = class_head().probabilities(np.asarray([vector], np.float32))
    assert shares.sum() == pytest.approx(1.0, abs=1e-4)
    assert (shares >= 0).all()


def test_the_worst_sentence_raises_a_signal() -> None:
    (danger,) = heads().signals
    calm, alarming = -np.ones(WIDTH, np.float32), np.ones(WIDTH, np.float32)
    quiet = danger.score(calm, np.stack([calm, calm]))
    raised = danger.score(calm, np.stack([calm, alarming]))
    assert quiet < raised < danger.score(alarming, np.stack([alarming, alarming]))


def test_a_word_raises_a_signal_and_less_so_among_many() -> None:
    (danger,) = heads().signals
    calm = np.zeros(WIDTH, np.float32)
    silent = danger.logit(calm, calm[None])
    alone = danger.logit(calm, calm[None], np.asarray([3], np.int32))
    among = danger.logit(calm, calm[None], np.arange(4, dtype=np.int32))
    assert alone - silent == pytest.approx(0.5)
    assert among - silent == pytest.approx(0.25)


def test_one_sentence_and_a_signal_make_a_calm_message_pressing() -> None:
    head = priority_head()
    calm, alarming = -head.weights[2], head.weights[2]
    silent = np.full(1, -3.0, np.float32)

    def urgent(parts: list[Floats], signals: Floats) -> float:
        return float(head.pressing(calm, np.stack(parts), signals, NONE)[2])

    quiet = urgent([calm, calm], silent)
    assert quiet < urgent([calm, alarming], silent) < urgent([calm, alarming], -silent)


def test_the_queue_has_a_say_in_how_pressing_a_message_is() -> None:
    head, calm = priority_head(queues=2), np.zeros(WIDTH, np.float32)

    def low(first: float) -> float:
        beside = np.asarray([-3.0, np.log(first), np.log(1 - first)], np.float32)
        return float(head.pressing(calm, calm[None], beside, NONE)[0])

    assert low(0.1) < low(0.5) < low(0.9)


def test_a_temperature_makes_nothing_surer() -> None:
    shares = np.asarray([[0.6, 0.3, 0.1], [0.5, 0.25, 0.25]], np.float32)
    near = np.asarray([1.0, 0.25], np.float32)
    plain = sureness(shares, near, temperature=1.0, reach=0.5)
    assert plain.tolist() == pytest.approx([0.6, 0.25])
    cold = 0.1
    sharpened = shares ** (1 / cold)
    sharpened /= sharpened.sum(axis=1, keepdims=True)
    again = sureness(sharpened, near, temperature=cold, reach=0.5)
    assert again.tolist() == pytest.approx(plain.tolist(), abs=1e-4)


def test_the_logistic_function_stands_any_size() -> None:
    assert sigmoid(np.asarray([-1e30, 0.0, 1e30], np.float32)).tolist() == [0.0, 0.5, 1.0]


def test_heads_come_back_as_they_were_kept(tmp_path: Path) -> None:
    kept = heads()
    save_heads(kept, tmp_path)
    found = load_heads(tmp_path)
    vectors = np.random.default_rng(5).normal(size=(3, WIDTH)).astype(np.float32)
    assert np.array_equal(
        found.queue.probabilities(found.centred(vectors)),
        kept.queue.probabilities(kept.centred(vectors)),
    )
    assert np.array_equal(found.nearest(vectors), kept.nearest(vectors))
    (danger,) = found.signals
    assert (danger.name, danger.by_worst, danger.threshold) == ("danger", 1.0, 0.4)
    reading = Reading(vectors[0], vectors[1:], words=np.asarray([3, 8], np.int32))
    assert found.priority_shares(reading).tolist() == pytest.approx(
        kept.priority_shares(reading).tolist(), abs=1e-3
    )
    assert found.queue.held_out.tolist() == kept.queue.held_out.tolist()


@pytest.mark.parametrize("name", ["heads.json", "heads.safetensors"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"\x80\x04]", b"\xff" * 100])
def test_damaged_heads_are_refused_not_believed(tmp_path: Path, name: str, damage: bytes) -> None:
    save_heads(heads(), tmp_path)
    (tmp_path / name).write_bytes(damage)
    with pytest.raises(ModelUnusable, match="cannot be read"):
        load_heads(tmp_path)
