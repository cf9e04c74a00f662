"""What every answer is."""

from msgspec import Struct


class Answer(Struct, frozen=True, kw_only=True):
    """An answer; fields that are unset are left out."""
