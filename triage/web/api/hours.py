"""The switches of the hour, as programs set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from triage.core.switches import AUTOMATIC, HUMAN, Paused, SwitchName
from triage.web.api.takes import UNTIL, Field, Takes

SWITCHES: Mapping[SwitchName, Takes] = {
    SwitchName.AWAY: Takes(
        summary="Say that somebody is away",
        fields={
            "agent": Field(text="An agent's id in the roster.", needed=True),
            "until": replace(UNTIL, needed=True),
            "from": Field(text="From when on; default: now."),
        },
        example={"agent": "jonas", "until": "tomorrow 09:00"},
    ),
    SwitchName.CLOSED: Takes(
        summary="Say that the desk is closed for now",
        fields={"until": replace(UNTIL, needed=True)},
        example={"until": "tomorrow 09:00"},
    ),
    SwitchName.PAUSE: Takes(
        summary="Hold what leaves by itself",
        fields={
            "what": Field(text="What is held.", needed=True, among=tuple(map(str, Paused))),
            "why": Field(text="Why."),
            "until": UNTIL,
        },
        example={"what": "notices", "why": "a test of the relay"},
    ),
    SwitchName.NOTICE: Takes(
        summary="Tell every requester something today, in their acknowledgement",
        fields={
            "said": Field(text="The words, 300 letters at most.", needed=True),
            "match": Field(text="A rule or a queue; default: everybody."),
            "until": replace(UNTIL, needed=True),
        },
        example={"said": "Deliveries are a day late: snow.", "until": "tomorrow 09:00"},
    ),
    SwitchName.SENDER: Takes(
        summary="Say that a sender is a machine, or a person",
        fields={
            "address": Field(text="An address or a domain.", needed=True),
            "what": Field(text="What it is.", needed=True, among=(AUTOMATIC, HUMAN)),
            "until": UNTIL,
        },
        example={"address": "robot@shop.example", "what": AUTOMATIC},
    ),
}
"""The switches of the hour."""
