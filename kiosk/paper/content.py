"""A slip as blocks from top to bottom, in its languages, cleaned: the same for text and for pictures."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from kiosk.paper.clean import clean
from kiosk.paper.slip import LANGUAGES, Names, Slip
from kiosk.paper.words import common, ranges, say, second_of, wait

LONGEST_URL = 200


class Pair(Struct, frozen=True):
    """One text in Chinese, and in the visitor's language where that is another."""

    own: str
    second: str = ""
    lang: str = "zh"
    """The language of the second text."""


class Words(Struct, frozen=True):
    """A paragraph; `role` finds its style."""

    role: str
    text: Pair


class Notice(Struct, frozen=True):
    """A framed remark."""

    title: Pair
    detail: Pair


class Fact(Struct, frozen=True):
    """A label and its value; `whole` if the value wants the whole width."""

    label: Pair
    value: Pair
    whole: bool = False


class Facts(Struct, frozen=True):
    """What can be looked up on a slip."""

    rows: tuple[Fact, ...]


class Rule(Struct, frozen=True):
    """A line across."""


class Foot(Struct, frozen=True):
    """The QR code with what to do with it, the hint, and the time."""

    url: str
    scan: Pair
    hint: Pair
    at: str


Block = Words | Notice | Facts | Rule | Foot


def blocks(slip: Slip) -> tuple[Block, ...]:
    """All blocks of a slip, without those that would be empty."""
    return tuple(block for block in _all(slip) if not (isinstance(block, Facts) and not block.rows))


def texts(slip: Slip) -> str:
    """All that a slip says, to see which characters it needs."""
    return "".join(_texts(slip))


def _all(slip: Slip) -> Iterator[Block]:
    if slip.copy:
        yield Words("mark", Pair(_copy_mark(slip)))
    yield Words("hall", _names(slip, slip.hall))
    yield Rule()
    if slip.test:
        yield from _test(slip)
    else:
        yield Words("item", _names(slip, slip.item or slip.queue))
    yield Words("caption", _caption(slip))
    yield Words("number", Pair(clean(slip.number)))
    notices = tuple(_notices(slip))
    yield from notices or (Rule(),)
    facts = Facts(tuple(_facts(slip)))
    yield facts
    if facts.rows:
        yield Rule()
    if len(slip.path) > 1:
        yield Words("sample", _pair(slip, "path"))
        for index, (item, zone, opens) in enumerate(slip.path, 1):
            yield Words("sample", _stop(slip, index, item, zone, opens))
        yield Rule()
    yield Foot(_url(slip), _pair(slip, "scan"), _hint(slip), _time(slip))


def _notices(slip: Slip) -> Iterator[Block]:
    """Offline that; else what the server alone can tell: whether there is room inside, and what a guide saw."""
    if slip.offline:
        yield Notice(_pair(slip, "offline"), _pair(slip, "offline_detail"))
        return
    if slip.outside:
        yield Notice(_pair(slip, "outside"), _pair(slip, "outside_detail"))
    if slip.missing:
        yield Notice(_pair(slip, "missing"), _papers(slip))


def _papers(slip: Slip) -> Pair:
    names = [_names(slip, paper) for paper in slip.missing]
    second = _second(slip)
    own = common("zh", "list_comma").join(name.own for name in names)
    beside = common(second, "list_comma").join(name.second or name.own for name in names) if second else ""
    return _distinct(slip, own, beside)


def _test(slip: Slip) -> Iterator[Block]:
    yield Words("item", _pair(slip, "test"))
    for lang in LANGUAGES:
        yield Words("sample", Pair("", say(lang, "test_detail"), lang))


def _facts(slip: Slip) -> Iterator[Fact]:
    if slip.booked is not None:
        yield Fact(_pair(slip, "booked"), Pair(f"{slip.booked.astimezone(ZoneInfo(slip.timezone)):%H:%M}"))
    if slip.ahead is not None and not slip.offline:
        yield Fact(_pair(slip, "ahead"), _pair(slip, "people", n=slip.ahead))
    if slip.wait_s is not None and not slip.offline:
        yield Fact(_pair(slip, "wait"), _distinct(slip, *(wait(lang, *slip.wait_s) for lang in _languages(slip))))
    if slip.windows:
        yield Fact(_pair(slip, "windows"), Pair(say("zh", "windows_at", windows=ranges(slip.windows))))
    if slip.hotline and slip.offline:
        yield Fact(_pair(slip, "hotline"), Pair(clean(slip.hotline)))
    if slip.zone:
        yield Fact(_pair(slip, "place"), _place(slip), whole=True)


def _stop(slip: Slip, index: int, item: Names, zone: Names, opens: datetime | None) -> Pair:
    """One stop of a path, in one line for each language."""
    at = f"{opens.astimezone(ZoneInfo(slip.timezone)):%H:%M}" if opens else ""
    names, places = _names(slip, item), _names(slip, zone)
    own = say("zh", "path_gap" if at else "path_stop", n=index, item=names.own, place=places.own, at=at)
    second = _second(slip)
    if not second:
        return Pair(own)
    key = "path_gap" if at else "path_stop"
    facts = {"item": names.second or names.own, "place": places.second or places.own, "at": at}
    return Pair(own, say(second, key, n=index, **facts), second)


def _place(slip: Slip) -> Pair:
    zone = _names(slip, slip.zone)
    if slip.floor is None:
        return zone
    own = say("zh", "place_at", floor=slip.floor, zone=zone.own)
    if not zone.second and not _second(slip):
        return Pair(own)
    return Pair(own, say(_second(slip), "place_at", floor=slip.floor, zone=zone.second or zone.own), zone.lang)


def _caption(slip: Slip) -> Pair:
    """Under Chinese alone, English tells others that this is a number in a queue."""
    lang = _second(slip) or "en"
    return Pair(say("zh", "number"), say(lang, "number"), lang)


def _copy_mark(slip: Slip) -> str:
    mark, lang = say("zh", "copy"), _second(slip)
    return mark if lang in ("", "en") else f"{mark} / {say(lang, 'copy')}"


def _hint(slip: Slip) -> Pair:
    return _names(slip, slip.hint) if slip.hint else _pair(slip, "hint")


def _url(slip: Slip) -> str:
    """None at all rather than one that a phone could not read off this paper."""
    url = clean(slip.url)
    return url if len(url) <= LONGEST_URL else ""


def _time(slip: Slip) -> str:
    return f"{slip.at.astimezone(ZoneInfo(slip.timezone)):%Y-%m-%d %H:%M}"


def _second(slip: Slip) -> str:
    return second_of(slip.language)


def _languages(slip: Slip) -> tuple[str, ...]:
    return ("zh", _second(slip)) if _second(slip) else ("zh",)


def _pair(slip: Slip, key: str, n: int = 0) -> Pair:
    return _distinct(slip, *(say(lang, key, n) for lang in _languages(slip)))


def _names(slip: Slip, names: Names) -> Pair:
    """A name of the hall file: where the visitor's language lacks it, English."""
    own = clean(names.get("zh") or next(iter(names.values()), ""))
    if not _second(slip):
        return Pair(own)
    return _distinct(slip, own, clean(names.get(_second(slip)) or names.get("en", "")))


def _distinct(slip: Slip, own: str, second: str = "") -> Pair:
    return Pair(own) if second in ("", own) else Pair(own, second, _second(slip))


def _texts(slip: Slip) -> Iterator[str]:
    for block in blocks(slip):
        match block:
            case Words(text=pair):
                yield from (pair.own, pair.second)
            case Notice(title=title, detail=detail):
                yield from (title.own, title.second, detail.own, detail.second)
            case Facts(rows=rows):
                yield from (text for row in rows for pair in (row.label, row.value) for text in (pair.own, pair.second))
            case Foot():
                yield from (block.scan.own, block.scan.second, block.hint.own, block.hint.second)
