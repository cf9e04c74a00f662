"""Halls to test in: hall files by seed, a standard one and variants."""

from random import Random
from typing import Any

import yaml
from msgspec import Struct

from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Hall

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Queue ids: I and O are not used."""
PROFILE = (
    ("08:30", 9.5), ("09:00", 9.5), ("09:30", 9.5), ("10:00", 8.5), ("10:30", 7.5), ("11:00", 5.5), ("11:30", 4.0),
    ("12:00", 3.5), ("12:30", 4.0), ("13:00", 5.5), ("13:30", 7.0), ("14:00", 7.0), ("14:30", 6.5), ("15:00", 5.5),
    ("15:30", 4.0), ("16:00", 3.0),
)  # fmt: skip
WORK_MIN = 415
"""Minutes of a day in which a window serves, less breaks and gaps."""
STANDARD_LOAD = 0.82
"""Offered work over staff time that gives the standard hall a mean wait of about 17 minutes."""

Document = dict[str, Any]


class HallFile(Struct, frozen=True, kw_only=True):
    """A hall file as written and as read."""

    document: Document
    text: bytes
    hall: Hall


class Shape(Struct, frozen=True, kw_only=True):
    """What a hall looks like."""

    name: str
    windows: int
    queues: int
    items: int
    skills: tuple[int, ...]
    """How many queues a window serves, drawn evenly from these."""
    load: float
    handicaps_min: tuple[int, ...]
    hours: tuple[tuple[str, str], ...]
    shortest_min: float = 4.0
    longest_min: float = 18.0
    booked_items: float = 0.3
    self_items: float = 0.35
    elder_min: int = 20


STANDARD = Shape(
    name="standard", windows=40, queues=12, items=12, skills=(2, 3, 3, 4), load=STANDARD_LOAD,
    handicaps_min=(0, 0, 2, 4), hours=(("08:30", "17:00"),),
)  # fmt: skip


SMALL = Shape(
    name="small", windows=6, queues=3, items=4, skills=(1, 2), load=0.7, handicaps_min=(0, 3),
    hours=(("09:00", "12:00"), ("13:00", "16:30")), booked_items=0.5, self_items=0.5,
)  # fmt: skip


def small_hall(seed: int) -> HallFile:
    """Six windows, a day within the blink of an eye: for tests."""
    return build(SMALL, Random(f"small {seed}"))


def standard_hall(seed: int) -> HallFile:
    """40 windows, 12 items, about three skills a window; which ones is drawn by the seed."""
    return build(STANDARD, Random(f"hall {seed}"))


def varied_hall(seed: int) -> HallFile:
    """Any hall: 6 to 80 windows, one or several items a queue, handicaps, split or long hours."""
    rng = Random(f"variant {seed}")
    windows = rng.choice((6, 9, 14, 20, 28, 40, 60, 80))
    queues = max(2, min(18, round(windows / rng.uniform(2.0, 5.0))))
    hours = rng.choice(((("08:30", "17:00"),), (("08:30", "12:00"), ("13:30", "17:00")), (("09:00", "16:30"),)))
    shape = Shape(
        name="variant", windows=windows, queues=queues, items=queues + rng.randrange(0, 2 * queues),
        skills=rng.choice(((1,), (1, 2), (2, 3), (1, 2, 3, 4))), load=rng.uniform(0.62, 0.76),
        handicaps_min=rng.choice(((0,), (0, 2, 5), (0, 5, 10))), hours=hours,
        shortest_min=rng.uniform(2, 5), longest_min=rng.uniform(12, 30),
        booked_items=rng.choice((0.0, 0.3, 0.7)), self_items=rng.uniform(0, 0.5), elder_min=rng.choice((10, 20, 30)),
    )  # fmt: skip
    return build(shape, rng)


def with_wrong_minutes(file: HallFile, seed: int) -> HallFile:
    """The same hall, each item's minutes wrong by a third, up or down."""
    rng = Random(f"minutes {seed}")
    items = []
    for item in file.document["items"]:
        factor = rng.choice((2 / 3, 4 / 3))
        items.append({**item, **{key: round(item[key] * factor, 2) for key in ("min_mean", "min_p90")}})
    return parsed({**file.document, "items": items})


def parsed(document: Document) -> HallFile:
    """The document as a hall file; a document that the hall's own reader refuses is our mistake."""
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=200).encode()
    found = read_hall(text)
    if found.hall is None:
        raise ValueError(f"the back-test made a bad hall file: {found.mistakes[:3]}")
    return HallFile(document=document, text=text, hall=found.hall)


def build(shape: Shape, rng: Random) -> HallFile:
    queues = LETTERS[: shape.queues]
    items = _items(shape, queues, rng)
    return parsed(
        {
            "version": 1,
            "hall": _head(shape, sum(item["visits"] for item in items)),
            "arrivals": {"profiles": {"normal": [list(row) for row in _profile(shape)]}},
            "zones": [{"id": f"Z{n}", "floor": n, "zh": f"Area {n}", "en": f"Area {n}"} for n in (1, 2)],
            "departments": [{"code": "GEN", "zh": "General", "en": "General", "home_queue": queues[0]}],
            "queues": [
                {"id": queue, "zone": f"Z{1 + index % 2}", "zh": f"Queue {queue}", "en": f"Queue {queue}"}
                for index, queue in enumerate(queues)
            ],
            "items": items,
            "windows": _windows(shape, queues, items, rng),
            "priorities": [
                {"id": "elder", "credit_min": shape.elder_min},
                {"id": "disabled", "credit_min": shape.elder_min},
                {"id": "hard_case", "credit_min": shape.elder_min + 10},
            ],
            "diversion": {"reserve_clerks": max(1, shape.windows // 10), "helper_teams": max(1, shape.windows // 20)},
        }
    )


def _head(shape: Shape, visits: int) -> Document:
    return {
        "id": f"{shape.name}-hall", "zh": f"Back-test hall ({shape.name})", "en": f"Back-test hall ({shape.name})",
        "timezone": "Asia/Shanghai", "visits_per_day": visits, "doors_open": "08:15",
        "hours": {"mon_fri": [list(span) for span in shape.hours]},
    }  # fmt: skip


def _profile(shape: Shape) -> list[tuple[str, float]]:
    """The usual shape of a day, cut to the opening hours."""
    last = shape.hours[-1][1]
    rows = [(start, share) for start, share in PROFILE if shape.hours[0][0] <= start < last]
    total = sum(share for _, share in rows)
    return [(start, round(100 * share / total, 3)) for start, share in rows]


def _items(shape: Shape, queues: str, rng: Random) -> list[Document]:
    """Items with minutes; the visits fill the windows to the hall's load."""
    work = shape.windows * WORK_MIN * shape.load
    weights = [rng.uniform(0.5, 1.5) for _ in range(shape.items)]
    items = []
    for index, weight in enumerate(weights):
        mean = round(rng.uniform(shape.shortest_min, shape.longest_min), 1)
        mode = rng.choice(("window", "assisted"))
        other = "assisted" if mode == "window" else "window"
        items.append(
            {
                "id": f"ITM-{index + 1:02}", "dept": "GEN", "zh": f"Item {index + 1}", "en": f"Item {index + 1}",
                "mode": mode, "alts": [other, "self"] if rng.random() < shape.self_items else [other],
                "queue": queues[index % len(queues)],
                "min_mean": mean, "min_p90": round(mean * rng.uniform(1.6, 2.0), 1),
                "visits": max(3, round(work * weight / sum(weights) / mean)),
                "appt": "optional" if rng.random() < shape.booked_items else "none",
            }
        )  # fmt: skip
    return items


def _windows(shape: Shape, queues: str, items: list[Document], rng: Random) -> list[Document]:
    """Each queue gets homes by its work; further skills go where work per window is most."""
    work = {queue: sum(i["visits"] * i["min_mean"] for i in items if i["queue"] == queue) for queue in queues}
    hands = dict.fromkeys(queues, 0.0)
    homes = []
    for _ in range(shape.windows):
        homes.append(max(queues, key=lambda queue: work[queue] / (hands[queue] + 0.01)))
        hands[homes[-1]] += 1.0
    return [_window(number, home, shape, work, hands, rng) for number, home in enumerate(sorted(homes), 1)]


def _window(
    number: int, home: str, shape: Shape, work: dict[str, float], hands: dict[str, float], rng: Random
) -> Document:
    skills = [home]
    for _ in range(min(rng.choice(shape.skills), len(work)) - 1):
        others = [queue for queue in work if queue not in skills]
        skills.append(max(others, key=lambda queue: rng.uniform(0.6, 1.4) * work[queue] / (hands[queue] + 0.01)))
        hands[skills[-1]] += 0.5
    rest = [queue for queue in work if queue not in skills]
    return {
        "n": number, "queue": home,
        "queues": [{"queue": queue, "handicap_min": rng.choice(shape.handicaps_min)} for queue in skills[1:]],
        "may_learn": rng.sample(rest, min(2, len(rest))),
    }  # fmt: skip
