"""The figures that come first: no share stands without the longest wait and what still waits."""

from __future__ import annotations

from collections.abc import Iterator

from triage.report.figures import Figures
from triage.report.summary import Tile, tone_of
from triage.report.words import percent
from triage.web.render import Reader
from triage.web.sheets import lasted


def tiles(read: Reader, found: Figures) -> Iterator[Tile]:
    """Yield the figures of a time that come first."""
    one, told = found.response, found.kept
    oldest = found.oldest[0] if found.oldest else None
    yield Tile(
        label=read.say("Answered in time"),
        figure=percent(one.share),
        more=read.say(
            "%(right)s of %(all)s in business time · p99 %(p99)s · oldest open %(oldest)s",
            right=f"{one.in_time:,}",
            all=f"{one.decided:,}",
            p99=lasted(read, one.business.p99),
            oldest=lasted(read, None if oldest is None else oldest.business),
        ),
        tone=tone_of(one.share),
    )
    yield Tile(
        label=read.say("Half · nine of ten within"),
        figure=f"{lasted(read, one.business.p50)} · {lasted(read, one.business.p90)}",
        more=read.say("p50 and p90 in business time"),
    )
    yield Tile(
        label=read.say("On the wall, nights counted"),
        figure=f"{lasted(read, one.wall.p50)} · {lasted(read, one.wall.p90)}",
        more=read.say(
            "p50 and p90 · p99 %(p99)s · %(share)s within the target",
            p99=lasted(read, one.wall.p99),
            share=percent(one.share_on_wall),
        ),
    )
    yield Tile(
        label=read.say("Told times kept"),
        figure=percent(told.share),
        more=read.say(
            "%(kept)s of %(all)s · %(before)s missed, and told so before · %(silent)s without a"
            " word",
            kept=f"{told.kept:,}",
            all=f"{told.told - told.open:,}",
            before=f"{told.told_before:,}",
            silent=f"{sum(told.not_told.values()):,}",
        ),
        tone=tone_of(told.share),
    )
    yield Tile(
        label=read.say("Waiting now"),
        figure=f"{one.late_open + one.waits:,}",
        more=read.count("%(num)s of them late", "%(num)s of them late", one.late_open),
        tone="bad" if one.late_open else "",
    )
