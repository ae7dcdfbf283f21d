"""How an answer begins and ends before anybody has written it: greeting, who steps in, signature.

In English, German, French, Spanish, Italian, Dutch, Portuguese and Polish. Whoever writes instead
of the owner that the requester was told of says so in one line, which can be taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triage.core.tags import main_part


@dataclass(frozen=True, slots=True)
class _Words:
    named: str
    unnamed: str
    stepping: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "Hello {name},",
        "Hello,",
        "I'm {agent}, stepping in for {owner}; I have read your mail.",
    ),
    "de": _Words(
        "Guten Tag {name},",
        "Guten Tag,",
        "ich bin {agent} und vertrete {owner}; Ihre Nachricht habe ich gelesen.",
    ),
    "fr": _Words(
        "Bonjour {name},",
        "Bonjour,",
        "je suis {agent} et je remplace {owner} ; j'ai lu votre message.",
    ),
    "es": _Words(
        "Hola, {name}:",
        "Hola:",
        "Soy {agent} y le escribo en lugar de {owner}; he leído su mensaje.",
    ),
    "it": _Words(
        "Buongiorno {name},",
        "Buongiorno,",
        "sono {agent} e Le scrivo al posto di {owner}; ho letto il Suo messaggio.",
    ),
    "nl": _Words(
        "Beste {name},",
        "Goedendag,",
        "ik ben {agent} en neem het over van {owner}; ik heb uw bericht gelezen.",
    ),
    "pt": _Words(
        "Olá, {name}:",
        "Olá:",
        "Sou {agent} e escrevo em vez de {owner}; li a sua mensagem.",
    ),
    "pl": _Words(
        "Dzień dobry,",
        "Dzień dobry,",
        "nazywam się {agent}, zastępuję osobę, która prowadzi tę sprawę ({owner});"
        " znam treść wiadomości.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What stands in an answer before anybody has written it: its first lines, and its last."""

    opening: str
    signature: str

    @property
    def text(self) -> str:
        """The whole, with room for the answer between the two."""
        return f"{self.opening}\n\n\n\n{self.signature}"


def begun(
    language: str | None, site: str, first_name: str, agent: str, brand: str, owner: str
) -> Begun:
    """Return how an answer begins and ends.

    `language` is the requester's, `site` is the desk's, for where there are no words of the first;
    English for where there are none of either. `agent` is the writer's public name; `owner` the
    first name of whom they step in for, "" for nobody.
    """
    words = _words(language, site)
    greeting = words.named.format(name=first_name) if first_name else words.unnamed
    opening = filter(None, (greeting, stepping_in(language, site, agent, owner)))
    return Begun(opening="\n\n".join(opening), signature="\n".join(filter(None, (agent, brand))))


def stepping_in(language: str | None, site: str, agent: str, owner: str) -> str:
    """Return the line by which `agent` says that they write instead of `owner`; "" for nobody."""
    if not agent or not owner:
        return ""
    return _words(language, site).stepping.format(agent=agent.split(maxsplit=1)[0], owner=owner)


def with_line(text: str, line: str) -> str:
    """Return `text` with `line` behind its greeting, where it has one; else before all of it."""
    if not line:
        return text
    greeting, blank, rest = text.partition("\n\n")
    if blank and "\n" not in greeting and greeting.endswith((",", ":", "!")):
        return f"{greeting}\n\n{line}\n\n{rest}"
    return f"{line}\n\n{text}"


def _words(language: str | None, site: str) -> _Words:
    tags = (main_part(tag).casefold() for tag in (language, site) if tag)
    return next((_WORDS[tag] for tag in tags if tag in _WORDS), _WORDS["en"])
