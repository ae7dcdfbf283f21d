"""Which tables of an HTML mail hold data and which only lay it out, and the latter taken apart.

A table of data is shown as rows and columns. One that lays out a mail holds paragraphs, and in
its rows they would run into one line: an attribution would no longer stand above its quote.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from turbohtml import Document, Element, Node, Text

MAX_TABLES = 2000
"""Tables that are taken apart; a mail with more is no newsletter."""
LONG = 80
"""Characters from which on a cell of several lines is text and no datum."""
SEPARATOR = "\xa0\xa0"  # spaces would be run together

_CELLS = frozenset({"td", "th"})
_HEAVY = frozenset({"table", "blockquote", "ul", "ol", "dl", "pre", "hr", "form", "center"})
_LIGHT = frozenset(
    {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"}
)


@dataclass(slots=True)
class _Cell:
    """One cell: what it holds, not counting what is in the cells of tables inside it."""

    element: Element
    letters: int = 0
    heavy: bool = False
    light: bool = False


@dataclass(slots=True)
class _Table:
    """One table: the cells of each row."""

    element: Element
    rows: list[tuple[Element, list[_Cell]]] = field(default_factory=list)


def take_apart(document: Document, edge: str) -> None:
    """Replace every table that only lays out the mail by what it holds.

    `edge` is put where a line begins or ends. Cells of a row that each hold a word or two stay
    on one line. Linear in the number of nodes.
    """
    for table in _tables(document)[:MAX_TABLES]:
        if any(_holds_text(cells) for _, cells in table.rows):
            _unwrap(table, edge)


def _tables(document: Document) -> list[_Table]:
    """Return the tables, outermost first, each with its own rows and cells."""
    found: list[_Table] = []
    waiting: list[tuple[Node, _Table | None, _Cell | None]] = [
        (child, None, None) for child in document.children
    ]
    while waiting:
        node, table, cell = waiting.pop()
        if isinstance(node, Text):
            if cell is not None:
                cell.letters += len(node.data.strip())
            continue
        if not isinstance(node, Element):
            continue
        if cell is not None:
            cell.heavy = cell.heavy or node.tag in _HEAVY
            cell.light = cell.light or node.tag in _LIGHT
        if node.tag == "table":
            table, cell = _Table(node), None
            found.append(table)
        elif node.tag == "tr" and table is not None:
            table.rows.append((node, []))
        elif node.tag in _CELLS and table is not None and table.rows:
            cell = _Cell(node)
            table.rows[-1][1].append(cell)
        waiting += [(child, table, cell) for child in reversed(node.children)]
    return found


def _holds_text(row: list[_Cell]) -> bool:
    """Say whether a cell of a row holds text of its own right, not one datum among others."""
    filled = sum(cell.letters > 0 for cell in row)
    return any(
        cell.heavy or (cell.light and (cell.letters > LONG or filled <= (cell.letters > 0)))
        for cell in row
    )


def _unwrap(table: _Table, edge: str) -> None:
    for row, cells in table.rows:
        apart = _holds_text(cells)
        for place, cell in enumerate(cells):
            if apart:
                cell.element.insert_before(Text(edge))
                cell.element.insert_after(Text(edge))
            elif place:
                cell.element.insert_before(Text(SEPARATOR))
        row.insert_before(Text(edge))
        row.insert_after(Text(edge))
    for row, cells in table.rows:
        for cell in cells:
            cell.element.unwrap()
        row.unwrap()
    for group in table.element.children:
        if isinstance(group, Element) and group.tag in {"tbody", "thead", "tfoot"}:
            group.unwrap()
    table.element.insert_before(Text(edge))
    table.element.insert_after(Text(edge))
    table.element.unwrap()
