"""The thread that reads a pad and sets its lamp."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic

import structlog

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.keypad.port import Key, Lamp, Pad

READ_S = 0.2
AGAIN_S = 0.5

log = structlog.get_logger()


class PadThread(Generic[Key]):
    """Reads until closed. `heard` is called in this thread for each key, `changed` when its health is another."""

    def __init__(self, pad: Pad[Key], heard: Callable[[Key], None], changed: Callable[[], None]) -> None:
        self._pad = pad
        self._heard = heard
        self._changed = changed
        self._known = _gist(pad.health())
        self._lamp: Lamp = "blink"  # until it is told otherwise: `off` says that the server is there
        self._shown: Lamp | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pad", daemon=True)
        self._thread.start()

    def light(self, lamp: Lamp) -> None:
        """Sets the lamp within a fifth of a second, and again whenever the pad comes back."""
        self._lamp = lamp

    def health(self) -> Health:
        return self._pad.health()

    def close(self) -> None:
        """Puts the lamp out, ends the thread, then closes the pad."""
        self._over.set()
        self._thread.join(5.0)
        self._pad.close()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._read()
            except DeviceError:  # its health says so; it is asked again until it is back
                self._shown = None
                self._notice()
                self._over.wait(AGAIN_S)
            except Exception as error:  # a driver's own fault must not leave a window without its keys
                log.error("the pad's driver failed", exc_info=error)
                self._shown = None
                self._over.wait(AGAIN_S)
            self._notice()
        with suppress(DeviceError):
            self._pad.light("off")

    def _notice(self) -> None:
        now = _gist(self._pad.health())
        if now != self._known:
            self._known = now
            self._changed()

    def _read(self) -> None:
        lamp = self._lamp
        key = self._pad.read(READ_S)
        if key is not None:
            self._heard(key)
        if lamp != self._shown:
            self._pad.light(lamp)
            self._shown = lamp


def _gist(health: Health) -> tuple[str, tuple[str, ...]]:
    """What is worth a report of its own; counters are not."""
    return health.code, health.warnings
