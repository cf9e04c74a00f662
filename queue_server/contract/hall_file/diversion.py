"""Diversion: whom a manager may send, when advice is given, and what may begin by itself: `diversion`."""

from msgspec import structs

from queue_server.contract.hall_file.fields import Fields, fields
from queue_server.contract.hall_file.place import Place
from queue_server.domain.diversion import ACTIONS
from queue_server.domain.hall import AutoRule, DiversionPlan

DAY_MIN = 1440
MOST_STAFF = 999
BOUNDS: dict[str, tuple[int, int]] = {
    "reserve_clerks": (0, MOST_STAFF),
    "helper_teams": (0, MOST_STAFF),
    "every_min": (1, 60),
    "from_p90_min": (0, 480),
}
"""Each number that may stand in `diversion`, from and to."""
LEAST_GAIN_MIN = (0.1, 240.0)
MOST_AT_ONCE = (1, 99)


def read_diversion(at: Place) -> DiversionPlan:
    """What the file leaves out keeps its default."""
    usual = DiversionPlan()
    found = fields(at, (), (*BOUNDS, "auto"))
    numbers = {key: found.whole(key, *bounds, getattr(usual, key)) for key, bounds in BOUNDS.items()}
    return structs.replace(usual, **numbers, auto=_rules(found))


def _rules(found: Fields) -> tuple[AutoRule, ...]:
    """The rules in their order; no two say something of one action at one time, for nobody would know which holds."""
    section = found.get("auto")
    kept: list[tuple[Place, AutoRule]] = []
    for place in section.entries() if section else ():
        rule = _rule(place)
        other = next((line for line in kept if _overlap(line[1], rule)), None)
        if other and not place.log.has(f"{place.path}.action"):
            _twice(place, rule, other[0].line)
        kept.append((place, rule))
    return tuple(rule for _, rule in kept)


def _overlap(one: AutoRule, other: AutoRule) -> bool:
    return one.action == other.action and one.from_min < other.to_min and other.from_min < one.to_min


def _twice(place: Place, rule: AutoRule, line: int) -> None:
    at = place.pairs().get("action", place)
    at.wrong(
        f"another rule for {rule.action} holds at the same time (line {line})", "let one end before the other begins"
    )


def _rule(at: Place) -> AutoRule:
    usual = AutoRule(action="")
    found = fields(at, ("action",), ("least_gain_min", "most_at_once", "from", "to"))
    rule = AutoRule(
        action=found.choice("action", ACTIONS, "action"),
        least_gain_min=found.number("least_gain_min", *LEAST_GAIN_MIN, usual.least_gain_min),
        most_at_once=found.whole("most_at_once", *MOST_AT_ONCE, usual.most_at_once),
        from_min=_minute(found, "from", usual.from_min),
        to_min=_minute(found, "to", usual.to_min),
    )
    ends = found.get("to") or found.get("from")
    if ends and rule.to_min <= rule.from_min and not at.log.has(ends.path):
        ends.wrong("it ends before it begins", "write a later time")
    return rule


def _minute(found: Fields, key: str, default: int) -> int:
    at = found.get(key)
    minute = at.clock() if at else None
    return default if minute is None else minute
