"""A report as one page: a file that loads nothing and runs nothing, for a screen or for paper."""

from __future__ import annotations

from collections.abc import Iterator

from triage.report import lists, plots, waitplots
from triage.report.figures import Desk, Figures
from triage.report.markup import Table, said, table
from triage.report.plot import Plot
from triage.report.style import STYLE
from triage.report.summary import budget_line, forecast_line, tiles
from triage.report.words import initials, moment, number, time_of

Section = tuple[str, str, list[str]]
"""An anchor, a title, and the parts below it."""


def page(found: Figures, desk: Desk) -> str:
    """Return the whole document. Requesters stand in it by their initials alone."""
    sections = [one for one in _sections(found, desk) if one[2]]
    scope = "" if found.queue is None else f" · {desk.queues.get(found.queue, found.queue)}"
    period = time_of(found.since, found.until, found.zone)
    index = "".join(f'<a href="#{name}">{said(title)}</a>' for name, title, _ in sections)
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{said(f'Report · {desk.brand} · {period}')}</title>",
            f"<style>{STYLE}</style>\n</head>\n<body>\n<header>",
            f'<p class="brand">{said(desk.brand + scope)}</p>',
            f"<h1>{said(period)}</h1>",
            f"{_tiles(found)}\n</header>",
            f'<nav aria-label="Contents">{index}</nav>\n<main>',
            *(_section(*one) for one in sections),
            f"</main>\n<footer>{_footer(found)}</footer>\n</body>\n</html>\n",
        )
    )


def _tiles(found: Figures) -> str:
    each = (
        f'<div class="tile {one.tone}"><dt>{said(one.label)}</dt>'
        f"<dd>{_figure(one.figure)}</dd><dd>{said(one.more)}</dd></div>"
        for one in tiles(found)
    )
    return f'<dl class="tiles">{"".join(each)}</dl>'


def _figure(words: str) -> str:
    """Return a figure that breaks between its parts, and nowhere in them."""
    return " · ".join(f"<span>{said(part)}</span>" for part in words.split(" · "))


def _section(name: str, title: str, parts: list[str]) -> str:
    inside = "\n".join(parts)
    return f'<section id="{name}">\n<h2>{said(title)}</h2>\n{inside}\n</section>'


def _sections(found: Figures, desk: Desk) -> Iterator[Section]:
    yield "causes", "What brought most mail", _drawn(plots.causes(found, desk), alone=True)
    yield "answers", "How long answers took", list(_answers(found, desk))
    yield "promises", "Times that requesters were told", list(_promises(found))
    yield "missed", "Deadlines that were missed", list(_missed(found))
    yield "staffing", "Arrivals against staffing", _drawn(plots.staffing(found), alone=True)
    yield "voices", "Complaints and compliments", list(_voices(found, desk))
    yield "leaving", "Who may leave", [table(lists.leaving(found, desk, initials))]
    yield "goodwill", "Put right and given", list(_goodwill(found, desk))
    yield "silent", "Not acknowledged", list(_silent(found))
    if found.agents is not None:
        yield "agents", "By person", [table(lists.agents(found, desk))]


def _answers(found: Figures, desk: Desk) -> Iterator[str]:
    yield from _drawn(waitplots.curve(found))
    yield from _drawn(waitplots.by_queue(found, desk) if found.queues else None)
    yield from _drawn(waitplots.by_day(found))
    yield from _listed("What first answers did", lists.did(found))
    yield from _listed("What has waited longest", lists.oldest(found, desk))


def _promises(found: Figures) -> Iterator[str]:
    drawn = plots.promises(found)
    if drawn is None:
        yield '<p class="none">No time that a requester was told came in it.</p>'
        return
    yield from _drawn(drawn, alone=True)
    yield f"<p>{said(forecast_line(found))}</p>"
    yield from _listed("Missed without a word", lists.broken(found))


def _missed(found: Figures) -> Iterator[str]:
    yield from _drawn(plots.breaches(found))
    yield table(lists.missed(found))


def _voices(found: Figures, desk: Desk) -> Iterator[str]:
    for title, every in (("Complaints", found.complaints), ("Compliments", found.compliments)):
        shown = lists.voices(found, desk, every, initials)
        yield from _listed(f"{title}: {len(every):,}", shown)


def _goodwill(found: Figures, desk: Desk) -> Iterator[str]:
    yield f"<p>{said(budget_line(found, desk))}</p>"
    if found.gifts:
        yield from _listed("Gifts", lists.gifts(found, desk))
    yield from _listed("Remedies", lists.remedies(found, desk))


def _silent(found: Figures) -> Iterator[str]:
    sent = sum(one.mails for one in found.acknowledged if one.state == "sent")
    yield f"<p>{said(number(sent, 'acknowledgement'))} left.</p>"
    yield from _listed("Mail of people", lists.withheld(found))
    yield from _listed("Mail of machines", lists.machines(found))


def _drawn(plot: Plot | None, *, alone: bool = False) -> list[str]:
    """Return a plot with its table folded below it; on paper the drawing stands alone.

    `alone`: its section has its title already.
    """
    if plot is None:
        return []
    title = "" if alone else f"<figcaption>{said(plot.title)}</figcaption>\n"
    note = f'<p class="note">{said(plot.note)}</p>' if plot.note else ""
    return [
        f'<figure>\n{title}<div class="wide">\n{plot.svg}\n</div>\n{note}'
        f"<details{' open' * plot.unfolded}><summary>As a table</summary>\n"
        f"{table(plot.table)}\n</details>\n</figure>"
    ]


def _listed(title: str, rows: Table) -> list[str]:
    return [f'<div class="list"><h3>{said(title)}</h3>\n{table(rows)}</div>']


def _footer(found: Figures) -> str:
    before = sum(one.turn.start < found.since for one in found.waited)
    since = f", and {number(before, 'turn')} that wait since before" if before else ""
    lines = (
        f"Made {moment(found.now, found.zone)}; all times in {found.zone}.",
        f"Counted are {number(found.response.turns, 'turn')} of requesters that began in this"
        f" time{since}. A turn begins with the first mail that waits for an answer, and ends with"
        " the first answer of a human; acknowledgements count nowhere. What is late and still"
        " waits is a miss, and counts in the percentiles with its time so far. Percentiles are"
        " waits that were measured (nearest rank).",
    )
    return "".join(f"<p>{said(line)}</p>" for line in lines)
