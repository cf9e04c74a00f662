"""What the parameters of a query mean."""

from collections.abc import Mapping

from queue_server.domain.refusals import Refusal


def whole(query: Mapping[str, str], name: str, most: int, default: int = 0) -> int:
    """A whole number from 1 to `most`, or the default where there is none. Refuses `INVALID`."""
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise Refusal("INVALID", {"field": name, "problem": f"expected a whole number from 1 to {most}"})
    return int(text)
