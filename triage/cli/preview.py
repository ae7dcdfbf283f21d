"""`triage check --preview`: every text to requesters on one page, as a mail would look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape
from itertools import groupby

from triage.cli.previewcases import Case, cases, speakers
from triage.config.load import Policy
from triage.config.texts import ACKNOWLEDGEMENT, CHECK_BACK, DELAY
from triage.config.wording import locale_of

_SORTS = {
    ACKNOWLEDGEMENT: "Acknowledgement",
    DELAY: "Delay notice",
    CHECK_BACK: "Check-back",
}
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5d6879; --line: #d9dee7;
  --ground: #f3f5f8; --sheet: #fff; --accent: #2456b8; --warn: #8a4b00; --warnground: #fff1dc }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #9aa5b6; --line: #343d4b;
  --ground: #12161d; --sheet: #1b212b; --accent: #8db4ff; --warn: #ffc27a; --warnground: #3a2a12 } }
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); color: var(--ink);
  background: var(--ground); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif }
nav { position: sticky; top: 0; align-self: start; height: 100vh; overflow-y: auto;
  padding: 1.5rem 1rem; border-right: 1px solid var(--line); background: var(--sheet) }
nav h1 { font-size: 1.05rem; margin: 0 0 .25rem } nav > p { margin: 0 0 1rem; color: var(--soft);
  font-size: .85rem }
nav summary { cursor: pointer; padding: .3rem 0; font-weight: 600 }
nav b { display: block; margin-top: .4rem; font-size: .72rem; letter-spacing: .05em;
  text-transform: uppercase; color: var(--soft) }
nav ol { margin: 0; padding: 0; list-style: none; font-size: .85rem }
nav li a { display: block; padding: .12rem .4rem; border-radius: 4px }
a { color: var(--accent); text-decoration: none } a:hover, a:focus-visible {
  text-decoration: underline }
main { padding: 1.5rem 2.5rem 4rem; max-width: 60rem }
h2 { font-size: 1.6rem; margin: 2.5rem 0 .25rem } main > section:first-child h2 { margin-top: 0 }
h3 { font-size: 1.1rem; margin: 2rem 0 .75rem; padding-bottom: .3rem;
  border-bottom: 1px solid var(--line) }
.about { margin: 0; color: var(--soft) }
.badge { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .75rem;
  font-weight: 600; color: var(--warn); background: var(--warnground); white-space: nowrap }
article { margin: 0 0 1.5rem; background: var(--sheet); border: 1px solid var(--line);
  border-radius: 10px; overflow: hidden; break-inside: avoid }
h4 { margin: 0; padding: .55rem 1.1rem; font-size: .85rem; font-weight: 600; color: var(--soft);
  border-bottom: 1px solid var(--line) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0;
  padding: .8rem 1.1rem; border-bottom: 1px solid var(--line); font-size: .9rem }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere; min-width: 0 }
dd.subject { font-weight: 600 }
.mail { padding: 1.1rem; font-size: 16px } .mail p:last-child { margin-bottom: 0 !important }
details.plain { border-top: 1px solid var(--line) } details.plain summary { cursor: pointer;
  padding: .5rem 1.1rem; font-size: .82rem; color: var(--soft) }
pre { margin: 0; padding: 0 1.1rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto;
  border-right: 0; border-bottom: 1px solid var(--line) } main { padding: 1rem } }
@media print { body { display: block; background: none } nav { display: none }
  details.plain { display: none } main { padding: 0; max-width: none } }
"""


def preview(policy: Policy, now: datetime) -> str:
    """Return the page: one file that loads nothing, with every text in every language.

    `now` decides what day it is in the mails (`cases`).
    """
    site = policy.texts.site
    languages = sorted(policy.texts.languages, key=lambda language: (language != site, language))
    shown = {language: tuple(cases(policy, language, now)) for language in languages}
    number = sum(map(len, shown.values()))
    index = "\n".join(_index(policy, language, found) for language, found in shown.items())
    parts = "\n".join(_language(policy, language, found) for language, found in shown.items())
    brand = escape(policy.settings.brand)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Texts to requesters · {brand}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<nav aria-label="Contents">\n<h1>Texts to requesters</h1>\n'
        f"<p>{brand} · {len(shown)} languages, {number} mails</p>\n{index}\n</nav>\n"
        f"<main>\n{parts}\n</main>\n</body>\n</html>\n"
    )


def _index(policy: Policy, language: str, found: tuple[Case, ...]) -> str:
    lines = [f"<details{' open' if language == policy.texts.site else ''}>"]
    lines.append(f"<summary>{_named(language)} {_badge(policy, language)}</summary>")
    at = 0
    for sort, group in groupby(found, key=lambda case: case.sort):
        lines.append(f"<b>{_SORTS[sort]}</b>\n<ol>")
        for case in group:
            lines.append(f'<li><a href="#{_anchor(language, at)}">{escape(case.title)}</a></li>')
            at += 1
        lines.append("</ol>")
    lines.append("</details>")
    return "\n".join(lines)


def _language(policy: Policy, language: str, found: tuple[Case, ...]) -> str:
    who = speakers(policy, language)
    told = (
        f"spoken by {', '.join(who)}"
        if who
        else f"nobody on the roster speaks it: requesters get '{policy.texts.site}' instead"
    )
    lines = [
        f'<section id="{escape(language)}">',
        f"<h2>{_named(language)} {_badge(policy, language)}</h2>",
        f'<p class="about">{escape(told)}</p>',
    ]
    at = 0
    for sort, group in groupby(found, key=lambda case: case.sort):
        lines.append(f"<h3>{_SORTS[sort]} · {_named(language)}</h3>")
        for case in group:
            lines += _mail(case, _anchor(language, at))
            at += 1
    lines.append("</section>")
    return "\n".join(lines)


def _mail(case: Case, anchor: str) -> Iterator[str]:
    body = _BODY.search(case.note.html)
    yield f'<article id="{anchor}">\n<h4>{escape(case.title)}</h4>'
    yield f'<dl><dt>From</dt><dd dir="auto">{escape(case.sender)}</dd>'
    yield f'<dt>Subject</dt><dd class="subject" dir="auto">{escape(case.subject)}</dd></dl>'
    yield f'<div class="mail">{body[1] if body else ""}</div>'
    yield '<details class="plain"><summary>The same as plain text</summary>'
    yield f'<pre dir="auto" lang="{escape(case.note.language)}">{escape(case.note.text)}</pre>'
    yield "</details>\n</article>"


def _named(language: str) -> str:
    locale = locale_of(language)
    return escape(f"{locale.english_name if locale else language} ({language})")


def _badge(policy: Policy, language: str) -> str:
    """Say that nobody has vouched for one of the texts in a language."""
    written = (note for notes in policy.texts.notes.values() for note in notes.items())
    unread = any(tag == language and not note.reviewed for (tag, _), note in written)
    return '<span class="badge">nobody has vouched for it</span>' if unread else ""


def _anchor(language: str, number: int) -> str:
    return escape(f"{language}-{number + 1}")
