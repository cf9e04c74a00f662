"""What a forecast hears of a line: what it means, or that it is no event."""

import msgspec
import pytest

from queue_server.domain.events import Event
from queue_server.forecast.heard import Heard, Unheard, hear, hear_line, overhear

AT = "2026-03-02T01:02:03.456Z"
AT_MS = 1_772_413_323_456


def line(**facts: object) -> bytes:
    return msgspec.json.encode({"event": "TicketIssued", "at": AT, **facts})


def test_a_line_is_heard_with_all_that_a_wait_depends_on() -> None:
    assert hear_line(
        line(ticket="1", queue="A", service="A1", priority="elder", turn=AT_MS - 1, stop=1, stops=2, window=4)
    ) == Heard(
        name="TicketIssued", at=AT_MS, ticket="1", queue="A", service="A1", priority="elder", turn=AT_MS - 1, stops=2,
        window=4,
    )  # fmt: skip


@pytest.mark.parametrize(
    "garbage",
    [
        b"", b"not json", b"[1, 2]", b"5", b"null", b'"text"', b"{}", b'{"event": 5}', b'{"event": ""}',
        b"\xff\xfe\x00",
        b'{"event": "Tick"}', b'{"event": "Tick", "at": null}', b'{"event": "Tick", "at": true}',
        b'{"event": "Tick", "at": "yesterday"}', b'{"event": "Tick", "at": {}}', b'{"event": "Tick", "at": -1}',
        b'{"event": "Tick", "at": "2026-03-02T01:00:00Z"', b"1e999", b"[" * 100_000, b'{"event": "Tick", "at": 1e300}',
        b'{"event": "Tick", "at": 253370764800000}', b'{"event": "Tick", "at": "9999-12-31T23:59:59Z"}',
    ],
    ids=lambda garbage: garbage[:40].decode(errors="replace") or "nothing",
)  # fmt: skip
def test_a_line_that_is_no_event_says_why(garbage: bytes) -> None:
    with pytest.raises(Unheard) as unheard:
        hear_line(garbage)
    assert str(unheard.value)


@pytest.mark.parametrize("at", [AT, AT_MS, float(AT_MS), "2026-03-02T09:02:03.456+08:00"])
def test_a_moment_may_be_a_text_or_a_number(at: object) -> None:
    assert hear({"event": "Tick", "at": at}).at == AT_MS


def test_facts_of_the_wrong_kind_are_as_good_as_none() -> None:
    heard = hear_line(
        line(
            window="seven", stop=[], turn="soon", times=True, priority=None, queues="A", until=-1, start={}, stops=1e300
        )
    )
    assert heard == Heard(name="TicketIssued", at=AT_MS)


@pytest.mark.parametrize("number", [2**63, -(2**70), 1e300, "99999999999", "-4", "४"])
def test_a_number_that_no_window_has_is_no_window(number: object) -> None:
    assert hear({"event": "WindowOpened", "at": AT, "window": number}).window == 0


def test_the_queues_of_a_window_may_be_told_as_objects_pairs_or_names() -> None:
    queues = [{"queue": "A", "handicap_s": 120}, ["B", 60], "C", {"queue": "D"}, {"queue": ""}, [], None, 4]
    heard = hear({"event": "WindowOpened", "at": AT, "queues": queues})
    assert heard.queues == (("A", 120_000), ("B", 60_000), ("C", 0), ("D", 0))


@pytest.mark.parametrize("handicap_s", [1e308, 2**62, "long", None, [], 10**7])
def test_a_handicap_that_makes_no_sense_is_none(handicap_s: object) -> None:
    heard = hear({"event": "WindowOpened", "at": AT, "queues": [{"queue": "A", "handicap_s": handicap_s}]})
    assert heard.queues == (("A", 0),)


def test_an_event_of_the_stream_is_heard_as_the_wire_would_tell_it() -> None:
    event = Event(
        name="WindowOpened", at=AT_MS, ticket="", number="", queue="", service="", window=3, status="open", was="",
        priority="", turn=0, actor="", staff="s", facts={"queues": [("A", 60)], "until_at": 5},
    )  # fmt: skip
    assert overhear(event) == Heard(
        name="WindowOpened", at=AT_MS, window=3, staff="s", queues=(("A", 60_000),), until_at=5
    )
