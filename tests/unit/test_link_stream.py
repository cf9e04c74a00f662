"""Events come out of the bytes of a stream, however the network cut them."""

import random

import pytest

from queue_server.link.stream import MOST_EVENT_BYTES, Parser, Told

THREE = (
    b"retry: 1000\n:\n\n"
    b'id: 7\nevent: TicketCalled\ndata: {"number": "A001"}\n\n'
    b": alive\n\n"
    b'id: 8\r\nevent: TicketCalled\r\ndata: {"number":\r\ndata: "A002"}\r\n\r\n'
    b'id: 9\revent: WindowOpened\rdata:{"window": 3, "name": "\xe7\xaa\x97"}\r\r'
)
TOLD = [
    Told("TicketCalled", "7", {"number": "A001"}),
    Told("TicketCalled", "8", {"number": "A002"}),
    Told("WindowOpened", "9", {"window": 3, "name": "窗"}),
]


def fed(*pieces: bytes, last_id: str = "") -> list[Told]:
    parser = Parser(last_id)
    return [told for piece in pieces for told in parser.feed(piece)]


def test_events_with_any_line_end_are_read() -> None:
    assert fed(THREE) == TOLD


def test_a_stream_cut_after_every_byte_tells_the_same() -> None:
    assert fed(*(THREE[at : at + 1] for at in range(len(THREE)))) == TOLD


@pytest.mark.parametrize("seed", range(200))
def test_a_stream_cut_anywhere_tells_the_same(seed: int) -> None:
    chance = random.Random(seed)
    cuts = sorted(chance.sample(range(1, len(THREE)), 5))
    assert fed(*(THREE[a:b] for a, b in zip([0, *cuts], [*cuts, len(THREE)], strict=True))) == TOLD


def test_the_last_byte_of_an_event_is_enough() -> None:
    assert fed(b'data: {"a": 1}\r\r') == [Told("message", "", {"a": 1})]


def test_a_line_feed_that_comes_after_its_return_ends_nothing_more() -> None:
    assert fed(b'data: {"a":\r', b"\ndata: 1}\r", b"\n\r", b"\n") == [Told("message", "", {"a": 1})]


@pytest.mark.parametrize("pieces", [[b"\xef\xbb\xbfdata: {}\n\n"], [b"\xef", b"\xbb", b"\xbf", b"data: {}\n\n"]])
def test_a_byte_order_mark_is_no_text(pieces: list[bytes]) -> None:
    assert fed(*pieces) == [Told("message", "")]


def test_an_event_without_a_position_keeps_the_one_before() -> None:
    assert [told.id for told in fed(b"id: 5\ndata: {}\n\nevent: WaitEstimated\ndata: {}\n\n")] == ["5", "5"]


def test_an_event_that_was_cut_off_moves_no_position() -> None:
    parser = Parser("4")
    assert list(parser.feed(b"id: 5\nevent: TicketCalled\ndata: {}\n")) == []
    assert parser.last_id == "4"


def test_a_position_alone_counts() -> None:
    parser = Parser("4")
    assert list(parser.feed(b"id: 5\n\n")) == []
    assert parser.last_id == "5"


def test_a_position_with_a_nul_is_none() -> None:
    assert fed(b"id: 5\0\ndata: {}\n\n", last_id="4") == [Told("message", "4")]


def test_reset_passes_through_with_its_position() -> None:
    assert fed(b"id: 12\nevent: reset\ndata: {}\n\n") == [Told("reset", "12")]


@pytest.mark.parametrize("data", [b"{", b"[1]", b"\xff\xfe", b"null", b'"text"'])
def test_what_cannot_be_read_tells_to_read_afresh(data: bytes) -> None:
    assert fed(b"id: 6\nevent: TicketCalled\ndata: " + data + b"\n\n") == [Told("reset", "6")]


def test_a_line_without_end_is_not_kept_and_the_stream_goes_on_after_it() -> None:
    parser = Parser()
    told = list(parser.feed(b'id: 6\ndata: {"a": "'))
    for _ in range(64):
        told += parser.feed(b"x" * (MOST_EVENT_BYTES // 16))
        assert len(parser._rest) <= MOST_EVENT_BYTES + MOST_EVENT_BYTES // 16
    told += parser.feed(b'"}\n\nid: 7\ndata: {}\n\n')
    assert told == [Told("reset", "6"), Told("message", "7")]


def test_an_event_of_endless_lines_is_not_kept_either() -> None:
    parser = Parser()
    told = list(parser.feed(b"id: 6\n"))
    for _ in range(40):
        told += parser.feed(b"data: " + b" " * (MOST_EVENT_BYTES // 16) + b"\n")
        assert sum(map(len, parser._data)) <= MOST_EVENT_BYTES
    told += parser.feed(b"\nid: 7\ndata: {}\n\n")
    assert told == [Told("reset", "6"), Told("message", "7")]


def test_what_the_standard_does_not_name_is_passed_over() -> None:
    assert fed(b"odd: 1\nodd\ndata\nid\nevent: X\ndata: {}\n\n", last_id="4") == [Told("X", "")]
