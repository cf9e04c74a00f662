"""How full a zone is: what gates count, who holds a place, how large a wave is, and when nobody believes a gate."""

from queue_server.domain.occupancy import TRUSTED_MS, ZoneRecord, coming_at, count, place, wave_size

NOW = 1_000_000


def test_nobody_leaves_an_empty_zone() -> None:
    zone = ZoneRecord()
    count(zone, 2, 5, -1, NOW)
    assert (zone.people, zone.entered, zone.left) == (0, 2, 5)


def test_a_count_by_hand_corrects_the_gates() -> None:
    zone = ZoneRecord(people=9, entered=20, left=11)
    count(zone, 0, 0, 4, NOW)
    assert (zone.people, zone.entered, zone.left) == (4, 20, 11)


def test_who_enters_takes_the_places_of_those_called_in_first() -> None:
    zone = ZoneRecord(coming=[(NOW - 1, 9), (NOW + 10, 2), (NOW + 20, 3)])
    assert coming_at(zone, NOW) == 5
    count(zone, 3, 0, -1, NOW)
    assert zone.coming == [(NOW + 20, 2)]


def test_room_is_what_people_and_those_on_their_way_leave() -> None:
    zone = ZoneRecord(people=3, counted_at=NOW, coming=[(NOW + 10, 1)])
    found = place(zone, 5, NOW)
    assert found is not None
    assert (found.room, found.is_full) == (1, False)
    full = place(zone, 4, NOW)
    assert full is not None and full.is_full
    anywhere = place(zone, 0, NOW)
    assert anywhere is not None and (anywhere.room, anywhere.is_full) == (None, False)


def test_a_gate_that_fell_silent_is_not_believed() -> None:
    zone = ZoneRecord(people=50, counted_at=NOW)
    assert place(zone, 5, NOW + TRUSTED_MS) is not None
    assert place(zone, 5, NOW + TRUSTED_MS + 1) is None
    assert place(None, 5, NOW) is None


def test_waves_are_whole_or_let_in_all_who_are_left() -> None:
    assert wave_size(room=3, outside=20, least=10) == 0, "less than a wave"
    assert wave_size(room=12, outside=20, least=10) == 12
    assert wave_size(room=3, outside=2, least=10) == 2
    assert wave_size(room=0, outside=2, least=1) == 0
    assert wave_size(room=-4, outside=2, least=1) == 0
