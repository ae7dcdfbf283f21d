"""The default encoder: right, bounded, shared, and made whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from triage.model.cache import cache_folder, is_whole
from triage.model.convert import shipped
from triage.model.encoder import MAX_TOKENS, OnnxEncoder
from triage.model.forward import Unpacked, forward
from triage.model.vocabulary import kept_ids
from triage.model.weights import read_weights, shipped_weights

TEXTS = (
    "My sofa arrived with a torn seat and nobody answers the phone.",
    "Die Lampe wird so heiß, dass das Regal angesengt ist.",
    "Où est ma commande ? Je l'attends depuis trois semaines.",
    "¿Pueden cambiar la mesa por una más grande?",
    "Vorrei restituire il tappeto, il colore non è quello della foto.",
    "Ik heb twee keer betaald, krijg ik mijn geld terug?",
    "Gdzie jest moja paczka? Śledzenie nie działa od wtorku.",
    "Skruvarna saknas i kartongen, kan ni skicka nya?",
    "Můžete mi poslat fakturu na firmu?",
    "注文した椅子がまだ届きません。",
    "Стол пришёл без двух ножек.",
    "Αυτή η καρέκλα έσπασε την πρώτη μέρα. 😡",
)

pytestmark = pytest.mark.model


def fresh(encoder: OnnxEncoder) -> OnnxEncoder:
    """Return the same encoder, remembering nothing."""
    return OnnxEncoder(cache_folder() / "encoders" / encoder.id, id_=encoder.id)


def test_int8_says_the_same_as_fp32_in_every_language(encoder: OnnxEncoder) -> None:
    weights = read_weights(shipped_weights())
    kept = np.asarray(kept_ids(weights.pieces), np.int64)
    vectors, unpacked = encoder.encode(TEXTS), Unpacked(shipped("default"))
    for text, vector in zip(TEXTS, vectors, strict=True):
        ids = encoder.token_ids(text)
        words = np.concatenate(list(weights.word_rows(kept[ids])))
        assert float(vector @ forward(unpacked, words)) >= 0.99, text


def test_no_language_of_the_desk_meets_unknown_pieces(encoder: OnnxEncoder) -> None:
    unknown = encoder.token_ids("ᓀ").copy()
    assert all(3 not in encoder.token_ids(text) for text in TEXTS)
    assert 3 in unknown


def test_a_script_that_is_not_read_is_counted(encoder: OnnxEncoder) -> None:
    before = encoder.unknown_tokens
    encoder.encode(["พัสดุของฉันอยู่ที่ไหน"])
    assert encoder.unknown_tokens > before


def test_every_vector_has_length_one_whatever_the_text(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(["", " ", "\0", "a" * 100_000, "word " * 5_000, "😀", "\ud83d"])
    assert vectors.shape == (7, encoder.dim)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_text_is_no_row(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_a_long_text_is_read_to_the_limit(encoder: OnnxEncoder) -> None:
    assert len(encoder.token_ids("word " * 5_000)) == MAX_TOKENS


def test_company_in_a_batch_does_not_change_a_vector(encoder: OnnxEncoder) -> None:
    texts = [f"{text} {n}" * (1 + n % 4) for n, text in enumerate(TEXTS * 2)]
    by_itself = fresh(encoder)
    alone = np.concatenate([by_itself.encode([text]) for text in texts])
    together = fresh(encoder).encode(texts)
    padded = fresh(encoder).encode(["word " * 30, texts[0]])[1:]
    for vectors, expected in ((together, alone), (padded, alone[:1])):
        assert (vectors * expected).sum(axis=1).min() >= 1 - 1e-5


def test_a_text_that_was_read_before_is_not_read_again(encoder: OnnxEncoder) -> None:
    first = encoder.encode(["Kind regards, the whole family"])
    read = encoder.tokens
    assert np.array_equal(encoder.encode(["Kind regards, the whole family"] * 3), first[[0, 0, 0]])
    assert encoder.tokens == read


def test_many_threads_get_the_vectors_of_their_own_texts(encoder: OnnxEncoder) -> None:
    texts = [f"parcel number {n} never came" for n in range(12)]
    other = fresh(encoder)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0], texts))
    assert np.allclose(np.stack(found), [other.encode([text])[0] for text in texts], atol=1e-6)


def test_a_conversion_that_is_killed_leaves_it_to_the_one_that_waits(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "triage.model.convert", "default", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as working:
        assert working.stdout is not None
        working.stdout.readline()  # it has the lock, and has begun
        with subprocess.Popen(command, stdout=subprocess.PIPE) as waiting:
            working.kill()
            waiting.communicate()
    assert waiting.returncode == 0
    (folder,) = (path for path in (tmp_path / "encoders").iterdir() if path.is_dir())
    assert is_whole(folder)
    assert len(OnnxEncoder(folder).encode(["It works."])) == 1
