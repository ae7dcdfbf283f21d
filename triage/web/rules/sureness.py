"""Whether the model is as often right as it is sure: drawn of what its last training held out."""

from __future__ import annotations

from markupsafe import Markup

from triage.model.heads import ClassHead
from triage.report import svg
from triage.report.calibration import Calibration, calibration
from triage.report.svg import Curve
from triage.report.words import percent
from triage.web.render import Reader
from triage.web.sheets import Column, Sheet, drawn, number, share


def sureness(read: Reader, head: ClassHead) -> Sheet:
    """Return whether the model is as often right as it is sure, from its last training."""
    rows = head.held_out.tolist()
    like = [row for row in rows if row[3] > 0] or rows
    found = calibration((float(row[0]), row[1] > 0) for row in like)
    title = read.say("Is it as often right as it is sure?")
    return Sheet(
        name="calibration",
        title=title,
        svg=_reliability(read, title, found) if found.bins else drawn(""),
        columns=(
            Column("from", read.say("Sure from"), "number"),
            Column("to", read.say("up to"), "number"),
            Column("examples", read.say("Examples"), "number"),
            Column("sure", read.say("Sure on average"), "number"),
            Column("right", read.say("Right"), "number"),
        ),
        rows=tuple(
            (
                share(one.low),
                share(one.high),
                number(one.many),
                share(one.sure),
                share(one.right),
            )
            for one in found.bins
        ),
        note=read.say(
            "Calibration error %(error)s over %(many)s examples of the last training. Above the"
            " line it is more often right than it says, below less often.",
            error=f"{found.error:.3f}",
            many=f"{found.many:,}",
        ),
        empty=read.say("Nothing was held out in its training."),
        unfolded=True,
    )


def _reliability(read: Reader, title: str, found: Calibration) -> Markup:
    marks = tuple(
        (
            one.sure,
            one.right,
            read.say(
                "%(many)s examples: sure %(sure)s, right %(right)s",
                many=f"{one.many:,}",
                sure=percent(one.sure),
                right=percent(one.right),
            ),
        )
        for one in found.bins
    )
    ticks = [(part, f"{100 * part:.0f} %") for part in (0, 0.25, 0.5, 0.75, 1.0)]
    series = (
        Curve(
            label=read.say("as sure as right"),
            points=((0.0, 0.0), (1.0, 1.0)),
            tone="none",
            dash="6 4",
        ),
        Curve(
            label=read.say("right, by how sure it was"),
            points=tuple((x, y) for x, y, _ in marks),
            marks=marks,
        ),
    )
    return drawn(svg.curves(title, series, ticks, ticks))
