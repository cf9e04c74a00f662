"""Server-sent events out of bytes that come in pieces of any size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

MOST_EVENT_BYTES = 1024 * 1024
"""No event of ours comes near; what is larger is not kept in memory, and the reader is told to read afresh."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LF, CR = 10, 13


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `id` is the position to go on from after it; names of our own are `online`, `offline`, `reset`."""

    name: str
    id: str
    data: dict[str, Any] = field(default_factory=dict)


class Parser:
    """Feed it bytes, take events. What cannot be read (too large, no JSON object) becomes a `reset`.

    `last_id` moves only with an event that came whole, so that one cut in half is told again.
    """

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self._rest = bytearray()
        self._searched = 0
        self._begun = False
        self._after_return = False
        self._skips_line = False
        self._clear()

    def _clear(self) -> None:
        self._name = ""
        self._id: str | None = None
        self._data: list[bytes] = []
        self._size = 0
        self._too_large = False

    def feed(self, data: bytes) -> Iterator[Told]:
        """The events that these bytes complete."""
        self._rest += data
        if not self._begun and not self._begin():
            return
        while (line := self._line()) is not None:
            told = self._take(line)
            if told is not None:
                yield told

    def _begin(self) -> bool:
        """Drops a byte order mark; False while there are too few bytes to tell."""
        if len(self._rest) < 3 and BYTE_ORDER_MARK.startswith(self._rest):
            return False
        if self._rest.startswith(BYTE_ORDER_MARK):
            del self._rest[:3]
        self._begun = True
        return True

    def _line(self) -> bytes | None:
        """The next whole line without its end, which is LF, CR or both."""
        if self._after_return and self._rest:
            self._after_return = False
            if self._rest[0] == LF:
                del self._rest[0]
        at = _end_of_line(self._rest, self._searched)
        if at < 0:
            self._searched = len(self._rest)
            self._bound()
            return None
        line = bytes(self._rest[:at])
        self._after_return = self._rest[at] == CR
        del self._rest[: at + 1]
        self._searched = 0
        return self._unless_skipped(line)

    def _unless_skipped(self, line: bytes) -> bytes:
        """The line, or a comment in place of the end of one that was let go."""
        if self._skips_line:
            self._skips_line = False
            return b":"
        return line

    def _bound(self) -> None:
        """Lets go of a line that grows without end."""
        if len(self._rest) > MOST_EVENT_BYTES:
            self._skips_line = self._too_large = True
            self._rest.clear()
            self._searched = 0

    def _take(self, line: bytes) -> Told | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._keep(value)
        elif name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        return None

    def _keep(self, value: bytes) -> None:
        self._size += len(value) + 1
        if self._size > MOST_EVENT_BYTES:
            self._too_large = True
            self._data.clear()
        if not self._too_large:
            self._data.append(value)

    def _dispatch(self) -> Told | None:
        if self._id is not None:
            self.last_id = self._id
        told = self._told()
        self._clear()
        return told

    def _told(self) -> Told | None:
        if self._too_large:
            return Told("reset", self.last_id)
        if not self._data:
            return None
        try:
            data = msgspec.json.decode(b"\n".join(self._data))
        except (msgspec.DecodeError, UnicodeDecodeError):
            data = None
        if not isinstance(data, dict):
            return Told("reset", self.last_id)
        return Told(self._name or "message", self.last_id, data)


def _end_of_line(data: bytearray, start: int) -> int:
    """Where the first line end is, or -1."""
    feed, back = data.find(b"\n", start), data.find(b"\r", start)
    return max(feed, back) if min(feed, back) < 0 else min(feed, back)
