"""Texts per language: one folder for each, one TOML file for each section; nothing is said elsewhere.

A language is added by adding its folder: the code names none of them.
"""

from queue_server.languages.choice import choose
from queue_server.languages.texts import in_use
from queue_server.languages.words import Words

LANGUAGES: tuple[str, ...]
"""Languages in use, those that every hall file has first. Looked up when first asked for."""

__all__ = ["LANGUAGES", "Words", "choose", "in_use"]


def __getattr__(name: str) -> tuple[str, ...]:
    if name == "LANGUAGES":
        return in_use()
    raise AttributeError(name)
