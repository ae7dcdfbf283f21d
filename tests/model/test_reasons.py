"""What sentences weigh: measured by leaving them out, and estimated without reading again."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.prediction import Measured, Reason
from triage.model.encoder import OnnxEncoder
from triage.model.floats import Floats, unit
from triage.model.heads import ClassHead, Heads, PriorityHead
from triage.model.leaving import places, without
from triage.model.predict import Model
from triage.model.reading import Parts, Reading, Text, parts, read
from triage.model.reasons import LEAST, LIKELIEST, Doubles, by_text, by_vectors, reasons
from triage.model.sentences import sentences
from triage.model.words import BUCKETS, words_of

MIXED = (
    "The roses in my garden have black spots on every leaf.\n\n"
    "My neighbour sprays his fence on Sundays.\n\n"
    "And my card was charged twice for the same invoice."
)
TWO = ("garden", "money")


def by_their_vectors(some: Heads, text: Parts, reading: Reading) -> Doubles:
    """Return what sentences weigh by the vectors of a message."""
    return by_vectors(some, text, reading, some.taken(reading))


class Pages:
    """Turns a text into the vector of its first word, and remembers what it was given."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row a text."""
        self.asked += texts
        return np.stack([unit(np.asarray(_page(text), np.float32)) for text in texts])


def _page(text: str) -> tuple[float, float, float]:
    return (text.count("rose") + 0.1, text.count("card") + 0.1, 1.0)


def heads(words: Floats | None = None) -> Heads:
    """Return heads that take roses for the garden and cards for money."""
    return Heads(
        id="made",
        center=np.zeros(3, np.float32),
        queue=ClassHead(
            labels=TWO,
            weights=np.asarray([[4, 0, 0], [0, 4, 0]], np.float32),
            bias=np.zeros(2, np.float32),
            temperature=1.0,
            reach=0.5,
            held_out=np.zeros((0, 4), np.float32),
            words=words,
        ),
        priority=PriorityHead(
            labels=("normal",),
            weights=np.zeros((1, 3), np.float32),
            bias=np.zeros(1, np.float32),
            temperature=1.0,
            reach=0.5,
            held_out=np.zeros((0, 4), np.float32),
            tilt=np.zeros(1, np.float32),
        ),
        signals=(),
        examples=np.zeros((0, 3), np.float32),
    )


def worth_of(word: str) -> Floats:
    matrix = np.zeros((2, BUCKETS), np.float32)
    matrix[0, words_of(word)] = 6.0
    return matrix


def sides(model: Model, text: Text) -> dict[str, float]:
    return {reason.sentence: reason.weight for reason in model.measured(text)}


def log_odds(model: Model, text: str, queue: str) -> float:
    (said,) = model.predict([Text("", text)])
    # A share near 1 is rounded to 1; the others are not.
    others = (share for name, share in said.queue_scores.items() if name != queue)
    return math.log(said.queue_scores[queue] / sum(others))


@pytest.mark.model
def test_one_sentence_speaks_for_the_queue_and_another_against_it(small_model: Model) -> None:
    (said,) = small_model.predict([Text("", MIXED)])
    queue = max(said.queue_scores, key=lambda name: said.queue_scores[name])
    card = next(reason for reason in said.reasons if "card" in reason.sentence)
    roses = next(reason for reason in said.reasons if "roses" in reason.sentence)
    assert {reason.queue for reason in said.reasons} == {queue}
    assert (card.weight > 0) is (queue == "money")
    assert (roses.weight > 0) is (queue == "garden")
    assert {reason.measured for reason in said.reasons} == {Measured.VECTORS}


@pytest.mark.model
def test_p7_a_weight_is_how_far_the_log_odds_fall_without_the_sentence(small_model: Model) -> None:
    found = small_model.measured(Text("", MIXED))
    assert {reason.measured for reason in found} == {Measured.TEXT}
    blocks = MIXED.split("\n\n")
    before = log_odds(small_model, MIXED, found[0].queue)
    for reason in found:
        rest = "\n\n".join(block for block in blocks if block != reason.sentence)
        after = log_odds(small_model, rest, reason.queue)
        assert reason.weight == pytest.approx(before - after, abs=0.05), reason


@pytest.mark.model
def test_what_is_estimated_when_mail_comes_reads_nothing_more(encoder: OnnxEncoder) -> None:
    text = Text("Twenty-two of them", "The 22 chairs came.\n\nOne of 22 has 3 legs. Is 22 right?")
    before = encoder.tokens
    read(encoder, [parts(text)])
    read_once = encoder.tokens - before
    assert read_once > 0
    Model(encoder, _wide(encoder.dim), 0.9).predict([text])
    assert encoder.tokens - before == read_once


def _wide(dim: int) -> Heads:
    made = heads()
    return Heads(
        id="wide",
        center=np.zeros(dim, np.float32),
        queue=_widened(made.queue, dim),
        priority=PriorityHead(**_fields(made.priority, dim), tilt=made.priority.tilt),
        signals=(),
        examples=np.zeros((0, dim), np.float32),
    )


def _widened(head: ClassHead, dim: int) -> ClassHead:
    return ClassHead(**_fields(head, dim))


def _fields(head: ClassHead, dim: int) -> dict[str, Any]:
    return {
        "labels": head.labels,
        "weights": np.ones((len(head.labels), dim), np.float32),
        "bias": head.bias,
        "temperature": 1.0,
        "reach": 0.5,
        "held_out": head.held_out,
    }


def test_the_estimate_has_the_sides_of_the_measure() -> None:
    text = Text("", "My roses are dying. It rains all day. My card was charged, my card!")
    whole, pages, made = parts(text), Pages(), heads()
    (reading,) = read(pages, [whole])
    guessed = by_their_vectors(made, whole, reading)
    measured = by_text(pages, made, text, guessed)
    assert sorted(measured) == [0, 1, 2]
    for at in (0, 2):
        assert np.sign(guessed[at]) == np.sign(measured[at])


def test_at_most_twelve_texts_are_read_again_and_their_sentences_are_known() -> None:
    body = "\n\n".join(f"The rose number {at} of my garden is ill." for at in range(30))
    text, pages, made = Text("Roses", body), Pages(), heads()
    whole = parts(text)
    (reading,) = read(pages, [whole])
    known = set(pages.asked)
    measured = by_text(pages, made, text, by_their_vectors(made, whole, reading))
    assert len(measured) == LIKELIEST
    assert len(set(pages.asked) - known) <= LIKELIEST


def test_words_weigh_with_their_sentence() -> None:
    text = Text("", "It is green and quiet here. The pergola leans a bit. We had soup today.")
    whole, pages = parts(text), Pages()
    (reading,) = read(pages, [whole])
    deaf, hearing = heads(), heads(worth_of("pergola"))
    assert by_their_vectors(deaf, whole, reading)[1] == pytest.approx(0, abs=0.05)
    guessed = by_their_vectors(hearing, whole, reading)
    assert guessed.argmax() == 1
    assert guessed[1] > 1
    measured = by_text(pages, hearing, text, guessed)
    assert max(measured, key=lambda at: measured[at]) == 1
    assert measured[1] == pytest.approx(guessed[1], abs=0.2)


def test_a_word_that_stands_in_two_sentences_is_not_lost_with_one_of_them() -> None:
    once = Text("", "The pergola leans a bit. We had soup today, and bread.")
    twice = Text("", "The pergola leans a bit. We had soup under the pergola today, and bread.")
    weights = []
    for text in (once, twice):
        (reading,) = read(Pages(), [parts(text)])
        weights.append(by_their_vectors(heads(worth_of("pergola")), parts(text), reading)[0])
    assert weights[0] > weights[1] + 0.5


def test_the_only_sentence_weighs_what_it_says_beyond_nothing() -> None:
    text = Text("", "My roses are dying.")
    (reading,) = read(Pages(), [parts(text)])
    (weight,) = by_their_vectors(heads(), parts(text), reading)
    said = heads().queue.said(reading.pooled, reading.words)
    assert weight == pytest.approx(float(said[0] - said[1]))
    assert by_text(Pages(), heads(), text, np.asarray([weight])) == {}


def test_a_subject_is_left_out_with_its_twin_in_the_text() -> None:
    pages, made = Pages(), heads()
    text = Text("My roses are ill", "My roses are ill\n\nWhat can be done about that?")
    whole = parts(text)
    (reading,) = read(pages, [whole])
    by_text(pages, made, text, by_their_vectors(made, whole, reading))
    assert "What can be done about that?" in pages.asked


def test_a_mail_of_one_queue_alone_has_no_reasons() -> None:
    made = heads()
    only = ClassHead(
        labels=("garden",),
        weights=made.queue.weights[:1],
        bias=made.queue.bias[:1],
        temperature=1.0,
        reach=0.5,
        held_out=made.queue.held_out,
    )
    alone = Heads(
        id="one",
        center=made.center,
        queue=only,
        priority=made.priority,
        signals=(),
        examples=made.examples,
    )
    text = parts(Text("", "My roses are dying. Please help."))
    (reading,) = read(Pages(), [text])
    assert not by_their_vectors(alone, text, reading).any()


@given(st.lists(st.floats(-5, 5), max_size=20))
def test_reasons_are_the_heaviest_of_each_side_for_first(weights: list[float]) -> None:
    named = [str(at) for at in range(len(weights))]
    found = reasons("garden", named, dict(enumerate(weights)), Measured.VECTORS)
    speak_for = [reason.weight for reason in found if reason.weight > 0]
    against = [reason.weight for reason in found if reason.weight < 0]
    assert [reason.weight for reason in found] == [*speak_for, *against]
    heavy = sorted(round(weight, 2) for weight in weights if weight >= LEAST)
    light = sorted(round(weight, 2) for weight in weights if weight <= -LEAST)
    assert speak_for == heavy[::-1][:3]
    assert against == light[:2]


def test_a_reason_is_told_as_json() -> None:
    told = Reason("returns", "It arrived cracked.", -0.25, Measured.TEXT).told
    assert json.loads(json.dumps(told)) == {
        "queue": "returns",
        "sentence": "It arrived cracked.",
        "weight": -0.25,
        "side": "against",
        "measured": "text",
    }


@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(["Hi,", "It broke.", "Where is it?", "ok", "\n", "\n\n", "Nr. 7", "。"]),
        max_size=30,
    ).map(" ".join)
)
def test_every_sentence_of_a_text_has_its_place_in_it(text: str) -> None:
    found = sentences(text)
    spots = places(text, found)
    for sentence, spot in zip(found, spots, strict=True):
        assert spot is not None
        assert text[slice(*spot)].split() == sentence.split() or "".join(
            text[slice(*spot)].split()
        ) == "".join(sentence.split())
    assert [spot for spot in spots if spot] == sorted(spot for spot in spots if spot)
    assert without(text, spots).split() == []


def test_a_sentence_that_stands_twice_is_left_out_once() -> None:
    text = "Please help me.\nThe lamp broke.\nPlease help me."
    spots = places(text, sentences(text))
    assert without(text, [spots[2]]).split() == ["Please", "help", "me.", "The", "lamp", "broke."]
    assert without(text, [spots[0]]).split() == ["The", "lamp", "broke.", "Please", "help", "me."]


def test_what_cannot_be_found_is_not_left_out() -> None:
    text = "One thing.\nAnother thing."
    assert places(text, ["One thing.", "No such thing.", "Another thing."])[1] is None
    assert without(text, [None]) == text
