"""Why a message is judged as it is, for people: rules, model, signals, facts, reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from triage.cli import plain
from triage.cli.layout import block
from triage.core.remember import as_list
from triage.report.words import signed

_TOLD_SCORES = 4
_LABEL = 9
_SENTENCE = 100
"""Characters of a sentence that stands among others; the mail has the rest of it."""

_SAID = {
    "verified": "the sender is verified",
    "unverified": "the sender could not be verified",
}


def in_words(reason: str) -> str:
    """Write a reason of the closed set as words."""
    return _SAID.get(reason) or plain.line(reason).replace("_", " ") or "none given"


def draw_reasons(console: Console, explained: Mapping[str, object]) -> None:
    """Draw why a message is judged as it is; a line a reason, long ones indented."""
    before = ""
    for label, text in _reasons(explained):
        name = "" if label == before else label
        block(console, text, Text(f"  {name}".ljust(_LABEL + 2), "bold"), _LABEL + 2)
        before = label


def _reasons(explained: Mapping[str, object]) -> Iterator[tuple[str, Text]]:
    for fired in as_list(explained.get("fired")):
        yield "rule", _rule(fired)
    for name, words in (("refer", "refer to"), ("macro", "reply with")):
        if said := explained.get(name):
            yield "propose", Text(f"{words} {plain.line(str(said))}")
    for fact in as_list(explained.get("asks")):
        yield "propose", Text(f"ask for {plain.line(str(fact)).replace('_', ' ')}")
    scores = _mapping(explained.get("queue_scores"))
    if scores:
        best = sorted(scores.items(), key=lambda item: -_number(item[1]))[:_TOLD_SCORES]
        said = "  ".join(f"{name} {_number(score):.2f}" for name, score in best)
        yield "model", Text(said)
    yield from _sentences(as_list(explained.get("reasons")))
    for name, signal in _mapping(explained.get("signals")).items():
        about = _mapping(signal)
        text = Text(f"{plain.line(name).replace('_', ' ')} {_number(about.get('score')):.2f}")
        text.append(f"  “{plain.line(str(about.get('sentence', '')))}”", "italic")
        yield "signal", text
    for name, value in _mapping(explained.get("facts")).items():
        yield "fact", Text(f"{plain.line(name).replace('_', ' ')} {plain.line(str(value))}")
    told = {str(fired.get("rule")) for fired in as_list(explained.get("fired"))}
    for reason in as_list(explained.get("why")):
        words = plain.line(str(reason))
        if not any(words.startswith(f"rule {name} (") for name in told):
            yield "because", Text(words, "dim")


def _sentences(reasons: list[Any]) -> Iterator[tuple[str, Text]]:
    """Yield what speaks for the likeliest queue, and what against it, each with its weight."""
    for side in ("for", "against"):
        said = [reason for reason in map(_mapping, reasons) if reason.get("side") == side]
        if not said:
            continue
        text = Text(f"{side} {plain.line(str(said[0].get('queue', '')))}: ")
        for number, reason in enumerate(said):
            text.append("  " if number else "")
            text.append(f"“{_shortened(plain.line(str(reason.get('sentence', ''))))}”", "italic")
            text.append(f" {signed(_number(reason.get('weight')))}")
        yield "reason", text


def _shortened(sentence: str) -> str:
    """Return the beginning of a long sentence, up to a word's end."""
    if len(sentence) <= _SENTENCE:
        return sentence
    return sentence[:_SENTENCE].rpartition(" ")[0] + " …"


def _rule(fired: Mapping[str, object]) -> Text:
    """Write a rule that fired: where it stands, what hit, what it did, and what came before it."""
    where = f"{fired.get('file')}:{fired.get('line')}"
    text = Text.assemble((str(fired.get("rule")), "cyan"), (f" ({where})", "dim"))
    text.append(f" {plain.line(str(fired.get('why', '')))}")
    for name, label in (("evidence", "hit"), ("did", "did"), ("overruled", "overruled")):
        said = [plain.line(str(one)) for one in as_list(fired.get(name))]
        if said:
            text.append(f"; {label}: {', '.join(said)}", "dim")
    return text


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
