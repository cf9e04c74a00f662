"""Simulated time: it runs `speed` times faster than the clock, from the minute at which it is begun."""

import asyncio


class SimClock:
    """Tells and awaits simulated minutes after midnight."""

    def __init__(self, speed: float, minute: float) -> None:
        self.speed = speed
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._first = minute

    @property
    def minute(self) -> float:
        """Now."""
        return self._first + (self._loop.time() - self._began_s) * self.speed / 60

    def begin(self, minute: float) -> None:
        """Sets the clock: another day begins."""
        self._first, self._began_s = minute, self._loop.time()

    def real_s(self, minutes: float) -> float:
        """How many seconds simulated minutes last."""
        return minutes * 60 / self.speed

    async def sleep(self, minutes: float) -> None:
        await asyncio.sleep(max(self.real_s(minutes), 0))

    async def until(self, minute: float) -> None:
        """Returns at this minute, at once when it has passed."""
        await self.sleep(minute - self.minute)
