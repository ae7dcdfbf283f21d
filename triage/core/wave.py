"""Mails that are all alike: one complaint copied, one campaign, one run of spam.

Two things are asked of a text here. *Is it word for word what somebody else wrote*, but for the
name in the greeting, the name under it, and digits: then the model has nothing new to read
(`same_words`). *Is it near-identical to another* (`Shape.like`): then people see both as one row.

Near-identical is counted, not guessed: of the sequences of three words that either text has, at
least four fifths stand in both, and at most five words of each stand not in the other. Texts of
fewer than 20 words are never alike: many people write "where is my parcel?". What two mails of a
wave differ in may still matter, so each stays a ticket of its own, and one that is judged
otherwise stands in a row of its own.

All of it takes as long as the text has words, of which the first 600 are looked at.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from dataclasses import dataclass
from datetime import timedelta

WAVE = 10
"""As many near-identical mails of different senders within an hour are a wave."""

WITHIN = timedelta(hours=1)
"""The span in which a wave begins, and after which without another mail it has ended."""

FEWEST_WORDS = 20
MOST_WORDS = 600
MOST_APART = 5
_LONGEST_NAME = 4
_MOST_LETTERS = 20_000
_SEQUENCE = 3
_SHARED = (4, 5)
_BINS = 16
_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15

# Scripts that write no spaces are read letter by letter.
_WORD = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W_]+(?:['\u2019][^\\W_]+)*"
)
_DIGITS = re.compile(r"\d+")
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|hallo|liebe[rs]?"
    r"|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|bonjour|bonsoir|salut|ch[eè]re?|hola"
    r"|buen[oa]s (?:d[ií]as|tardes|noches)|estimad[oa]s?|ciao|buongiorno|buonasera|salve|gentile"
    r"|egregio|beste|geachte|goedendag|ol[aá]|bom dia|boa tarde|prezad[oa]s?|dzie[nń] dobry|witam"
    r"|hej|b[aä]sta|k[aæ]re|hei|dobr[yý] den)\b",
    re.IGNORECASE,
)
_MARK = re.compile("[,!:;\u2013\u2014]| - |(?<!\\bMr)(?<!\\bMs)(?<!\\bMrs)(?<!\\bDr)[.]")
_LINKING = frozenset({"and", "or", "the", "team", "there", "all", "sir", "madam", "und", "et", "y"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What near-identical texts share: the digests of their sequences of words, and of words."""

    sequences: frozenset[int]
    words: frozenset[int]

    def like(self, other: Shape) -> bool:
        """Say whether both are near-identical; the bounds themselves are."""
        shared = len(self.sequences & other.sequences)
        either = len(self.sequences) + len(other.sequences) - shared
        enough, of = _SHARED
        return (
            shared * of >= either * enough
            and len(self.words - other.words) <= MOST_APART
            and len(other.words - self.words) <= MOST_APART
        )

    def bands(self) -> tuple[int, ...]:
        """Return eight digests; near-identical texts share one, all but 3 in 10,000 of them.

        One that shares none stands alone, or begins a wave of its own. Each is made of the least
        digests in two of sixteen equal shares of what there is.

        Source: Li, Owen, Zhang, "One Permutation Hashing" (2012).
        """
        least = [_MASK] * _BINS
        for sequence in self.sequences:
            mixed = (sequence + 1) * _GOLDEN & _MASK
            mixed = ((mixed ^ mixed >> 29) * _GOLDEN) & _MASK
            share = mixed >> 60
            least[share] = min(least[share], mixed)
        # A share that nothing fell into borrows from the next that something did.
        filled = [
            next(
                least[(at + step) % _BINS] + step
                for step in range(_BINS)
                if _held(least, at + step)
            )
            for at in range(_BINS)
        ]
        return tuple(
            _number(b"%d %d %d" % (at, filled[at], filled[at + 1])) for at in range(0, _BINS, 2)
        )

    def packed(self) -> tuple[bytes, bytes]:
        """Return sequences and words as bytes, to be kept."""
        return _packed(self.sequences), _packed(self.words)

    @staticmethod
    def unpacked(sequences: bytes, words: bytes) -> Shape:
        """Return what `packed` made bytes of."""
        return Shape(frozenset(array("I", sequences)), frozenset(array("I", words)))


def shape(text: str) -> Shape | None:
    """Return the shape of a text, greeting and closing names apart; None where it is too short."""
    said = _DIGITS.sub("0", _without_names(text[:_MOST_LETTERS])).casefold()
    words = _WORD.findall(said)[:MOST_WORDS]
    if len(words) < FEWEST_WORDS:
        return None
    digests = [zlib.crc32(word.encode()) for word in words]
    return Shape(
        frozenset(
            zlib.crc32(" ".join(words[at : at + _SEQUENCE]).encode())
            for at in range(len(words) - _SEQUENCE + 1)
        ),
        frozenset(digests),
    )


def same_words(subject: str, text: str) -> bytes:
    """Digest what a mail says, but for its names in greeting and closing, digits and case.

    Two mails with the same digest say the same in the same order, word for word and mark for mark.
    """
    said = f"{subject}\0{_without_names(text)}"
    return hashlib.sha256(" ".join(_DIGITS.sub("0", said).casefold().split()).encode()).digest()


def _without_names(text: str) -> str:
    """Leave out the name that is greeted, and the name that stands under a text.

    Only words that are written as names are: what else stands in these lines is read.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    lines = [line for line in lines if line]
    if lines and (greeted := _GREETING.match(lines[0])):
        name, mark, rest = _cut(lines[0][greeted.end() :])
        if _named(name):
            lines[0] = f"{greeted[0]}{mark}{rest}"
    if len(lines) > 1:
        head, comma, last = lines[-1].rpartition(",")
        if _named(last):
            lines[-1] = f"{head}{comma}"
    return "\n".join(lines)


def _cut(greeting: str) -> tuple[str, str, str]:
    """Cut what follows a greeting at its first mark: whom it greets, the mark, and the rest."""
    found = _MARK.search(greeting)
    if found is None:
        return greeting, "", ""
    return greeting[: found.start()], found[0], greeting[found.end() :]


def _named(words: str) -> bool:
    """Say whether these are at most four words, all of them written as names are."""
    each = words.replace(".", " ").replace("-", " ").replace("'", "").split()
    return 0 < len(each) <= _LONGEST_NAME and all(
        word in _LINKING or (word[0].isupper() and word.isalpha() and not _shouted(word))
        for word in each
    )


def _shouted(word: str) -> bool:
    """Say whether a word is in capitals, as a cry for help may be."""
    return len(word) > 3 and word.isupper()


def _packed(digests: frozenset[int]) -> bytes:
    return array("I", sorted(digests)).tobytes()


def _held(least: list[int], at: int) -> bool:
    return least[at % _BINS] != _MASK


def _number(data: bytes) -> int:
    """Digest to a number that fits a signed one of eight bytes."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True)
