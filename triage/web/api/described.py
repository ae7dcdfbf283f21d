"""What each way of the API is for, what it takes, and an example of it: the words of its document.

Deeds are named by the paths of the page that they are made from. An example is true: the tests do
each of them, in the order in which they stand here.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.web.api.dealings import DEALINGS
from triage.web.api.letters import LETTERS
from triage.web.api.takes import Field, Of, Takes
from triage.web.thread.asked import WANTS

_CHOSEN = Field(
    text="Tickets, 100 at most, each with the revision that was seen: `T-ABC1234:7`.",
    of=Of.TEXTS,
    needed=True,
)

OF_MANY: Mapping[str, Takes] = {
    f"/bulk/{name}": Takes(
        summary=f"{DEALINGS[path].summary}: the same of many tickets; `refused` says of which not",
        gives="many",
        fields={"ticket": _CHOSEN}
        | {name: one for name, one in DEALINGS[path].fields.items() if name != "revision"},
    )
    for name, path in ((name, f"/ticket/{{ticket}}/{name}") for name in WANTS)
}
"""What is done to many tickets at once."""

DEEDS: Mapping[str, Takes] = {**DEALINGS, **LETTERS, **OF_MANY}
"""Every deed of the page that programs do, too, by the page's path."""
