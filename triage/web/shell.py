"""What stands round every page: the bar, and the rail of views and queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from triage.store.lists import QueueCount, View
from triage.web.banner import banner
from triage.web.guard import is_ours
from triage.web.keys import GROUPS, shown
from triage.web.render import Reader, marked
from triage.web.routes import Visit
from triage.web.thread.present import choices

VIEWS: Mapping[View, str] = {
    View.NEXT: marked("Next"),
    View.WAITING: marked("Waiting"),
    View.OWED: marked("Owed updates"),
    View.SNOOZED: marked("Snoozed"),
    View.DONE: marked("Done today"),
    View.ALL: marked("All"),
}
"""The views by their names, in the order in which they are shown."""

FILED: Mapping[str, str] = {"spam": marked("Spam"), "automatic": marked("Automatic")}
"""The views of mail that became no ticket: for those who may see every queue."""

HOME = "/view/next"
LISTS = ("/view/", "/queue/", "/search")
"""How the paths of lists begin, beside which a ticket opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """What stands beside every page: `here` is the path that is shown."""

    here: str
    views: tuple[tuple[str, str, str], ...]
    queues: tuple[tuple[str, str, QueueCount | None], ...]


def shell(visit: Visit, read: Reader, here: str, counts: tuple[QueueCount, ...]) -> dict[str, Any]:
    """Return what `shell.html` is filled in with; `here` is the path of the list that is shown."""
    return {
        "brand": visit.office.policy().settings.brand,
        "account": visit.who,
        "bulk": choices(visit),
        "banner": banner(visit, read),
        "key_groups": GROUPS,
        "shown_key": shown,
        "rail": _rail(visit, read, here, counts),
    }


def _rail(visit: Visit, read: Reader, here: str, counts: tuple[QueueCount, ...]) -> Rail:
    """Return what stands beside a list: only what the visitor may see."""
    by_name = {count.queue: count for count in counts}
    return Rail(
        here=urlsplit(here).path,
        views=tuple(
            (f"/view/{name}", str(name), read.say(text))
            for name, text in (*VIEWS.items(), *(() if visit.who.queues else FILED.items()))
        ),
        queues=tuple(
            (f"/queue/{name}", queue.title, by_name.get(name))
            for name, queue in visit.office.policy().queues.items()
            if visit.who.sees(name, name)
        ),
    )


def back_to(asked: str) -> str:
    """Return the list that a ticket was opened from, to go back to; never another site's."""
    return asked if asked.startswith(LISTS) and is_ours(asked) else HOME
