"""What the encoder costs, and what each saving buys.

    pytest -m bench -s tests/bench/bench_encoder.py

CPU seconds of the process, the least of several turns taken alternately in one run; a ratio
is the cost without a saving over the cost with it. The load of the machine stands beside.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.bench.bench_model import RSS, child, show
from tests.model.test_encoder import TEXTS
from triage.cli.alone import explain_files
from triage.config.load import load_policy
from triage.config.prompts import load_teaching
from triage.core.mail.parse import parse
from triage.core.prediction import Prediction
from triage.model.cache import cache_folder
from triage.model.convert import shipped
from triage.model.encoder import BATCH, OnnxEncoder, Vectors
from triage.model.forward import Unpacked, agreement, forward
from triage.model.graph import LARGEST, Weights, _Graph, quantised_rows
from triage.model.reading import Text, parts, read
from triage.model.vocabulary import kept_ids
from triage.model.weights import Floats, read_weights, shipped_weights
from triage.pipeline.terms import terms_of
from triage.trial.explaining import Explainer

pytestmark = [pytest.mark.bench, pytest.mark.model, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
TURNS = 3
LOADED = RSS + (
    "import random\n"
    "from pathlib import Path\n"
    "from triage.model.encoder import OnnxEncoder\n"
    "imported = rss()['VmRSS']\n"
    "encoder = OnnxEncoder(Path(sys.argv[1]))\n"
    "loaded, words = rss(), ' '.join(chr(97 + n % 26) * (1 + n % 7) for n in range(2000)).split()\n"
    "for n in range(80):\n"
    "    encoder.encode([' '.join(random.sample(words, 4 + 5 * (n % 60))) for _ in range(8)])\n"
    "ran = rss()\n"
    "print(json.dumps({'imported_mb': imported, 'loaded_mb': loaded['VmRSS'],\n"
    "    'ran_mb': ran['VmRSS'], 'ran_anonymous_mb': ran['RssAnon']}))"
)


WAVE = """Hello,

your website shows an error when I want to pay. It says "payment could not be processed".
I have tried two cards and another browser. Is it down for everybody?

Kind regards
NAME"""


class PerTensor(_Graph):
    """The graph as it would be with one scale for a whole batch."""

    def _product(self, x: str, names: list[str], below: float | None = None) -> str:
        quantised, scales = quantised_rows(np.concatenate([*map(self._rows, names)]), LARGEST)
        name = "+".join(names)
        codes, step, zero = self._several("DynamicQuantizeLinear", 3, x)
        weight = self._constant(name + ".w", np.ascontiguousarray(quantised.T))
        whole = self._op("Cast", self._op("MatMulInteger", codes, weight, zero), to=1)
        scale = self._op("Mul", step, self._constant(name + ".scale", scales))
        return self._op("Mul", whole, scale)


class Shown:
    """A model that says nothing, and keeps what it was shown."""

    def __init__(self) -> None:
        self.texts: list[Text] = []

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        self.texts += messages
        return [Prediction() for _ in messages]


def folder_of(encoder: OnnxEncoder) -> Path:
    """Return where the converted encoder lies."""
    return cache_folder() / "encoders" / encoder.id


def fresh_rows(encoder: OnnxEncoder, texts: Sequence[str]) -> Vectors:
    """Encode with nothing remembered."""
    encoder._known.clear()
    return encoder.encode(texts)


def per_tensor(
    encoder: OnnxEncoder, weights: Weights, words: Iterable[Floats], folder: Path
) -> Path:
    """Write the same encoder with one scale for a whole batch."""
    shutil.copytree(
        folder_of(encoder), folder, ignore=shutil.ignore_patterns("onnx"), dirs_exist_ok=True
    )
    graph = PerTensor(weights)
    mask, x = graph.mask(), graph.embedded(words, 0)
    for layer in range(weights.shape.layers):
        x = graph.layer(x, mask, f"l{layer}.")
    graph.mean(x)
    onnx.save_model(graph.model(), folder / "model.onnx")
    return folder


def cheapest(ways: Mapping[str, Callable[[], object]], turns: int = TURNS) -> dict[str, float]:
    """Return the least CPU seconds of each way, taken in turn."""
    least: dict[str, float] = {}
    for _ in range(turns):
        for name, way in ways.items():
            begun = time.process_time()
            way()
            spent = time.process_time() - begun
            least[name] = min(least.get(name, spent), spent)
    return least


def long_text(encoder: OnnxEncoder, tokens: int, start: int = 0) -> str:
    """Return a text of at most so many tokens, in many languages."""
    sentences: list[str] = []
    for n in range(start, start + tokens):
        sentence = f"{TEXTS[n % len(TEXTS)]} ({n})"
        tokens -= len(encoder._tokenizer.encode(sentence).ids) - 2
        if tokens < 2:
            break
        sentences.append(sentence)
    return " ".join(sentences)


def as_read(mails: Iterable[Text]) -> list[str]:
    """Return the texts that are encoded for some mails."""
    return [text for mail in mails for text in parts(mail).texts]


def by_eight(mails: Sequence[Text]) -> list[list[str]]:
    """Return the texts of mails as the pipeline has them read."""
    return [as_read(mails[at : at + BATCH]) for at in range(0, len(mails), BATCH)]


def real_mails(count: int) -> list[Text]:
    """Return labelled mails of the shipped prompts in an order that is always the same."""
    found = [Text(mail.subject, mail.body) for mail in load_teaching(ROOT / "prompts").labelled]
    random.Random(4).shuffle(found)  # noqa: S311 - an order, no secret
    return found[:count]


def forgetting(encoder: OnnxEncoder, batches: Sequence[list[str]], *, each: bool) -> None:
    """Encode batches with nothing remembered from before; with `each`, nor between them."""
    encoder._known.clear()
    for texts in batches:
        if each:
            encoder._known.clear()
        encoder.encode(texts)


@pytest.mark.parametrize("tokens", [30, 180, 512])
def test_cpu_of_a_mail(encoder: OnnxEncoder, tokens: int) -> None:
    mails = [Text("", long_text(encoder, tokens, 40 * n)) for n in range(8)]
    wholes = [parts(mail).whole for mail in mails]
    read_of = sum(len(encoder.token_ids(text)) for text in as_read(mails))

    def one_by_one() -> None:
        for mail in mails:
            read(encoder, [parts(mail)])
            encoder._known.clear()

    found = cheapest(
        {
            "whole_text_alone": lambda: forgetting(encoder, [[w] for w in wholes], each=True),
            "mail_one_at_a_time": one_by_one,
            "mail_in_a_batch": lambda: forgetting(encoder, by_eight(mails), each=True),
        }
    )
    cpu = {f"{name}_cpu_ms": 1000 * spent / len(mails) for name, spent in found.items()}
    show(f"mail of {tokens} tokens", tokens_read_with_sentences=read_of / len(mails), **cpu)


def test_memory_of_the_encoder_alone(encoder: OnnxEncoder) -> None:
    show("encoder in a fresh process", **child(LOADED, str(folder_of(encoder))))


def test_what_length_bucketing_buys(encoder: OnnxEncoder) -> None:
    mails = by_eight(real_mails(32))
    prompt = encoder._prompt

    def as_they_come() -> None:
        for texts in mails:
            encodings = encoder._tokenizer.encode_batch_fast([prompt + text for text in texts])
            for at in range(0, len(texts), BATCH):
                encoder._run(encodings[at : at + BATCH])

    def one_by_one() -> None:
        for texts in mails:
            for each in encoder._tokenizer.encode_batch_fast([prompt + text for text in texts]):
                encoder._run([each])

    found = cheapest(
        {
            "bucketed": lambda: forgetting(encoder, mails, each=True),
            "as_they_come": as_they_come,
            "one_by_one": one_by_one,
        }
    )
    show(
        "length bucketing",
        ratio_to_as_they_come=found["as_they_come"] / found["bucketed"],
        ratio_to_one_by_one=found["one_by_one"] / found["bucketed"],
    )


def test_what_remembering_buys(encoder: OnnxEncoder) -> None:
    wave = [as_read([Text("Website down", WAVE.replace("NAME", f"Jo {n}"))]) for n in range(24)]
    for name, batches in (
        ("different mails", by_eight(real_mails(96))),
        ("a wave, one cause", wave),
    ):
        found = cheapest(
            {
                "kept": partial(forgetting, encoder, batches, each=False),
                "not": partial(forgetting, encoder, batches, each=True),
            }
        )
        show(f"remembering: {name}", ratio=found["not"] / found["kept"])


def test_what_skipping_settled_mail_buys(encoder: OnnxEncoder) -> None:
    terms = terms_of(load_policy(None), instance="")
    files = sorted(str(path) for path in (ROOT / "tests/mail").glob("*.eml"))
    shown = Shown()
    list(explain_files(files, Explainer(terms, shown, datetime(2026, 1, 5, 10, tzinfo=UTC))))
    every = [parse(Path(name).read_bytes()) for name in files]
    all_of_them = by_eight([Text(mail.subject, mail.text) for mail in every])
    asked = by_eight(shown.texts)
    found = cheapest(
        {
            "asked": lambda: forgetting(encoder, asked, each=True),
            "all": lambda: forgetting(encoder, all_of_them, each=True),
        },
        turns=2,
    )
    show(
        "skipping settled mail",
        hazards_not_a_desks_day=len(files),
        shown_to_the_model=len(shown.texts),
        ratio=found["all"] / found["asked"],
    )


def test_a_scale_for_each_token_against_one_for_the_batch(
    encoder: OnnxEncoder, tmp_path: Path
) -> None:
    weights = shipped("default")
    published = read_weights(shipped_weights())
    kept = np.asarray(kept_ids(published.pieces), np.int64)
    other = OnnxEncoder(per_tensor(encoder, weights, published.word_rows(kept), tmp_path))
    texts = [f"{text} {n}" for n, text in enumerate(TEXTS)]
    unpacked = Unpacked(weights)
    truth = [
        forward(unpacked, np.concatenate([*published.word_rows(kept[encoder.token_ids(text)])]))
        for text in texts
    ]
    for name, each in (("token", encoder), ("batch", other)):
        alone = [fresh_rows(each, [text])[0] for text in texts]
        together = fresh_rows(each, texts)
        to_truth, company = agreement(alone, truth), agreement(alone, list(together))
        show(
            f"a scale for each {name}",
            cosine_to_fp32=to_truth.mean,
            least_cosine_to_fp32=to_truth.least,
            most_that_company_changes=f"{1 - company.least:.1e}",
        )
    batch = [long_text(encoder, 180, 40 * n) for n in range(4)]
    for name, some in (("short texts", texts), ("180 tokens", batch)):
        found = cheapest(
            {
                "token": partial(fresh_rows, encoder, some),
                "batch": partial(fresh_rows, other, some),
            },
            turns=8,
        )
        show(f"CPU a token : a batch, {name}", ratio=found["token"] / found["batch"])
