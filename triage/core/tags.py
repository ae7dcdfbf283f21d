"""Tags of languages, as mails, texts and settings name them."""

from __future__ import annotations


def main_part(language: str) -> str:
    """Return a tag's language, wherever it is spoken: `pt` of `pt-BR` and of `pt_BR`."""
    return language.replace("_", "-").partition("-")[0]
