"""A BERT encoder written as an ONNX graph with int8 weights, without torch.

Every linear layer quantises its input as it comes, with a scale of its own for
each token, and multiplies in integers: what else is in a batch changes nothing.
Its weights have one scale for each output channel and stay within ±63, because
AVX2 without VNNI saturates beyond. The embedding table keeps one scale a row.
Norms, softmax and GELU stay in fp32. Between the layers a batch is flat: one
row a token.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from triage.model.weights import Floats, Shape

OPSET = 17
RUNTIME = "com.microsoft"
"""The domain of what ONNX Runtime has beyond the standard: a product scaled in one pass."""

LARGEST = 63
"""The largest weight: two products of it and of 255 still fit into 16 bits."""

ZERO, STEPS = 128, 127
"""The code of 0.0 in a token's row, and the steps on either side of it."""

_SMALLEST = 1e-9
_GELU_LEAST = 0.17
"""GELU never goes below minus this: a row of its values is measured upwards alone."""

Int8s = npt.NDArray[np.int8]


class Weights(Protocol):
    """The tensors of one encoder, under the names this graph uses.

    `emb.pos` has the kind of text (always the first) added by the caller or in
    `emb.type`; `l{n}.q`, `k`, `v`, `ao`, `fi`, `fo` each have `.w` (out by in) and `.b`.
    """

    @property
    def shape(self) -> Shape:
        """The measures of the encoder."""

    def tensor(self, name: str) -> Floats:
        """Return a tensor, flat."""

    def matrix(self, name: str, rows: int) -> Floats:
        """Return a tensor as `rows` rows."""


def quantised_rows(rows: Floats, largest: int) -> tuple[Int8s, Floats]:
    """Return rows as int8 within ±`largest`, and the scale of each row."""
    peak = np.abs(rows).max(axis=1)
    scales = np.where(peak > 0, peak / largest, 1.0).astype(np.float32)
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def encoder_graph(
    weights: Weights, words: Iterable[Floats], first_position: int = 0, pooling: str = "mean"
) -> onnx.ModelProto:
    """Return the model: `input_ids`, `attention_mask` → `embedding`.

    `words` yields the embedding rows in the order of the ids. The embedding is the
    mean of the last layer over the mask, or its first token where `pooling` is `cls`,
    not normalised. Positions begin at `first_position` (2 in the RoBERTa family).
    """
    graph = _Graph(weights)
    mask = graph.mask()
    x = graph.embedded(words, first_position)
    for layer in range(weights.shape.layers):
        x = graph.layer(x, mask, f"l{layer}.")
    if pooling == "cls":
        graph.first(x)
    else:
        graph.mean(x)
    return graph.model()


class _Graph:
    """The nodes and constants of one graph as it grows."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._shape = weights.shape
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._count = 0
        self._shapes: dict[tuple[int, ...], str] = {}
        self._batch = self._op("Shape", "input_ids")

    def mask(self) -> str:
        """Return what is added to attention scores: nothing, or a very low number at padding."""
        known = self._op("Cast", "attention_mask", to=TensorProto.FLOAT)
        self._known = self._op("Unsqueeze", known, self._ints("axis_2", [2]))
        absent = self._op("Sub", self._floats("one", 1.0), known)
        low = self._op("Mul", absent, self._floats("low", -10000.0))
        return self._op("Unsqueeze", low, self._ints("axes_1_2", [1, 2]))

    def embedded(self, words: Iterable[Floats], first_position: int) -> str:
        """Return the sum of the three embeddings, normalised."""
        table, scales = _stacked(quantised_rows(rows, 127) for rows in words)
        row = self._op("Gather", self._constant("words", table), "input_ids")
        scale = self._op("Gather", self._constant("word_scales", scales[:, None]), "input_ids")
        word = self._op("Mul", self._op("Cast", row, to=TensorProto.FLOAT), scale)
        positions = self._weights.matrix("emb.pos", self._shape.positions)
        kind = self._weights.tensor("emb.type")[: self._shape.hidden]
        places = self._constant("positions", (positions + kind)[first_position:])
        # Slice with 1-D ends: positions by Shape, Range and Gather are fused wrongly.
        length = self._op(
            "Gather", self._op("Shape", "input_ids"), self._ints("second", [1]), axis=0
        )
        used = self._op(
            "Slice", places, self._ints("start", [0]), length, self._ints("axis_0", [0])
        )
        both = self._op("Add", word, used)
        flat = self._op("Reshape", both, self._ints("flat", [-1, self._shape.hidden]))
        zero = numpy_helper.from_array(np.asarray([ZERO], np.uint8))
        tokens = self._op("Gather", self._op("Shape", flat), self._ints("first", [0]), axis=0)
        self._zeros = self._op("ConstantOfShape", tokens, value=zero)
        return self._norm(flat, "emb.ln")

    def layer(self, x: str, mask: str, name: str) -> str:
        """Return one layer: attention, then the feed-forward part, each added and normalised."""
        # The weights of attention sum to one: the bias of the values goes through unchanged.
        carried = self._rows(name + "ao") @ self._weights.tensor(name + "v.b")
        bias = carried + self._weights.tensor(name + "ao.b")
        attended = self._product(self._attention(x, mask, name), [name + "ao"])
        attended = self._op("Add", attended, self._constant(name + "ao.b", bias))
        x = self._norm(self._op("Add", x, attended), name + "aln")
        inner = self._product(x, [name + "fi"])
        # As a row of a matrix: the runtime's BiasGelu, made of a flat one, is the slower way.
        bias = self._weights.tensor(name + "fi.b")[None, :]
        inner = self._gelu(self._op("Add", inner, self._constant(name + "fi.b", bias)))
        outer = self._product(inner, [name + "fo"], _GELU_LEAST)
        bias = self._weights.tensor(name + "fo.b")
        outer = self._op("Add", outer, self._constant(name + "fo.b", bias))
        return self._norm(self._op("Add", x, outer), name + "oln")

    def mean(self, x: str) -> None:
        """End the graph with the mean over the mask."""
        x = self._op("Reshape", x, self._by_text(self._shape.hidden))
        total = self._op("ReduceSum", self._op("Mul", x, self._known), self._axis_1(), keepdims=0)
        count = self._op("ReduceSum", self._known, self._axis_1(), keepdims=0)
        self._nodes.append(helper.make_node("Div", [total, count], ["embedding"]))

    def first(self, x: str) -> None:
        """End the graph with the first token."""
        x = self._op("Reshape", x, self._by_text(self._shape.hidden))
        first = self._scalar("first_token", 0)
        self._nodes.append(helper.make_node("Gather", [x, first], ["embedding"], axis=1))

    def model(self) -> onnx.ModelProto:
        """Return the finished model."""
        batch = ["batch", "length"]
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, batch)
                for name in ("input_ids", "attention_mask")
            ],
            [
                helper.make_tensor_value_info(
                    "embedding", TensorProto.FLOAT, ["batch", self._shape.hidden]
                )
            ],
            list(self._constants.values()),
        )
        sets = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
        model = helper.make_model(graph, opset_imports=sets)
        model.ir_version = 8
        return model

    def _attention(self, x: str, mask: str, name: str) -> str:
        heads, hidden = self._shape.heads, self._shape.hidden
        width = hidden // heads
        split = self._by_text(heads, width)
        together = self._product(x, [name + "q", name + "k", name + "v"])
        query, key, value = self._several("Split", 3, together, axis=1)
        # A bias of the keys would add the same to all scores of a query: softmax takes it out.
        bias = self._constant(name + "q.b", self._weights.tensor(name + "q.b"))
        query, key, value = (
            self._op("Transpose", self._op("Reshape", part, split), perm=[0, 2, 1, 3])
            for part in (self._op("Add", query, bias), key, value)
        )
        scores = self._op("MatMul", query, self._op("Transpose", key, perm=[0, 1, 3, 2]))
        scaled = self._op("Mul", scores, self._floats("by_width", 1.0 / math.sqrt(width)))
        weights = self._op("Softmax", self._op("Add", scaled, mask), axis=-1)
        mixed = self._op("Transpose", self._op("MatMul", weights, value), perm=[0, 2, 1, 3])
        return self._op("Reshape", mixed, self._ints("flat", [-1, hidden]))

    def _product(self, x: str, names: list[str], below: float | None = None) -> str:
        """Return `x` times the weights of one or several layers side by side, without bias.

        `below` is how far under zero `x` may go at most, where that is known.
        """
        quantised, scales = quantised_rows(np.concatenate([*map(self._rows, names)]), LARGEST)
        name = "+".join(names)
        step = self._step(x, below)
        flat_step = self._op("Reshape", step, self._ints("all", [-1]))
        codes = self._op("QuantizeLinear", x, flat_step, self._zeros, axis=0)
        weight = self._constant(name + ".w", np.ascontiguousarray(quantised.T))
        whole = self._op(
            "MatMulIntegerToFloat",
            codes,
            weight,
            self._constant("unscaled", np.asarray(1.0, np.float32)),
            self._constant(name + ".scale", scales),
            self._constant("zero", np.asarray(ZERO, np.uint8)),
            domain=RUNTIME,
        )
        return self._op("Mul", whole, step)

    def _step(self, x: str, below: float | None) -> str:
        """Return the scale of each row: its farthest value is `STEPS` steps from zero."""
        above = self._op("ReduceMax", x, axes=[1], keepdims=1)
        if below is None:
            least = self._floats("smallest", _SMALLEST)
            lowest = self._op("Neg", self._op("ReduceMin", x, axes=[1], keepdims=1))
            peak = self._op("Max", above, lowest, least)
        else:
            peak = self._op("Max", above, self._floats("below", below))
        return self._op("Mul", peak, self._floats("by_steps", 1.0 / STEPS))

    def _rows(self, name: str) -> Floats:
        """Return a linear layer's weights, a row for each output."""
        inner = name.endswith(".fi")
        return self._weights.matrix(name + ".w", self._shape.inner if inner else self._shape.hidden)

    def _by_text(self, *widths: int) -> str:
        """Return the shape of a batch by texts and tokens, each token with these widths."""
        if widths not in self._shapes:
            tail = self._ints("by_" + "_".join(map(str, widths)), list(widths))
            self._shapes[widths] = self._op("Concat", self._batch, tail, axis=0)
        return self._shapes[widths]

    def _gelu(self, x: str) -> str:
        bent = self._op("Erf", self._op("Div", x, self._floats("root_2", math.sqrt(2.0))))
        lifted = self._op("Mul", x, self._op("Add", bent, self._floats("one", 1.0)))
        return self._op("Mul", lifted, self._floats("half", 0.5))

    def _norm(self, x: str, name: str) -> str:
        scale = self._constant(name + ".w", self._weights.tensor(name + ".w"))
        bias = self._constant(name + ".b", self._weights.tensor(name + ".b"))
        return self._op("LayerNormalization", x, scale, bias, axis=-1, epsilon=self._shape.epsilon)

    def _op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self._several(kind, 1, *inputs, **attributes)[0]

    def _several(self, kind: str, count: int, *inputs: str, **attributes: Any) -> list[str]:
        self._count += 1
        outputs = [f"{kind}_{self._count}_{n}" for n in range(count)]
        self._nodes.append(helper.make_node(kind, list(inputs), outputs, **attributes))
        return outputs

    def _constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def _ints(self, name: str, value: list[int]) -> str:
        return self._constant(name, np.asarray(value, np.int64))

    def _scalar(self, name: str, value: int) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value, np.int64), name)
        return name

    def _floats(self, name: str, value: float) -> str:
        return self._constant(name, np.asarray([value], np.float32))

    def _axis_1(self) -> str:
        return self._ints("axis_1", [1])


def _stacked(parts: Iterator[tuple[Int8s, Floats]]) -> tuple[Int8s, Floats]:
    tables, scales = zip(*parts, strict=True)
    return np.concatenate(tables), np.concatenate(scales)
