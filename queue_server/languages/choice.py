"""Which language a request gets."""

from queue_server.languages.texts import in_use


def choose(query: str | None, cookie: str | None, accept_language: str | None) -> str:
    """The first in use of: what the address asks for, what was chosen before, what the browser likes."""
    wanted = [query or "", cookie or "", *_by_liking(accept_language or "")]
    in_order = (_base(tag) for tag in wanted)
    return next((lang for lang in in_order if lang in in_use()), in_use()[0])


def choose_several(query: str | None) -> tuple[str, ...]:
    """The languages in use that an address such as `?lang=zh,en` asks for, each once, in its order."""
    bases = (_base(tag) for tag in (query or "").split(","))
    return tuple(dict.fromkeys(lang for lang in bases if lang in in_use()))


def _base(tag: str) -> str:
    """`zh-Hans-CN` as `zh`."""
    return tag.split(",")[0].strip().replace("_", "-").split("-")[0].lower()


def _by_liking(accept_language: str) -> list[str]:
    """The tags of an Accept-Language header, best liked first; malformed weights count as nothing."""
    rated = [_rated(part) for part in accept_language[:400].split(",") if part.strip()]
    return [tag for liking, tag in sorted(rated, key=lambda row: -row[0]) if liking > 0]


def _rated(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    number = weight.strip().removeprefix("q=")
    try:
        return (float(number) if number else 1.0), tag
    except ValueError:
        return 0.0, tag
