"""A printer's answers are told apart, whatever comes between them."""

from hardware.printer.talk import Talk


class Script:
    """A way on which the printer says what was written for it."""

    def __init__(self, *said: bytes) -> None:
        self._said = list(said)

    def write(self, data: bytes, /) -> None:
        """Nobody listens."""

    def read(self, _most: int, _timeout_s: float, /) -> bytes:
        return self._said.pop(0) if self._said else b""

    def close(self) -> None:
        """Nothing is open."""


def test_answers_in_their_turn_and_at_once_are_kept_apart() -> None:
    talk = Talk(Script(b"\x00", b"\x12"))
    assert talk.real_time(0.1) == 0x12
    assert talk.ordered(0.1) == 0x00


def test_a_report_that_nobody_asked_for_is_no_answer() -> None:
    talk = Talk(Script(b"\x10\x00", b"\x00\x00\x0c"))
    assert talk.ordered(0.1) == 0x0C


def test_flow_control_is_no_answer() -> None:
    assert Talk(Script(b"\x13\x11\xff")).real_time(0.01) is None


def test_what_was_said_before_is_dropped() -> None:
    talk = Talk(Script(b"\x00\x12"))
    talk.drop()
    assert (talk.ordered(0.01), talk.real_time(0.01)) == (None, None)
