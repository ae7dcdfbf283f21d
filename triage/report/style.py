"""How a report looks: on a light page, on a dark one, and on paper."""

from __future__ import annotations

from triage.report import svg

STYLE = (
    svg.STYLE
    + """
:root { color-scheme: light dark; --ground: #f3f5f8; --sheet: #fff }
@media (prefers-color-scheme: dark) { :root { --ground: #12161d; --sheet: #1a2029 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 62rem; color: var(--ink);
  background: var(--ground); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  font-variant-numeric: tabular-nums }
.brand { margin: 0; color: var(--soft); font-weight: 600 }
h1 { margin: .1rem 0 1.25rem; font-size: 1.6rem; line-height: 1.25 }
h2 { margin: 0 0 1rem; font-size: 1.2rem } h3 { margin: 1.5rem 0 .5rem; font-size: 1rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem;
  margin: 0 }
.tile { padding: .9rem 1rem; background: var(--sheet); border: 1px solid var(--line);
  border-left: 4px solid var(--none); border-radius: 8px }
.tile.good { border-left-color: var(--good) } .tile.mid { border-left-color: var(--mid) }
.tile.bad { border-left-color: var(--bad) }
.tile dt { font-size: .82rem; color: var(--soft) }
.tile dd { margin: 0; font-size: .82rem; color: var(--soft) }
.tile dt + dd { margin: .1rem 0 .2rem; font-size: 1.3rem; font-weight: 650; line-height: 1.2;
  color: var(--ink) }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 1.25rem 0 }
a { color: var(--bar) }
section { margin: 0 0 1.25rem; padding: 1.4rem 1.5rem; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 10px; scroll-margin-top: 1rem }
figure { margin: 0 0 1.75rem } section > figure:last-child { margin-bottom: 0 }
.wide svg { min-width: 34rem } figcaption { margin: 0 0 .6rem; font-weight: 600 }
p { margin: .5rem 0 } .note, .none { color: var(--soft); font-size: .88rem }
summary { margin-top: .5rem; cursor: pointer; color: var(--soft); font-size: .88rem }
.tile span { white-space: nowrap } .wide { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-size: .88rem }
th, td { padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line) }
table.few { width: auto; min-width: 24rem }
th:last-child, td:last-child { padding-right: 0 }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap }
tbody th { font-weight: 500; white-space: nowrap }
.n { text-align: right } td.n { white-space: nowrap }
.w { min-width: 14rem; overflow-wrap: anywhere }
footer { color: var(--soft); font-size: .85rem }
@media (max-width: 40rem) { body { padding: 1rem .75rem 3rem } section { padding: 1rem } }
@page { margin: 15mm 14mm }
@media print { :root { --ground: #fff; --sheet: #fff }
  nav, summary, details:not([open]) { display: none }
  body { padding: 0; max-width: none; font-size: 9.5pt; background: none }
  section { margin: 0 0 .5rem; padding: .9rem 0 0; border: 0; border-top: 1px solid var(--line);
    border-radius: 0 }
  h1 { font-size: 16pt } h2 { margin-bottom: .6rem; font-size: 12.5pt } h3 { font-size: 10.5pt }
  h2, h3, figcaption { break-after: avoid } svg.plot, tr, .tile { break-inside: avoid }
  figure { margin-bottom: 1rem } table, .note, .none { font-size: 8.5pt }
  th, td { padding: .22rem .6rem .22rem 0 }
  thead { display: table-header-group } .w, .wide svg { min-width: 0 } .wide { overflow: visible }
  .tiles { grid-template-columns: repeat(5, 1fr); gap: .4rem } .tile { padding: .5rem .6rem;
    print-color-adjust: exact; -webkit-print-color-adjust: exact }
  .tile dt, .tile dd { font-size: 7.5pt } .tile dt + dd { font-size: 12pt } }
"""
)
