"""Vectors of labels, as the store keeps them: float16, in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from triage.core.teaching import LabelledMail
from triage.model.floats import Floats
from triage.model.predict import Model
from triage.model.reading import Reading, Text
from triage.store.learning import KeptLabel, Packed
from triage.training.labels import Label


def packed(reading: Reading) -> Packed:
    """Return the vectors of a mail in bytes."""
    own = b""
    if reading.own is not None:
        own = _bytes(np.concatenate([reading.own.whole[None], reading.own.sentences]))
    return Packed(_bytes(reading.whole), _bytes(reading.sentences), own)


def unpacked(vectors: Packed) -> Reading:
    """Return the vectors that `packed` made bytes of, rounded to float16."""
    whole = _floats(vectors.whole)
    width = len(whole)
    own = None
    if vectors.own:
        rows = _floats(vectors.own).reshape(-1, width)
        own = Reading(rows[0], rows[1:])
    return Reading(whole, _floats(vectors.sentences).reshape(-1, width), own)


def label_of(kept: KeptLabel, model: Model) -> Label | None:
    """Return a label as training takes it; None while `model`'s encoder has not read it."""
    if kept.vectors is None:
        return None
    signals = kept.says.get("signals")
    mail = LabelledMail(
        subject=kept.subject,
        body=kept.text,
        queue=str(kept.says.get("queue", "")),
        priority=str(kept.says.get("priority", "")),
        kind=str(kept.says.get("kind", "")),
        signals=dict(signals) if isinstance(signals, Mapping) else {},
    )
    words = model.heard(Text(kept.subject, kept.text)).words
    reading = replace(unpacked(kept.vectors), words=words)
    return Label(mail=mail, reading=reading, at=kept.at)


def _bytes(rows: Floats) -> bytes:
    return rows.astype("<f2").tobytes()


def _floats(data: bytes) -> Floats:
    return np.frombuffer(data, "<f2").astype(np.float32)
