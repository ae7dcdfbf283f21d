"""Reasons measured as `triage explain` does it: the text is read again without a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from triage.config.settings import ModelSettings
from triage.errors import ModelUnusable
from triage.model.reading import Text
from triage.store.protocol import Store
from triage.store.views import MessageView

if TYPE_CHECKING:
    from triage.model.predict import Model

_ROUNDED = 0.005
"""How far the scores of a mail that is read again may be from those it was judged by."""


class Anew:
    """Measures the reasons of mails that were judged before, by the heads that judged them.

    Where these heads are gone from the cache, another encoder is in use, or what is kept of the
    mail is not what was read, its reasons stay as they were estimated when it was judged.
    """

    def __init__(self, store: Store, settings: ModelSettings, cache: Path) -> None:
        self._store = store
        self._settings = settings
        self._cache = cache
        self._models: dict[str, Model | None] = {}

    def __call__(self, message: MessageView) -> MessageView:
        """Return a message with its reasons as they are measured, where they can be."""
        if not message.explained.get("reasons"):
            return message
        (past,) = self._store.past([message.id])
        model = self._model(str(past.said.get("model_id", "")))
        if model is None:
            return message
        text = Text(message.subject, message.text)
        (now,) = model.predict([text])
        if not _same(now.queue_scores, past.said.get("queue_scores")):
            return message
        told = [reason.told for reason in model.measured(text)]
        return replace(message, explained={**message.explained, "reasons": told})

    def _model(self, name: str) -> Model | None:
        if name not in self._models:
            self._models[name] = self._opened(name)
        return self._models[name]

    def _opened(self, name: str) -> Model | None:
        """Return the model of this name if its heads are here; never trains any."""
        # Half a second of imports that a ticket without a model's word spares.
        from triage.model.cache import is_whole  # noqa: PLC0415
        from triage.model.encoder import open_encoder  # noqa: PLC0415
        from triage.model.kept import load_heads  # noqa: PLC0415
        from triage.model.predict import Model  # noqa: PLC0415

        _, dash, heads = name.partition("-")
        folders = (self._cache / "heads").glob(f"{heads}*") if dash and heads.isalnum() else ()
        folder = next((one for one in folders if is_whole(one)), None)
        if folder is None:
            return None
        try:
            encoder = open_encoder(self._settings.encoder, self._cache, _silent)
            model = Model(encoder, load_heads(folder), self._settings.accuracy_when_sure)
        except ModelUnusable:
            return None
        return model if model.id == name else None


def _same(scores: Mapping[str, float], kept: object) -> bool:
    return (
        isinstance(kept, Mapping)
        and scores.keys() == kept.keys()
        and all(abs(score - kept[name]) <= _ROUNDED for name, score in scores.items())
    )


def _silent(_fraction: float, _text: str) -> None:
    """Show no progress."""
