"""Matchers over what a mail itself says: headers, addresses, subject, words, attachments."""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.message import Trust
from triage.core.patterns import Pattern
from triage.core.subject import Reading
from triage.core.wordlist import WordList


@dataclass(frozen=True, slots=True)
class HeaderIs:
    """A header is there and one of its values is covered by one of the globs."""

    name: str
    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the value that is covered."""
        return covered(reading.headers.get(self.name.casefold(), ()), self.globs)


@dataclass(frozen=True, slots=True)
class HeaderIsNot:
    """A header is there and none of its values is covered by any of the globs."""

    name: str
    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return its values."""
        values = reading.headers.get(self.name.casefold(), ())
        if not values or covered(values, self.globs) is not None:
            return None
        return tuple(value.decode() for value in values)


@dataclass(frozen=True, slots=True)
class HeaderThere:
    """A header is there (`present`), or it is not."""

    name: str
    present: bool

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return no evidence but the match."""
        return () if (self.name.casefold() in reading.headers) == self.present else None


@dataclass(frozen=True, slots=True)
class FromIs:
    """An address of From is covered by one of the globs."""

    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the address."""
        return covered(reading.senders, self.globs)


@dataclass(frozen=True, slots=True)
class ToIs:
    """An address of To, Cc or Delivered-To is covered by one of the globs."""

    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the address."""
        return covered(reading.recipients, self.globs)


@dataclass(frozen=True, slots=True)
class ListIs:
    """An address of From, or the requester's own, is covered by a glob of a named list."""

    name: str
    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the address with the name of the list."""
        hits = covered(reading.people, self.globs)
        return None if hits is None else tuple(f"{hit} ({self.name})" for hit in hits)


@dataclass(frozen=True, slots=True)
class ForwardedBy:
    """A colleague passed the mail on, and their address is covered by one of the globs."""

    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the colleague's address."""
        return covered(reading.watchers, self.globs)


@dataclass(frozen=True, slots=True)
class MailboxIs:
    """The mail came to one of these mailboxes of ours, by name."""

    names: frozenset[str]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the mailbox."""
        name = reading.subject.mailbox
        return (f"mailbox {name}",) if name in self.names else None


@dataclass(frozen=True, slots=True)
class TrustIs:
    """Our own mail exchanger came to one of these verdicts on the sender."""

    verdicts: frozenset[Trust]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the verdict."""
        verdict = reading.subject.trust
        return (f"trust {verdict}",) if verdict in self.verdicts else None


@dataclass(frozen=True, slots=True)
class SubjectIs:
    """The whole subject, without `Re:`, is covered by one of the globs."""

    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the subject."""
        return covered(reading.topic, self.globs)


@dataclass(frozen=True, slots=True)
class Words:
    """One of the words or phrases stands in the subject or the new text."""

    list: WordList

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the words that do."""
        if not self.list.may_stand_in(reading.vocabulary):
            return None
        return self.list.pattern.hits(reading.words) or None


@dataclass(frozen=True, slots=True)
class Matches:
    """One of the RE2 patterns matches in the subject or the new text, with its case."""

    patterns: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return what matched."""
        return tuple(hit for one in self.patterns for hit in one.hits(reading.plain)) or None


@dataclass(frozen=True, slots=True)
class FileThere:
    """Something is attached (`present`), or nothing; pictures the text shows itself are nothing."""

    present: bool

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return how much is attached."""
        attached = [one for one in reading.subject.message.attachments if not one.inline]
        if bool(attached) != self.present:
            return None
        return (f"{len(attached)} attached",) if attached else ()


@dataclass(frozen=True, slots=True)
class FileIs:
    """One attachment has a name and a media type that the globs cover; None: any.

    Pictures that the text shows itself count here: many programs put a photo there.
    """

    names: tuple[Pattern, ...] | None
    types: tuple[Pattern, ...] | None

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the names, or the types of those that have no name."""
        hits = [
            name.decode() or media_type.decode()
            for name, media_type in reading.files
            if (self.names is None or any(glob.covers(name) for glob in self.names))
            and (self.types is None or any(glob.covers(media_type) for glob in self.types))
        ]
        return tuple(hits) or None


def covered(values: tuple[bytes, ...], globs: tuple[Pattern, ...]) -> tuple[str, ...] | None:
    """Return the values that a glob covers, or None."""
    hits = [value.decode() for value in values if any(glob.covers(value) for glob in globs)]
    return tuple(hits) or None
