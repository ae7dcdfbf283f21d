"""The English encoder of the extra: what its own fp32 file says, in a quarter of the size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.model.conftest import silent
from triage.errors import ModelUnusable
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.english import PACKAGE, english_folder, read_english, write_tokenizer

try:
    english_folder()
except ModelUnusable:
    pytest.skip(f"{PACKAGE} (extra `english`) is not installed", allow_module_level=True)

pytestmark = pytest.mark.model

TEXTS = (
    "My sofa arrived with a torn seat and nobody answers the phone.",
    "Where is my order NW-123456?",
    "ok",
    "I paid twice and want my money back. " * 20,
)


@pytest.fixture(scope="module")
def english() -> OnnxEncoder:
    return open_encoder("english", cache_folder(), silent)


def test_it_says_what_the_packages_own_file_says(english: OnnxEncoder) -> None:
    published = OnnxEncoder(english_folder())
    cosines = (english.encode(TEXTS) * published.encode(TEXTS)).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.98  # of one word


def test_a_text_of_more_than_128_tokens_is_read_and_a_short_one_not_padded(
    english: OnnxEncoder,
) -> None:
    assert len(english.token_ids(TEXTS[-1])) > 128
    assert len(english.token_ids("ok")) == 3
    long = TEXTS[-1]
    said = english.encode([long, long + "The lamp caught fire."])
    assert not np.allclose(said[0], said[1], atol=1e-3)


def test_company_in_a_batch_does_not_change_a_vector(english: OnnxEncoder) -> None:
    alone = [OnnxEncoder(_folder(english)).encode([text])[0] for text in TEXTS]
    together = OnnxEncoder(_folder(english)).encode(TEXTS)
    assert (np.stack(alone) * together).sum(axis=1).min() >= 1 - 1e-5


def test_a_damaged_package_is_refused_with_the_remedy(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "onnx").mkdir()
    (folder / "onnx/model.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    with pytest.raises(ModelUnusable, match=f"install {PACKAGE} again"):
        read_english(folder)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelUnusable, match=f"install {PACKAGE} again"):
        write_tokenizer(folder, folder)


def _folder(english: OnnxEncoder) -> Path:
    return cache_folder() / "encoders" / english.id
