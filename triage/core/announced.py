"""Values that words announce: "my order number is 4711 22", "Rechnung vom 3.5., Nr. 20261".

What announces a value and what the value looks like is an admin's to say; what may stand between
the two is told here once, for every language: a few short words, signs, a date, a line's end, but
no other announcement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.core.patterns import Pattern, fold, pattern

PHONE = "phone"
"""The value that stands for any telephone number, instead of a pattern."""

MOST_WORDS = 4
LONGEST_WORD = 12
MOST_HITS = 20
_LEAST_ALONE = 6
"""Digits with which a number is more than an area's code."""
_BEHIND = 20
"""Bytes behind a value in which a currency may stand."""

_PHONE = r"[+(]?\pN[\pN ()./-]{4,28}\pN"
_DATE = r"\pN{1,4}[./-] ?\pN{1,2}(?:[./-] ?\pN{0,4})?"
_CLOSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_WORDS = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"[!?;\u2026\u3002]|\n\s*\n.*\S")
_DATED = re.compile(
    r"(?:\d{1,2}([ ./-])\d{1,2}\1(?:19|20)?\d\d|(?:19|20)\d\d([ ./-])\d{1,2}\2\d{1,2})"
)
_COUNTS = re.compile(r"(?:n|nr|no|nro|num|n\u00fam|numero|number|nummer|id|ref)", re.IGNORECASE)

_MONEY = r"(?:[€$£¥₹]|(?:eur|euros?|usd|gbp|chf|jpy|yen|pln|zł|czk|kč|sek|dkk|nok|kr|円|ドル)\b)"
_PRICE = re.compile(rf"(?:[.,]\d\d?)?[ \xa0]?{_MONEY}(?![ \xa0]?\d)", re.IGNORECASE)
_PRICED = re.compile(rf"{_MONEY}[ \xa0]?\Z", re.IGNORECASE)
_LABELS = re.compile(
    r"(?:customer|client\w?|klant\w*|klient\w*|kund\w*|asiakas\w*|zákazn\w*|お客様"
    r"|article|artikel\w*|item|sku|art[ií]culo|articolo|artigo|artyku\w*|tuote\w*|商品"
    r"|postcode|zip|plz|postal\w?|cap|postleitzahl|postnummer|postinumero|psč|郵便番号"
    r"|tracking|sendung\w*|paket\w*|suivi|colis|seguimiento|rastreio|spedizione|zending\w*"
    r"|iban|bic|vat|tva|ust\w*|steuer\w*|nif|model\w*|serial|serien\w*|fax)",
    re.IGNORECASE,
)
"""Names numbers of other sorts, which nobody has to set up to be told apart."""
_LABEL_WORDS = 2


@dataclass(frozen=True, slots=True)
class Announced:
    """How one fact is announced: `words` alone, and `whole` with the value behind them.

    In `whole` the first `gaps` groups are what stands between the two, the next is the value.
    `phone`: the value is a telephone number, and `bare` finds one that says so by itself.
    """

    words: Pattern
    whole: Pattern
    gaps: int
    phone: bool = False
    bare: Pattern | None = None


def announced(words: Sequence[str], value: str) -> Announced:
    """Compile what announces a fact and what its value looks like; `*` ends a word in any way.

    Raises: ValueError with RE2's own words, or where a word would announce everything.
    """
    close: list[str] = []
    spaced: list[str] = []
    for word in words:
        parts = phrase(word)
        (close if _CLOSE.search(word) else spaced).append(_phrase(parts))
    phone = value == PHONE
    pattern(value)  # by itself, so that nothing around it is blamed
    shape = _PHONE if phone else value
    date = rf"(?:{_DATE}[^\pN]{{0,12}}?)??"
    heads = []
    if spaced:
        head = rf"(?:^|[^\pL\pM\pN_])(?:{'|'.join(spaced)})"
        heads.append(rf"{head}((?:[^\pL\pN][^\pN]{{0,40}}?{date})?)")
    if close:
        heads.append(rf"(?:{'|'.join(close)})([^\pN]{{0,16}}?)")
    return Announced(
        words=pattern(rf"(?i){'|'.join(_alone(spaced, close))}"),
        whole=pattern(rf"(?i)(?:{'|'.join(heads)})({shape})(?:$|[^\pN\p{{Latin}}_@])"),
        gaps=len(heads),
        phone=phone,
        bare=pattern(r"(?:^|[^\pL\pN#_.+/-])(\+\pN[\pN ()./-]{5,28}\pN)(?:$|[^\pN\p{Latin}_@])")
        if phone
        else None,
    )


def phrase(word: str) -> list[str]:
    """Return the parts of what announces a fact, folded.

    Raises: ValueError where it would announce everything.
    """
    parts = fold(word).split()
    if not "".join(parts).replace("*", ""):
        raise ValueError(f"'{word}' would announce everything")
    return parts


def _phrase(parts: Sequence[str]) -> str:
    return r"[\s-]+".join(re.escape(part).replace(r"\*", r"[\pL\pM]*") for part in parts)


def _alone(spaced: Sequence[str], close: Sequence[str]) -> Iterator[str]:
    if spaced:
        yield rf"(?:^|[^\pL\pM\pN_])(?:{'|'.join(spaced)})(?:$|[^\pL\pM\pN_])"
    yield from close


def values(text: bytes, fact: Announced, others: Sequence[Announced]) -> Iterator[str]:
    """Yield what `text` (NFKC) announces of `fact`, in order; `others` announce something else."""
    at = 0
    for _ in range(MOST_HITS):
        hit = fact.whole.compiled.search(text, at)
        if hit is None:
            break
        gap = next((hit.group(n) for n in range(1, fact.gaps + 1) if hit.group(n)), b"").decode()
        value = _tidied(hit.group(fact.gaps + 1).decode(), phone=fact.phone)
        behind = text[hit.end(fact.gaps + 1) : hit.end(fact.gaps + 1) + _BEHIND].decode(
            errors="replace"
        )
        priced = not fact.phone and (_PRICE.match(behind) or _PRICED.search(gap))
        if value and not priced and _leads(gap, others) and not _glued(gap, value):
            yield value
        # From behind the announcing words: a nearer announcement may follow.
        at = max(hit.start(fact.gaps + 1) - len(gap.encode()), at + 1)
    if fact.bare is not None:
        yield from filter(None, (_tidied(one, phone=True) for one in fact.bare.hits(text)))


def _leads(gap: str, others: Sequence[Announced]) -> bool:
    """Say whether a gap still belongs to the announcement before it."""
    words = _WORDS.findall(gap)
    if _ENDS.search(gap) or len(words) > MOST_WORDS or any(len(w) > LONGEST_WORD for w in words):
        return False
    if any(_LABELS.fullmatch(word) for word in words[-_LABEL_WORDS:]):
        return False
    raw = gap.encode(errors="replace")
    return not any(other.words.compiled.search(raw) for other in others)


def _glued(gap: str, value: str) -> bool:
    """Say whether a value is the tail of something longer: of an IBAN, or of another's number."""
    tail = re.search(r"[^\W\d_]+[-/]?$", gap)
    if tail is None or not value[0].isdigit() or _CLOSE.search(tail[0]):
        return False
    return _COUNTS.fullmatch(tail[0]) is None


def _tidied(value: str, *, phone: bool) -> str:
    """Return a value as it is told, or "" where it is a date, or no number one could call."""
    text = " ".join(value.split()).lstrip(" .,/-").rstrip(" .,/-(")
    if _DATED.fullmatch(text):
        return ""
    if not phone:
        return re.sub(r"(?<=\d) (?=\d)", "", text)
    return _callable(text)


def _callable(text: str) -> str:
    """Return the first telephone number of `text`, or "". Source: ITU-T E.164 section 6.2."""
    parts = re.split(r"( +[/-]+ +)", text)
    area = sum(char.isdigit() for char in parts[0]) < _LEAST_ALONE
    first = "".join(parts[: 3 if area else 1]).strip(" .,/-")
    if first.count("(") > first.count(")"):
        first = first.replace("(", "").strip()
    digits = sum(char.isdigit() for char in first)
    least = 6 if first[:1] in {"0", "("} else 7
    if not least <= digits <= 15 or _DATED.fullmatch(first) or re.match(r"\+0", first):
        return ""
    return first
