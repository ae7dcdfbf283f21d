"""Any other encoder: a Hugging Face folder, as it is, converted, or refused with the remedy."""

from __future__ import annotations

import json
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import pytest
from safetensors.numpy import load_file, save_file

from tests.model.conftest import silent
from triage.errors import ModelUnusable
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.folders import FAMILIES, read_folder
from triage.model.forward import forward
from triage.model.graph import encoder_graph
from triage.model.vocabulary import tokenizer_json
from triage.model.weights import Piece

HIDDEN, LAYERS, INNER, POSITIONS = 32, 2, 64, 300
PIECES = [Piece(text, 0.0) for text in ("<s>", "<pad>", "</s>", "<unk>")]
PIECES += [Piece(text, -2.0 - n / 10) for n, text in enumerate("▁abcdefghijklmnopqrstuvwxyz")]


def write_folder(folder: Path, family: str = "bert") -> Path:
    """Write a small encoder with random weights, as `save_pretrained` would."""
    random = np.random.default_rng(7)

    def matrix(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return random.normal(0, 0.3, shape).astype(np.float32)

    tensors = {
        "embeddings.word_embeddings.weight": matrix(len(PIECES), HIDDEN),
        "embeddings.position_embeddings.weight": matrix(POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": matrix(2, HIDDEN),
        "embeddings.LayerNorm.weight": matrix(HIDDEN),
        "embeddings.LayerNorm.bias": matrix(HIDDEN),
    }
    linear = {
        "attention.self.query": (HIDDEN, HIDDEN),
        "attention.self.key": (HIDDEN, HIDDEN),
        "attention.self.value": (HIDDEN, HIDDEN),
        "attention.output.dense": (HIDDEN, HIDDEN),
        "intermediate.dense": (INNER, HIDDEN),
        "output.dense": (HIDDEN, INNER),
    }
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        for name, shape in linear.items():
            tensors[f"{prefix}{name}.weight"] = matrix(*shape)
            tensors[f"{prefix}{name}.bias"] = matrix(shape[0])
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            tensors[f"{prefix}{name}.weight"] = matrix(HIDDEN)
            tensors[f"{prefix}{name}.bias"] = matrix(HIDDEN)
    config = {
        "model_type": family,
        "hidden_act": "gelu",
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "layer_norm_eps": 1e-5,
        "max_position_embeddings": POSITIONS,
        "num_attention_heads": 4,
        "num_hidden_layers": LAYERS,
        "pad_token_id": 1,
        "type_vocab_size": 2,
        "vocab_size": len(PIECES),
    }
    folder.mkdir()
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(tokenizer_json(PIECES))
    return folder


def test_a_folder_with_onnx_is_used_as_it_is(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "encoder")
    weights = read_folder(folder)
    words = weights.tensors["emb.word"]
    onnx.save_model(encoder_graph(weights, [words]), folder / "model.onnx")
    encoder = open_encoder(str(folder), tmp_path / "cache", silent)
    assert encoder.dim == HIDDEN
    assert not (tmp_path / "cache").exists()
    assert open_encoder(str(folder), tmp_path / "cache", silent).id == encoder.id


def test_another_pooling_is_another_encoder_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "encoder")
    weights = read_folder(folder)
    onnx.save_model(encoder_graph(weights, [weights.tensors["emb.word"]]), folder / "model.onnx")
    mean = OnnxEncoder(folder).id
    (folder / "1_Pooling").mkdir()
    pooling = folder / "1_Pooling/config.json"
    pooling.write_text('{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}')
    assert OnnxEncoder(folder).id != mean
    pooling.write_text('{"pooling_mode_max_tokens": true}')
    with pytest.raises(ModelUnusable, match="use mean or cls"):
        OnnxEncoder(folder)


@pytest.mark.parametrize("family", ["bert", "xlm-roberta"])
def test_safetensors_are_converted_and_say_the_same(tmp_path: Path, family: str) -> None:
    folder = write_folder(tmp_path / "encoder", family)
    encoder = open_encoder(str(folder), tmp_path / "cache", silent)
    weights = read_folder(folder)
    for text in ("where is it", "a", "abcdefghijklmnopqrstuvwxyz " * 4):
        words = weights.tensors["emb.word"][encoder.token_ids(text)]
        truth = forward(weights, words, FAMILIES[family])
        assert float(encoder.encode([text])[0] @ truth) >= 0.99


@pytest.mark.parametrize("kind", [np.float16, ml_dtypes.bfloat16])
def test_half_precision_in_several_files_is_converted(
    tmp_path: Path, kind: type[np.generic]
) -> None:
    folder = write_folder(tmp_path / "encoder")
    whole = {
        name: tensor.astype(kind)
        for name, tensor in load_file(folder / "model.safetensors").items()
    }
    (folder / "model.safetensors").unlink()
    names = sorted(whole)
    shards = {"model-1.safetensors": names[::2], "model-2.safetensors": names[1::2]}
    for file, part in shards.items():
        save_file({name: whole[name] for name in part}, folder / file)
    placed = {name: file for file, part in shards.items() for name in part}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": placed}))
    encoder = open_encoder(str(folder), tmp_path / "cache", silent)
    weights = read_folder(folder)
    words = weights.tensors["emb.word"][encoder.token_ids("where is it")]
    assert float(encoder.encode(["where is it"])[0] @ forward(weights, words)) >= 0.99


def test_an_encoder_of_first_tokens_is_converted_as_one(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "encoder")
    tensors = load_file(folder / "model.safetensors")
    for name in [name for name in tensors if "LayerNorm" in name]:  # so that tokens stay apart
        tensors[name] = np.full(HIDDEN, name.endswith("weight"), np.float32)
    save_file(tensors, folder / "model.safetensors")
    mean = open_encoder(str(folder), tmp_path / "cache", silent).encode(["where is it"])[0]
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text('{"pooling_mode_cls_token": true}')
    encoder = open_encoder(str(folder), tmp_path / "cache", silent)
    weights = read_folder(folder)
    words = weights.tensors["emb.word"][encoder.token_ids("where is it")]
    first = encoder.encode(["where is it"])[0]
    assert float(first @ forward(weights, words, pooling="cls")) >= 0.99
    assert float(first @ mean) < 0.99


def test_the_pooler_beside_the_tokens_is_not_taken_for_the_vector(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "encoder")
    nodes = [
        onnx.helper.make_node("Cast", ["input_ids"], ["as_float"], to=1),
        onnx.helper.make_node("Constant", [], ["axis"], value_ints=[2]),
        onnx.helper.make_node("Unsqueeze", ["as_float", "axis"], ["last_hidden_state"]),
        onnx.helper.make_node("Neg", ["as_float"], ["pooler_output"]),
    ]
    ids = onnx.helper.make_tensor_value_info("input_ids", 7, ["batch", "length"])
    outputs = [
        onnx.helper.make_tensor_value_info("pooler_output", 1, ["batch", "length"]),
        onnx.helper.make_tensor_value_info("last_hidden_state", 1, ["batch", "length", 1]),
    ]
    graph = onnx.helper.make_graph(nodes, "tokens", [ids], outputs)
    sets = [onnx.helper.make_opsetid("", 17)]
    model = onnx.helper.make_model(graph, opset_imports=sets, ir_version=8)
    onnx.save_model(model, folder / "model.onnx")
    encoder = open_encoder(str(folder), tmp_path / "cache", silent)
    assert encoder.encode(["where"]).tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("key", "value"), [("hidden_act", "relu"), ("position_embedding_type", "relative_key")]
)
def test_what_our_graph_does_not_compute_is_refused(tmp_path: Path, key: str, value: str) -> None:
    folder = write_folder(tmp_path / "encoder")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {key: value}))
    with pytest.raises(ModelUnusable, match=f"{key} '{value}' cannot be converted"):
        read_folder(folder)


def test_a_layer_after_the_pooling_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "encoder")
    (folder / "2_Dense").mkdir()
    with pytest.raises(ModelUnusable, match="a layer after the pooling"):
        open_encoder(str(folder), tmp_path / "cache", silent)


def test_another_family_is_refused_with_the_remedy(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "encoder", "mpnet")
    with pytest.raises(ModelUnusable, match="optimum-cli export onnx"):
        read_folder(folder)


def test_what_is_no_encoder_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="no such folder"):
        open_encoder(str(tmp_path / "nowhere"), tmp_path, silent)
    with pytest.raises(ModelUnusable, match="export it to ONNX"):
        open_encoder(str(tmp_path), tmp_path, silent)
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json"):
        open_encoder(str(tmp_path), tmp_path, silent)
    (tmp_path / "tokenizer.json").write_text(tokenizer_json(PIECES))
    with pytest.raises(ModelUnusable, match="ONNX Runtime cannot load it"):
        open_encoder(str(tmp_path), tmp_path, silent)
