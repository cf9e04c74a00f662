"""The file of promised numbers: what it learns, what it finds missing, what becomes of a broken one."""

from pathlib import Path

import msgspec

from queue_server.domain.events import Event
from queue_server.domain.orders import Snapshot
from queue_server.store.promises import MARGIN, Promised, Promises


def event(name: str, **more: object) -> Event:
    facts: dict[str, object] = {
        "name": name, "at": 0, "ticket": "", "number": "", "queue": "A", "service": "", "window": 0, "status": "",
        "was": "", "priority": "", "turn": 0, "actor": "", "staff": "", "facts": {},
    }  # fmt: skip
    return Event(**(facts | more))  # type: ignore[arg-type]


def snapshot(day: str, position: int) -> Snapshot:
    return Snapshot(position=position, day=day, at=0, stats=[], windows=[], queues=[])


def promised(path: Path) -> Promises:
    found = Promises(path)
    found.of("h").note("261122", 7, event("TicketIssued", number="A041", ticket="261122-0000060"))
    found.of("h").note("261122", 8, event("NumbersLeased", facts={"last": 90, "ordinal": 110}))
    return found


def test_it_skips_past_what_the_store_forgot_and_a_margin(tmp_path: Path) -> None:
    lost = dict(promised(tmp_path / "p").lost("h", "261122", snapshot("261122", 3)))
    assert lost == {"A": 90 + MARGIN, "#": 110 + MARGIN}


def test_a_store_that_knows_all_of_it_or_another_day_loses_nothing(tmp_path: Path) -> None:
    found = promised(tmp_path / "p")
    assert found.lost("h", "261122", snapshot("261122", 8)) == []
    assert found.lost("h", "261123", snapshot("261122", 3)) == []
    assert found.lost("other", "261122", snapshot("", 0)) == []


def test_an_older_day_in_the_store_lost_all_of_today(tmp_path: Path) -> None:
    assert promised(tmp_path / "p").lost("h", "261122", snapshot("261121", 900))


def test_numbers_begin_anew_with_the_day() -> None:
    one = Promised(day="261121", position=3, numbers={"A": 900})
    one.note("261122", 4, event("TicketIssued", number="A001", ticket="261122-0000001"))
    assert one.numbers == {"A": 1, "#": 1}


def test_it_outlives_its_process_and_a_broken_one_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "data" / "p.json"
    promised(path).keep()
    assert dict(Promises(path).lost("h", "261122", snapshot("", 0)))["A"] == 90 + MARGIN
    assert msgspec.json.decode(path.read_bytes())
    path.write_bytes(b"{broken")
    assert Promises(path).lost("h", "261122", snapshot("", 0)) == []
    assert path.with_suffix(".broken").exists()
