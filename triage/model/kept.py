"""Heads on the disk: numbers as safetensors, names and facts as JSON, never anything that runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from triage.errors import ModelUnusable
from triage.model.floats import Floats
from triage.model.heads import ClassHead, Heads, PriorityHead, SignalHead
from triage.model.kinds import kind_facts, kind_head, kind_tensors

TENSORS, FACTS = "heads.safetensors", "heads.json"

_SIGNAL = ("name", "bias", "by_whole", "by_worst", "offset", "threshold")
_FOLDS = "fold."


def save_heads(heads: Heads, folder: Path) -> None:
    """Write heads into a folder: numbers in safetensors, names and facts in JSON."""
    tensors: dict[str, Any] = {"center": heads.center, "examples": _half(heads.examples)}
    facts: dict[str, Any] = {"id": heads.id, "chosen": dict(heads.chosen)}
    for name, head in (("queue", heads.queue), ("priority", heads.priority)):
        tensors |= {f"{name}.weights": head.weights, f"{name}.bias": head.bias}
        tensors[f"{name}.held_out"] = head.held_out
        tensors |= _words(name, head.words)
        facts[name] = {
            "labels": head.labels,
            "temperature": head.temperature,
            "reach": head.reach,
        }
    tensors["priority.tilt"] = heads.priority.tilt
    if heads.priority.mix is not None:
        tensors["priority.mix"] = heads.priority.mix
    for signal in heads.signals:
        tensors[f"signal.{signal.name}"] = signal.weights
        tensors[f"held_out.signal.{signal.name}"] = _half(signal.held_out)
        tensors |= _words(f"signal.{signal.name}", signal.words)
    facts["signals"] = [{key: getattr(each, key) for key in _SIGNAL} for each in heads.signals]
    tensors |= {_FOLDS + name: _half(rows) for name, rows in heads.folds.items()}
    if heads.kinds is not None:
        facts["kinds"] = kind_facts(heads.kinds)
        tensors |= kind_tensors(heads.kinds)
    contiguous = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    save_file(contiguous, folder / TENSORS)
    (folder / FACTS).write_text(json.dumps(facts, indent=1))


def load_heads(folder: Path) -> Heads:
    """Read heads from a folder.

    Raises:
        ModelUnusable: a file is missing, damaged or of another form.
    """
    try:
        facts = json.loads((folder / FACTS).read_bytes())
        return _heads(facts, load_file(folder / TENSORS))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as exc:
        raise ModelUnusable(f"{folder}: these heads cannot be read; remove the folder") from exc


def _heads(facts: Mapping[str, Any], tensors: Mapping[str, Any]) -> Heads:
    return Heads(
        id=facts["id"],
        center=tensors["center"],
        queue=ClassHead(**_class("queue", facts, tensors)),
        priority=PriorityHead(
            **_class("priority", facts, tensors),
            mix=tensors.get("priority.mix"),
            tilt=tensors["priority.tilt"],
        ),
        signals=tuple(
            SignalHead(
                weights=tensors[f"signal.{each['name']}"],
                held_out=tensors[f"held_out.signal.{each['name']}"].astype(np.float32),
                words=_full(tensors.get(f"words.signal.{each['name']}")),
                **each,
            )
            for each in facts["signals"]
        ),
        examples=tensors["examples"].astype(np.float32),
        kinds=kind_head(facts["kinds"], tensors) if "kinds" in facts else None,
        chosen=dict(facts["chosen"]),
        folds={
            name.removeprefix(_FOLDS): rows.astype(np.float32)
            for name, rows in tensors.items()
            if name.startswith(_FOLDS)
        },
    )


def _class(name: str, facts: Mapping[str, Any], tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every head of one of several labels has."""
    return {
        "labels": tuple(facts[name]["labels"]),
        "weights": tensors[f"{name}.weights"],
        "bias": tensors[f"{name}.bias"],
        "temperature": float(facts[name]["temperature"]),
        "reach": float(facts[name]["reach"]),
        "held_out": tensors[f"{name}.held_out"],
        "words": _full(tensors.get(f"words.{name}")),
    }


def _words(name: str, words: Floats | None) -> dict[str, Any]:
    return {} if words is None else {f"words.{name}": _half(words)}


def _half(rows: Floats) -> Any:
    return rows.astype(np.float16)


def _full(rows: Any) -> Floats | None:
    return None if rows is None else rows.astype(np.float32)
