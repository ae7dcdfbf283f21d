"""Figures of the encoder and the model: `pytest -m bench -s tests/bench/bench_model.py`.

Times are CPU seconds of the process, children included where it says so; the
load of the machine stands beside them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.model.conftest import silent
from tests.model.lessons import SMALL
from tests.model.test_encoder import TEXTS
from triage.config.prompts import load_teaching
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.forward import forward
from triage.model.predict import Model
from triage.model.reading import Text
from triage.model.vocabulary import kept_ids, tokenizer_json
from triage.model.weights import read_weights, shipped_weights
from triage.training import open_model, trained

pytestmark = [pytest.mark.bench, pytest.mark.model, pytest.mark.timeout(900)]

SENTENCES = [f"{text} ({n})" for n in range(200) for text in TEXTS]
PROMPTS = Path(__file__).parents[2] / "prompts"


def mails(sentences_each: int, count: int) -> list[Text]:
    """Return mails without a sentence in common."""
    return [
        Text(
            f"Question {n}",
            " ".join(
                SENTENCES[(n * sentences_each + k) % len(SENTENCES)] for k in range(sentences_each)
            ),
        )
        for n in range(count)
    ]


def show(name: str, **figures: object) -> None:
    """Print figures, one a line."""
    load = os.getloadavg()[0]
    for key, value in figures.items():
        shown = f"{value:.3f}" if isinstance(value, float) else value
        print(f"{name:<28} {key:<34} {shown}   (load {load:.1f})")  # noqa: T201


def child(code: str, *arguments: str) -> dict[str, float]:
    """Run code in a fresh process that prints JSON, and return that."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


RSS = """
import json, sys, time
def rss():
    with open('/proc/self/status') as file:
        lines = dict(line.split(':', 1) for line in file)
    return {key: int(lines[key].split()[0]) / 1024 for key in ('VmRSS', 'RssAnon')}
"""


def test_conversion(tmp_path: Path) -> None:
    begun, before = time.monotonic(), os.times()
    open_encoder("default", tmp_path, silent)
    spent = os.times()
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    show(
        "conversion",
        wall_seconds=time.monotonic() - begun,
        child_cpu_seconds=spent.children_user - before.children_user,
        megabytes_on_disk=size / 1e6,
    )


def test_int8_against_fp32(encoder: OnnxEncoder) -> None:
    weights = read_weights(shipped_weights())
    kept = np.asarray(kept_ids(weights.pieces), np.int64)
    cosines = []
    for text, vector in zip(TEXTS, encoder.encode(TEXTS), strict=True):
        words = np.concatenate(list(weights.word_rows(kept[encoder.token_ids(text)])))
        cosines.append(float(vector @ forward(weights, words)))
    show("int8 against fp32", mean_cosine=float(np.mean(cosines)), least=min(cosines))


def test_what_trimming_the_vocabulary_saves(tmp_path: Path) -> None:
    weights = read_weights(shipped_weights())
    kept = kept_ids(weights.pieces)
    code = RSS + (
        "import os; os.environ['TOKENIZERS_PARALLELISM'] = 'false'\n"
        "from tokenizers import Tokenizer\n"
        "before, begun = rss()['VmRSS'], time.process_time()\n"
        "tokenizer = Tokenizer.from_file(sys.argv[1])\n"
        "print(json.dumps({'mb': rss()['VmRSS'] - before, 'cpu': time.process_time() - begun}))"
    )
    for name, pieces in (
        ("whole vocabulary", weights.pieces[:-1]),
        ("trimmed vocabulary", [weights.pieces[id_] for id_ in kept]),
    ):
        path = tmp_path / "tokenizer.json"
        path.write_text(tokenizer_json(pieces))
        found = child(code, str(path))
        show(name, pieces=len(pieces), rss_mb=found["mb"], cpu_seconds=found["cpu"])


def test_memory_and_start_of_a_fresh_process(encoder: OnnxEncoder) -> None:
    code = RSS + (
        "from pathlib import Path\n"
        "from triage.config.prompts import load_teaching\n"
        "from triage.model.cache import cache_folder\n"
        "from triage.model.reading import Text\n"
        "from triage.training import open_model\n"
        "imported = rss()\n"
        "teaching = load_teaching(Path(sys.argv[1]))\n"
        "model = open_model(teaching, 'default', cache_folder(), 0.95, lambda f, t: None)\n"
        "cpu, loaded = time.process_time(), rss()\n"
        "for n in range(60):\n"
        "    some = [f'word{n} number{k} is written here.' for k in range(5 + 3 * (n % 20))]\n"
        "    model.predict([Text(f'Mail {n}', ' '.join(some))])\n"
        "ran = rss()\n"
        "print(json.dumps({'start_cpu_seconds': cpu, 'imported_mb': imported['VmRSS'],\n"
        "    'loaded_mb': loaded['VmRSS'], 'loaded_anonymous_mb': loaded['RssAnon'],\n"
        "    'ran_mb': ran['VmRSS'], 'ran_anonymous_mb': ran['RssAnon']}))"
    )
    open_model(load_teaching(PROMPTS), "default", cache_folder(), 0.95, silent)
    show("fresh process, warm cache", **child(code, str(PROMPTS)))


@pytest.mark.parametrize("sentences_each", [3, 8, 25])
def test_cpu_of_a_mail(small_model: Model, sentences_each: int) -> None:
    alone = mails(sentences_each, 24)
    model = Model(fresh(small_model), small_model.heads, 0.95)
    model.predict([Text("", "warm up")])
    begun, tokens, walls = time.process_time(), model.encoder.tokens, []
    for mail in alone:
        start = time.monotonic()
        model.predict([mail])
        walls.append(time.monotonic() - start)
    single = (time.process_time() - begun) / len(alone)
    read = (model.encoder.tokens - tokens) / len(alone)
    model = Model(fresh(small_model), small_model.heads, 0.95)
    begun = time.process_time()
    model.predict(alone)
    batched = (time.process_time() - begun) / len(alone)
    show(
        f"mail of {sentences_each} sentences",
        tokens_read=read,
        one_at_a_time_cpu_ms=1000 * single,
        one_at_a_time_p50_ms=1000 * float(np.median(walls)),
        together_cpu_ms=1000 * batched,
    )


def test_training(encoder: OnnxEncoder, tmp_path: Path) -> None:
    for name, teaching in (("small", SMALL), ("shipped", load_teaching(PROMPTS))):
        before, begun = os.times(), time.monotonic()
        heads = trained(teaching, encoder, tmp_path, silent)
        spent = os.times()
        show(
            f"training, {name}",
            texts=len(list(teaching.texts())),
            own_cpu_seconds=spent.user - before.user,
            worker_cpu_seconds=spent.children_user - before.children_user,
            wall_seconds=time.monotonic() - begun,
            held_out_queue_accuracy=float(heads.queue.held_out[:, 1].mean()),
            held_out_priority_accuracy=float(heads.priority.held_out[:, 1].mean()),
            coverage_at_95=heads.queue.coverage(0.95),
            coverage_at_90=heads.queue.coverage(0.90),
        )


def fresh(model: Model) -> OnnxEncoder:
    """Return an encoder that remembers nothing."""
    return OnnxEncoder(cache_folder() / "encoders" / model.encoder.id, id_=model.encoder.id)
