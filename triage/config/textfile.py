"""One text to a person: compiled, and checked before anybody gets it.

A text is plain words with `{{ variable }}`, `{% if %}`, and no more: no loops, calls or
attributes. It can therefore neither hang nor grow, whatever stands in it, and a
requester's words are only ever values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from triage.config.faults import near
from triage.core import heading
from triage.core.heading import shortened
from triage.errors import ConfigError, Fault

LONGEST = 4_000
"""The most characters a rendered text has."""

LONGEST_PAGE = 40_000
"""The most characters a rendered page of HTML has."""

_LONGEST_SOURCE = 20_000
_HEADER = re.compile(
    r"(from|to|cc|bcc|subject|reply-to|sender|date|message-id|in-reply-to|references|"
    r"return-path|mime-version|content-[a-z-]+|auto-submitted|x-[a-z-]+):",
    re.IGNORECASE,
)
_SINGLE_BRACES = re.compile(r"(?<!\{)\{\s*([a-z_]+)\s*\}(?!\})")
_TAG = re.compile(r"\{[{%].*?[%}]\}")
_QUOTED = re.compile(r"'([^']+)'")
_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.Name,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.CondExpr,
    nodes.Concat,
)
_FILTERS = ("upper", "lower", "capitalize", "title", "trim")
_TESTS = ("true", "false", "none", "eq", "ne", "in")


@dataclass(frozen=True, slots=True)
class Text:
    """One compiled file: the language its times are told in, and what renders it."""

    file: str
    language: str
    template: Template
    longest: int = LONGEST

    def write(self, values: Mapping[str, object]) -> str:
        """Return the text.

        Raises:
            ConfigError: it cannot be rendered, or is longer than a text may be.
        """
        try:
            text = render(self.template, values)
        except TemplateError as exc:
            raise ConfigError((Fault(self.file, 0, 0, str(exc)),)) from exc
        if len(text) > self.longest:
            fault = Fault(self.file, 0, 0, f"makes {len(text)} characters; at most {self.longest}")
            raise ConfigError((fault,))
        return text


def environment(*, html: bool = False) -> ImmutableSandboxedEnvironment:
    """Return Jinja with what a text may use: unknown names refused, plain text out.

    `html`: values are escaped, so that none of them is ever a tag.
    """
    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals.clear()
    env.filters = {name: env.filters[name] for name in _FILTERS}
    env.tests = {name: env.tests[name] for name in _TESTS}
    return env


def compile_text(
    env: ImmutableSandboxedEnvironment, file: str, source: str, variables: Collection[str]
) -> Template:
    """Return the text of `file` ready to be rendered with exactly `variables`.

    Raises:
        ConfigError: every fault of the file with its line and column: a wrong tag, an
            unknown variable or filter, more than a text needs, a header, nothing at all.
    """
    lines = source.split("\n")
    if len(source) > _LONGEST_SOURCE:
        raise ConfigError((Fault(file, 0, 0, f"longer than {_LONGEST_SOURCE} characters"),))
    try:
        tree = env.parse(source)
    except TemplateSyntaxError as exc:
        raise ConfigError((_syntax(file, lines, exc),)) from exc
    faults = [*_plain_faults(file, lines, variables), *_tree_faults(file, lines, tree, variables)]
    if faults:
        raise ConfigError(tuple(sorted(set(faults))))
    return env.from_string(tree)


def render(template: Template, values: Mapping[str, object]) -> str:
    """Return the text with `values`: no more than one empty line, no space at a line's end."""
    lines = "\n".join(line.rstrip() for line in template.render(values).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def one_line(value: str, longest: int) -> str:
    """Return a value as one line without control or direction characters, cut at `longest`."""
    return shortened(heading.one_line(value), longest)


def _syntax(file: str, lines: list[str], error: TemplateSyntaxError) -> Fault:
    line = min(max(error.lineno, 1), len(lines))
    quoted = _QUOTED.search(error.message or "")
    column = lines[line - 1].find(quoted.group(1)) if quoted else -1
    if column < 0:
        column = max(lines[line - 1].find("{"), 0)
    remedy = "a text has {{ variable }}, {% if variable %}, {% elif %}, {% else %} and {% endif %}"
    return Fault(file, line, column + 1, (error.message or "wrong syntax").rstrip("."), remedy)


def _plain_faults(file: str, lines: list[str], variables: Collection[str]) -> Iterator[Fault]:
    first = next(((n, line) for n, line in enumerate(lines, 1) if line.strip()), None)
    if first is None:
        yield Fault(file, 1, 1, "nothing stands in it", "write the text, or remove the file")
    elif _HEADER.match(first[1]):
        yield Fault(file, first[0], 1, "a header stands in the text", "headers are made by code")
    for number, line in enumerate(lines, 1):
        for match in _SINGLE_BRACES.finditer(line):
            if match.group(1) in variables:
                text = f"'{match.group(1)}' stands in single braces"
                remedy = f"write {{{{ {match.group(1)} }}}}"
                yield Fault(file, number, match.start() + 1, text, remedy)


def _tree_faults(
    file: str, lines: list[str], tree: nodes.Template, variables: Collection[str]
) -> Iterator[Fault]:
    for node in tree.find_all(nodes.Node):
        match node:
            case nodes.Name(name=name) if name not in variables:
                yield from _named(file, lines, node, "variable", name, near(name, variables))
            case nodes.Filter(name=name) if name not in _FILTERS:
                yield from _named(file, lines, node, "filter", name, near(name, _FILTERS))
            case nodes.Test(name=name) if name not in _TESTS:
                yield from _named(file, lines, node, "test", name, near(name, _TESTS))
            case _ if isinstance(node, _PLAIN):
                pass
            case _:
                column = max(lines[node.lineno - 1].find("{"), 0) + 1
                text = f"'{type(node).__name__.lower()}' is more than a text may use"
                yield Fault(file, node.lineno, column, text, "only variables and {% if %}")


def _named(
    file: str, lines: list[str], node: nodes.Node, sort: str, name: str, remedy: str
) -> Iterator[Fault]:
    """Yield a fault for each `name` in a tag of the node's line, as Jinja keeps no columns."""
    line = lines[node.lineno - 1]
    tags = [range(*tag.span()) for tag in _TAG.finditer(line)]
    found = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", line)]
    places = [at + 1 for at in found if any(at in tag for tag in tags)]
    for column in places or [1]:
        yield Fault(file, node.lineno, column, f"unknown {sort} '{name}'", remedy)
