"""The eight letters of a booking: how they are made, typed and shown."""

import secrets

from queue_server.flows.links import CODE_LENGTH, LETTERS, lettered

__all__ = ["CODE_LENGTH", "fresh", "is_booking", "shown", "typed"]


def typed(text: str) -> str:
    """A code as it is kept, however it was typed: `abcd-efgh` is `ABCDEFGH`. Empty for what cannot be one."""
    code = "".join(letter for letter in text.upper() if letter not in " -")
    return code if is_booking(code) else ""


def is_booking(thing: str) -> bool:
    """Whether what a visitor is bound to is a booking, and not a ticket."""
    return len(thing) == CODE_LENGTH and all(letter in LETTERS for letter in thing)


def shown(code: str) -> str:
    """A code as people read it."""
    return f"{code[:4]}-{code[4:]}"


def fresh() -> str:
    """A new code. Whether it is free the store knows; to a repeated request it answers the first one."""
    return lettered(secrets.randbelow(len(LETTERS) ** CODE_LENGTH))
