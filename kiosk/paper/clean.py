"""The gate through which all data passes before it is laid out."""

import unicodedata


def clean(text: str) -> str:
    """A text without any control, format, surrogate, private or unassigned character; each white space is one space."""
    spaced = "".join(" " if char.isspace() or unicodedata.category(char)[0] == "Z" else char for char in text)
    kept = "".join(char for char in spaced if char == " " or unicodedata.category(char)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", kept).split())
