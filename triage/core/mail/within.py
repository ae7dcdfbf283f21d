"""Answers that were written into a quote and that nothing but their colour sets apart.

Whoever does so says it above: "see my answers below", "in red". Then the quote is what was
written, too, and stays.
"""

from __future__ import annotations

import re

MOST_WORDS = 30
"""Words of a new text that may do no more than point to what stands below it."""
MOST_COLOURED = 0.6
"""The part of a quote that answers in it take up at most: more is the quote's own colour."""

_ANSWERS = re.compile(
    r"\b(?:answer|repl(?:y|ies)\b|response|comment|antwort|kommentar|anmerkung|réponse|commentaire|"
    r"répondu|respuesta|comentario|respond|rispost|comment[oi]\b|antwoord|opmerking|reactie|resposta|"
    r"comentári|odpowied|odpowiad|komentarz|uwag|svar|komment|bemærkning|vasta[su]|odpověd|odpovíd|"
    r"komentář|ответ|комментар)"
    r"|回答|返信|返答|コメント|回复|답변",
    re.IGNORECASE,
)
_COLOUR = (
    r"(?:in|en|em|i|med|na|a) (?:het )?(?:red|blue|green|bold|colou?r|rot|roter|blau\w*|grün\w*|"
    r"rouge|bleu|vert|gras|couleur|rojo|azul|verde|rosso|blu|grassetto|rood|blauw|groen|vermelho|"
    r"czerwono|niebiesko|zielono|rött|blått|grönt|rødt|blåt|grønt)|farbig|punaisella|sinisellä|"
    r"vihreällä|červeně|modře|zeleně|красным"
)
_PLACE = re.compile(
    rf"\b(?:below|inline|in-line|between the lines|in (?:the|your) (?:text|e?-?mail|message)|unten|"
    rf"unterhalb|nachfolgend|nachstehend|im text|s\. ?u\b|in ihre[rm]? \w*mail|dazwischen|"
    rf"ci-dessous|plus bas|dans le texte|dans votre (?:mail|message)|abajo|a continuación|debajo|"
    rf"en el texto|sotto\b|di seguito|qui sotto|nel testo|hieronder|onderstaand|in de tekst|"
    rf"tussen de|abaixo|a seguir|no texto|poniżej|w tekście|nedan|i texten|nedenfor|nedenunder|"
    rf"i teksten|under\b|alla\b|alle\b|tekstissä|seassa|níže|v textu|ниже|{_COLOUR})"
    rf"|下記|以下|赤字|青字|文中|インライン|下面|아래",
    re.IGNORECASE,
)
_OPEN, _CLOSE = "\ue003", "\ue004"
COLOURED = (_OPEN, _CLOSE)
"""What stands in a text before and behind words in a colour of their own."""
_GREY = re.compile(
    r"#([0-9a-f]{1,2})\1\1|rgb\( ?(\d+), ?\2, ?\2 ?\)|black|(?:dark|light|dim)?gr[ae]y|windowtext|"
    r"inherit|initial|currentcolor|auto|white|unset|var\(.*|#1f1f1f|#212121|#222222"
)
_STYLED = re.compile(r"(?<![-\w])color\s*:\s*([^;!]{1,40})", re.IGNORECASE)


def points_below(text: str) -> bool:
    """Say whether a new text does no more than say where something stands: below, or in red."""
    return len(text.split()) <= MOST_WORDS and _PLACE.search(text) is not None


def announces_answers(text: str) -> bool:
    """Say whether a new text does no more than announce answers below it, or in another colour."""
    return points_below(text) and _ANSWERS.search(text) is not None


def own_colour(style: str, attribute: str) -> bool:
    """Say whether an element sets its words in a colour, neither black nor grey."""
    found = _STYLED.search(style[:2000])
    colour = " ".join((found[1] if found else attribute).casefold().split())
    return bool(colour) and _GREY.fullmatch(colour) is None


def some_coloured(lines: list[str]) -> bool:
    """Say whether some words of a marked quote have a colour of their own, and most have not."""
    coloured = plain = depth = 0
    for line in lines:
        for piece in re.split(f"([{_OPEN}{_CLOSE}])", line):
            if piece in COLOURED and piece:
                depth = max(0, depth + (1 if piece == _OPEN else -1))
            elif depth:
                coloured += len(piece.split())
            else:
                plain += len(piece.strip("> \t").split())
    return 0 < coloured <= MOST_COLOURED * (coloured + plain)
