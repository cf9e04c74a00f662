"""Why an act was not done. Codes never change their meaning; the facts fill the translated sentence."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """An act that the hall refuses: a code in SCREAMING_SNAKE and the facts of this case.

    The HTTP status of each code stands in `web.errors`, its sentences in `languages/*/refusals.toml`;
    a test keeps the three lists equal.
    """

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Any] = dict(facts or {})
