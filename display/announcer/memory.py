"""What was said, on disk, so that an agent that was killed says nothing twice.

A call is kept as said *before* it is spoken, so a kill in the midst of an announcement may cost that one announcement.
That is the right side to err on: a hall that hears an old call walks to the wrong window, while a visitor who missed
one is on the screens all the time and is spoken to again by the clerk's recall.
"""

from pathlib import Path

import msgspec

from display.announcer.calls import Identity
from queue_server.link.files import write_file


class Said(msgspec.Struct, kw_only=True):
    last_event_id: str = ""
    """Where the stream was then: for people who look, as an agent that starts reads the board."""
    said: list[tuple[str, int, int, str, float]] = []


class Memory:
    """One small file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[Identity, float]:
        """What was said; nothing where there is no file or none that can be read, which is set aside."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=Said)
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            self._path.replace(self._path.with_suffix(".bad"))
            return {}
        return {(number, window, times, step): at for number, window, times, step, at in kept.said}

    def keep(self, said: dict[Identity, float], last_event_id: str) -> None:
        """Returns when it is on disk. Raises OSError."""
        kept = Said(last_event_id=last_event_id, said=[(*identity, at) for identity, at in said.items()])
        write_file(self._path, msgspec.json.encode(kept))
