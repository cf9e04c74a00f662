"""The hall's time on a kiosk whose own clock may jump: what the server said last, plus the clock since boot.

After the machine was switched off there is only its wall clock, which may have stood still or begun anew. One rule: it
is believed when it is clearly ahead of the last moment that is known, and not by more than a year. Else the day is
unknown until a server has been heard, and no number of the reserve is given.
"""

from collections.abc import Callable

from msgspec import Struct

QUICK_MS = 1_000
"""A server's answer that took longer says less about the time than what is known already."""
WORN_MS = 600_000
"""After this long any answer is better: quartz drifts."""
STRAYED_MS = 60_000
"""A wall clock further off is reported, and so far back the server's word is followed even though time runs back."""
SAVE_MS = 300_000
"""An anchor on the disk is at most so old."""
CLEAR_MS = 2 * SAVE_MS
"""A wall clock that stood still while the machine was off is ahead by less: it ran since the anchor and the start."""
YEAR_MS = 366 * 86_400_000


class Anchor(Struct, frozen=True, kw_only=True):
    """One moment on all clocks: what the server, the clock since boot and the wall said, in ms."""

    server_at: int
    boot_at: int
    boot_id: str
    wall_at: int


class HallClock:
    """Pure: all its sources come in. `boot` never jumps while the machine is on, `boot_id` names that stretch."""

    def __init__(
        self, boot: Callable[[], int], boot_id: str, wall: Callable[[], int], saved: Anchor | None, last_known: int = 0
    ) -> None:
        self._boot, self._boot_id, self._wall = boot, boot_id, wall
        self._saved_at = saved.server_at if saved else 0
        self._guessed = self._doubted = False
        self._anchor = self._awake(saved, last_known) if saved else None
        self._floor = max(last_known, self._anchor.server_at if self._anchor else 0)

    @property
    def known(self) -> bool:
        """Whether any server ever told the time."""
        return self._anchor is not None

    @property
    def knows_day(self) -> bool:
        """Whether numbers may be given by this clock alone."""
        return self._anchor is not None and not self._doubted

    def now(self) -> int:
        """The hall's time in ms; 0 while nobody ever told it. Never runs back while the server's does not."""
        anchor = self._anchor
        if anchor is None:
            return self._floor
        at = anchor.server_at + self._boot() - anchor.boot_at
        if at > self._floor:
            self._floor = at
        return self._floor

    def learn(self, server_at: int, asked_at: int) -> Anchor | None:
        """Takes the server's word; `asked_at` is `boot()` before the question. Gives an anchor that is to be saved."""
        here = self._boot()
        anchor = self._anchor
        if anchor is not None and not self._guessed and not self._better(anchor, server_at, here, here - asked_at):
            return None
        if server_at < self._floor - STRAYED_MS:
            self._floor = server_at
        self._guessed = self._doubted = False
        self._anchor = Anchor(server_at=server_at, boot_at=here, boot_id=self._boot_id, wall_at=self._wall())
        return self._worth_saving(anchor)

    def worn(self) -> Anchor | None:
        """The present moment, to be saved, when the saved one is old; a guess is never saved."""
        if self._anchor is None or self._guessed or self.now() - self._saved_at < SAVE_MS:
            return None
        self._saved_at = self.now()
        return Anchor(server_at=self._saved_at, boot_at=self._boot(), boot_id=self._boot_id, wall_at=self._wall())

    def strayed_ms(self) -> int:
        """How far the wall clock is ahead of the hall's time, or behind (negative); 0 while unknown."""
        return self._wall() - self.now() if self._anchor else 0

    def strayed(self) -> bool:
        """Whether the manager should hear about the wall clock."""
        return abs(self.strayed_ms()) > STRAYED_MS

    def _better(self, anchor: Anchor, server_at: int, here: int, took: int) -> bool:
        guessed = anchor.server_at + here - anchor.boot_at
        return took <= QUICK_MS or server_at > guessed or here - anchor.boot_at > WORN_MS

    def _worth_saving(self, before: Anchor | None) -> Anchor | None:
        anchor = self._anchor
        assert anchor is not None
        fresh = before is None or self._saved_at == 0 or before.boot_id != self._boot_id
        if not fresh and abs(anchor.server_at - self._saved_at) < SAVE_MS:
            return None
        self._saved_at = anchor.server_at
        return anchor

    def _awake(self, saved: Anchor, last_known: int) -> Anchor:
        """After a reboot the wall clock is a hint, corrected by how wrong it was; never before what is known."""
        if saved.boot_id == self._boot_id and self._boot() >= saved.boot_at:
            return saved
        wall = self._wall()
        hint = saved.server_at + wall - saved.wall_at
        self._saved_at = 0
        self._guessed = True
        known = max(saved.server_at, last_known)
        self._doubted = not CLEAR_MS < hint - known < YEAR_MS
        at = known if self._doubted else hint
        return Anchor(server_at=at, boot_at=self._boot(), boot_id=self._boot_id, wall_at=wall)
