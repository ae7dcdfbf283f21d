"""What a requester asked of us once and for all."""

from __future__ import annotations

from dataclasses import dataclass

ASKS_FOR_SILENCE = "no-automatic"
"""The flag of a mail that asks for no automatic notes: it proposes the wish, and sets nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How somebody wants to be treated; "" where they did not say.

    `name` is what they want to be called, `contact` how they want to be reached, `words` what
    else an agent should know. `automatic` False: no automatic note ever goes to them.
    """

    address: str
    name: str = ""
    language: str = ""
    contact: str = ""
    words: str = ""
    automatic: bool = True

    @property
    def empty(self) -> bool:
        """Whether nothing is wished."""
        return self == Wish(address=self.address)
