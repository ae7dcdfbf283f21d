"""The default encoder in torch, frozen but for a thin bypass beside each layer near its end."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence, Sized
from typing import Any

import numpy as np

from triage.model.weights import WeightsFile

RANK = 16
FIRST = 6
"""The first layer that is adapted: those beneath know words and languages, which stay."""

BATCH_TOKENS = 4096
BATCH = 64
SEED = 20_000
_LAYERS = ("q", "k", "v", "ao", "fi", "fo")


def batches(ids: Sequence[Sized], order: random.Random) -> Iterator[list[int]]:
    """Yield batches of texts of like length, in a random order."""
    texts = sorted(range(len(ids)), key=lambda at: (len(ids[at]) // 16, order.random()))
    cut: list[list[int]] = [[]]
    for at in texts:
        if (len(cut[-1]) + 1) * len(ids[at]) > BATCH_TOKENS or len(cut[-1]) >= BATCH:
            cut.append([])
        cut[-1].append(at)
    order.shuffle(cut)
    yield from (batch for batch in cut if batch)


class LowRank:
    """The default encoder in fp32, its weights frozen, each linear layer with a thin bypass."""

    def __init__(self, torch: Any, weights: WeightsFile, kept: Sequence[int]) -> None:
        self._torch, self._shape = torch, weights.shape
        self.width = weights.shape.hidden
        words = np.concatenate(list(weights.word_rows(np.asarray(kept, np.int64))))
        places = weights.matrix("emb.pos", self._shape.positions)
        self._words = torch.from_numpy(words)
        self._places = torch.from_numpy(places + weights.tensor("emb.type")[: self.width])
        self._fixed = {
            name: torch.from_numpy(np.array(weights.tensor(name)))
            for name in weights.directory
            if name.startswith(("l", "emb.ln"))
        }
        self._down: dict[str, Any] = {}
        self._up: dict[str, Any] = {}
        for layer in range(self._shape.layers):
            for name in (f"l{layer}.{one}" for one in _LAYERS):
                rows, columns = self._measures(name)
                self._fixed[f"{name}.w"] = self._fixed[f"{name}.w"].reshape(rows, columns)
                if layer < FIRST:
                    continue
                down = torch.randn(RANK, columns) / math.sqrt(columns)
                self._down[name] = torch.nn.Parameter(down)
                self._up[name] = torch.nn.Parameter(torch.zeros(rows, RANK))
        self.thin = [*self._down.values(), *self._up.values()]

    def _measures(self, name: str) -> tuple[int, int]:
        inner, hidden = self._shape.inner, self._shape.hidden
        return {"fi": (inner, hidden), "fo": (hidden, inner)}.get(
            name.rpartition(".")[2], (hidden, hidden)
        )

    def adapter(self, kept: float = 1.0) -> dict[str, Any]:
        """Return the thin matrices in half precision: `NAME.up` by `NAME.down` is to be added.

        `kept` is how much of their product is.
        """
        named = {f"{name}.down": each for name, each in self._down.items()}
        named |= {f"{name}.up": each * kept for name, each in self._up.items()}
        return {name: each.detach().numpy().astype(np.float16) for name, each in named.items()}

    def begun(self, ids: Sequence[Sequence[int]]) -> list[Any]:
        """Return what the lower half makes of each text, a row for each token."""
        torch, states = self._torch, [self._words[:0]] * len(ids)
        with torch.no_grad():
            for batch in batches(ids, random.Random(SEED)):  # noqa: S311 - an order, no secret
                longest = max(len(ids[at]) for at in batch)
                padded = torch.tensor([[*ids[at], *[1] * (longest - len(ids[at]))] for at in batch])
                x = self._norm(self._words[padded] + self._places[:longest], "emb.ln")
                mask = self._mask([len(ids[at]) for at in batch])[:, None, None, :]
                for layer in range(FIRST):
                    x = self._layer(x, (mask - 1.0) * 10000.0, f"l{layer}.")
                for at, state in zip(batch, x, strict=True):
                    states[at] = state[: len(ids[at])].half()
        return states

    def all_vectors(self, begun: Sequence[Any]) -> Any:
        """Return a row for each text, without learning from it."""
        torch = self._torch
        rows = torch.zeros(len(begun), self.width)
        with torch.no_grad():
            for batch in batches(begun, random.Random(SEED)):  # noqa: S311 - an order, no secret
                rows[batch] = self.vectors([begun[at] for at in batch])
        return rows

    def vectors(self, begun: Sequence[Any]) -> Any:
        """Return the normalised mean of the last layer for each text that was begun."""
        torch = self._torch
        x = torch.nn.utils.rnn.pad_sequence([each.float() for each in begun], batch_first=True)
        known = self._mask([len(each) for each in begun])
        mask = (known[:, None, None, :] - 1.0) * 10000.0
        for layer in range(FIRST, self._shape.layers):
            x = self._layer(x, mask, f"l{layer}.")
        mean = (x * known[:, :, None]).sum(dim=1) / known.sum(dim=1, keepdim=True)
        return torch.nn.functional.normalize(mean, dim=1)

    def _mask(self, lengths: Sequence[int]) -> Any:
        return (self._torch.arange(max(lengths)) < self._torch.tensor(lengths)[:, None]).float()

    def _layer(self, x: Any, mask: Any, name: str) -> Any:
        functional, heads = self._torch.nn.functional, self._shape.heads
        split = (*x.shape[:2], heads, self.width // heads)
        query, key, value = (
            self._linear(x, name + one).reshape(split).transpose(1, 2) for one in "qkv"
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(x.shape)
        x = self._norm(x + self._linear(mixed, name + "ao"), name + "aln")
        inner = functional.gelu(self._linear(x, name + "fi"))
        return self._norm(x + self._linear(inner, name + "fo"), name + "oln")

    def _linear(self, x: Any, name: str) -> Any:
        functional = self._torch.nn.functional
        fixed = functional.linear(x, self._fixed[f"{name}.w"], self._fixed[f"{name}.b"])
        if name not in self._down:
            return fixed
        return fixed + (x @ self._down[name].T) @ self._up[name].T

    def _norm(self, x: Any, name: str) -> Any:
        scale, bias = self._fixed[f"{name}.w"], self._fixed[f"{name}.b"]
        functional = self._torch.nn.functional
        return functional.layer_norm(x, (self.width,), scale, bias, self._shape.epsilon)
