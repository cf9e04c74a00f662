"""A printer in memory that understands ESC/POS bytes: what stands behind the emulator's line."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from PIL import Image

from hardware.printer import status
from hardware.printer.parser import Item, Unfinished, Unknown, codes, lines, next_item
from hardware.printer.profiles import Profile
from hardware.printer.render import render

REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])|(" + re.escape(status.FORGET) + b")|(" + re.escape(status.CLEAR) + b")")
WHOLES = (*(status.ask(n) for n in status.ASKS), status.FORGET, status.CLEAR)
TROUBLES = ("PAPER_OUT", "COVER_OPEN", "JAMMED", "OFFLINE", "UNPLUGGED")


@dataclass(kw_only=True)
class Job:
    """A slip that came out."""

    profile: Profile
    items: list[Item] = field(default_factory=list)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def texts(self) -> list[str]:
        return lines(self.items)

    @property
    def codes(self) -> list[str]:
        return codes(self.items)

    @property
    def numbers(self) -> list[str]:
        """What is printed large."""
        return [line for line, tall in zip(self.texts, _heights(self.items), strict=False) if tall > 2]

    def image(self) -> Image.Image:
        return render(self.items, self.profile)


class Machine:
    """Obeys bytes in pieces of any size; troubles can be made at once or in the middle of a job."""

    def __init__(self, profile: Profile, *, mute: bool = False, ordered: bool = True, slow_s: float = 0) -> None:
        self.profile = profile
        self.jobs: list[Job] = []
        self.strange: list[bytes] = []
        """What no command of the template begins with."""
        self.trouble = ""
        self.paper_low = False
        self.on_job: Callable[[Job], None] = self.jobs.append
        self.on_unplugged: Callable[[], None] = lambda: None
        self._mute, self._ordered, self._slow_s = mute, ordered, slow_s
        self._jammed = False
        self._coming: dict[int, str] = {}
        self._raw = b""
        self._buffer = b""
        self._job = Job(profile=profile)
        self._busy_until = 0.0
        self._cuts = 0

    def break_down(self, trouble: str, *, after_items: int = 0) -> None:
        """Has a trouble now, or in the next job after so many commands."""
        assert trouble in TROUBLES, trouble
        if after_items:
            self._coming = {after_items: trouble}
        else:
            self._stop(trouble)

    def mend(self) -> None:
        """Somebody put in paper, closed the cover, took out what was jammed; the printer goes on with what it holds."""
        self.trouble = ""
        self._obey(b"")

    def heard(self, data: bytes) -> bytes:
        """The answers to more bytes."""
        self._raw += data
        answers, cuts = b"", self._cuts
        while found := REAL_TIME.search(self._raw):
            answers += self._obey(self._raw[: found.start()])
            if self._cuts != cuts:
                return b""
            self._raw = self._raw[found.end() :]
            answers += self._at_once(found)
        held = self._held()
        rest, self._raw = self._raw[: len(self._raw) - held], self._raw[len(self._raw) - held :]
        answers += self._obey(rest)
        return b"" if self._mute or self._cuts != cuts or self.trouble == "UNPLUGGED" else answers

    def _held(self) -> int:
        """How many bytes at the end may be the beginning of a real-time command."""
        beginnings = {whole[:length] for whole in WHOLES for length in range(1, len(whole))}
        return max((length for length in range(1, 11) if self._raw[-length:] in beginnings), default=0)

    def _at_once(self, found: re.Match[bytes]) -> bytes:
        if found[1]:
            return bytes([self._status(found[1][0])])
        if found[2] and self.trouble != "JAMMED":
            self._jammed = False
        self._forget()
        return b""

    def _forget(self) -> None:
        self._buffer = b""
        self._job = Job(profile=self.profile)

    def _status(self, n: int) -> int:
        stopped = bool(self.trouble) or self._jammed
        bits = {
            1: 0x08 * stopped,
            2: 0x04 * (self.trouble == "COVER_OPEN") | 0x20 * (self.trouble == "PAPER_OUT") | 0x40 * self._jammed,
            3: 0x08 * self._jammed,
            4: 0x0C * self.paper_low | 0x60 * (self.trouble == "PAPER_OUT"),
        }
        return 0x12 | bits[n]

    def _obey(self, data: bytes) -> bytes:
        self._buffer += data
        answers = b""
        while self._buffer and not self._stopped():
            if self._buffer.startswith(status.ASK_ORDERED):
                self._buffer = self._buffer[len(status.ASK_ORDERED) :]
                answers += bytes([0x03 * self.paper_low]) if self._ordered else b""
                continue
            try:
                item, after = next_item(self._buffer, 0)
            except Unfinished:
                break
            except Unknown:
                item, after = Item("strange", self._buffer[:1]), 1
                self.strange.append(self._buffer[:8])
            self._buffer = self._buffer[after:]
            self._do(item)
        return answers

    def _do(self, item: Item) -> None:
        items = self._job.items
        if item.name == "text" and items and items[-1].name == "text":
            item = Item("text", items.pop().data + item.data)  # it came in pieces, within a letter perhaps
        items.append(item)
        if self._coming.get(len(self._job.items)):
            self._stop(self._coming.popitem()[1])
        elif item.name == "cut" or (item.name == "feed_lines" and self.profile.cut == "none"):
            done, self._job = self._job, Job(profile=self.profile)
            self._busy_until = time.monotonic() + self._slow_s
            self.on_job(done)

    def _stop(self, trouble: str) -> None:
        self.trouble = trouble
        self._jammed = self._jammed or trouble == "JAMMED"
        if trouble == "UNPLUGGED":  # what came over the line that was cut is lost, before anyone can hear of the cut
            self._cuts += 1
            self._raw = b""
            self._forget()
            self.on_unplugged()

    def _stopped(self) -> bool:
        return bool(self.trouble) or self._jammed or time.monotonic() < self._busy_until


def _heights(items: list[Item]) -> list[int]:
    """How tall each line is."""
    tall, found = 1, []
    for item in items:
        if item.name == "size":
            tall = (item.data[0] & 7) + 1
        elif item.name == "end":
            found.append(tall)
    return found
