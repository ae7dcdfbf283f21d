"""What is known of a ticket beyond its hour as JSON: asks, cause, wishes, complaints, gifts.

Keys are added at the end, never changed.
"""

from __future__ import annotations

from datetime import tzinfo

from triage.core.wish import Wish
from triage.report.gifts import gift_shape
from triage.report.tickets import Json, when
from triage.store.round import Remedy, Round, Voice


def round_shape(beyond: Round, zone: tzinfo) -> Json:
    """Return all of it."""
    return {
        "asks": beyond.asks,
        "cause": beyond.cause or None,
        "wish": None if beyond.wish is None else wish_shape(beyond.wish),
        "voices": [voice_shape(one, zone) for one in beyond.voices],
        "remedies": [remedy_shape(one, zone) for one in beyond.remedies],
        "goodwill": [gift_shape(one, zone) for one in beyond.given],
    }


def wish_shape(wish: Wish) -> Json:
    """Return what somebody wishes; "" where they did not say."""
    return {
        "address": wish.address,
        "name": wish.name,
        "language": wish.language,
        "contact": wish.contact,
        "words": wish.words,
        "automatic": wish.automatic,
    }


def voice_shape(voice: Voice, zone: tzinfo) -> Json:
    """Return one complaint or compliment."""
    return {
        "kind": voice.kind,
        "ticket": voice.reference,
        "at": when(voice.at, zone),
        "sentence": voice.sentence,
        "owner": voice.owner,
        "cause": voice.cause or None,
        "fix": voice.fix or None,
        "closed": when(voice.closed, zone),
    }


def remedy_shape(remedy: Remedy, zone: tzinfo) -> Json:
    """Return one remedy; `kept_word` null: nothing had been promised."""
    return {
        "at": when(remedy.at, zone),
        "by": remedy.person,
        "happened": remedy.happened,
        "kept_word": remedy.kept_word,
        "asked_for": remedy.asked_for,
        "decided": remedy.decided,
        "decided_by": remedy.decided_by,
        "final": remedy.final,
    }
