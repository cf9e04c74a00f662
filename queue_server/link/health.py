"""What fits into a health report: the server takes short words of one line."""

import re
from collections.abc import Mapping

MOST = 80
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
"""Control characters, and the halves of characters that stand for bytes which were no text."""


def fitting(text: str) -> str:
    """A device's own words as a report takes them: what is no letter is a space, and what is too long is cut."""
    return UNFIT.sub(" ", text)[:MOST]


def fitting_facts(facts: Mapping[str, str | int]) -> dict[str, str | int]:
    """A device's facts as a report takes them."""
    return {name: fitting(value) if isinstance(value, str) else value for name, value in facts.items()}
