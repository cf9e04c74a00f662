"""A loudspeaker that writes: `file://DIR` keeps each sound as a WAV with a line in `played.jsonl`.

The honest choice where there is no sound card: nothing is heard, and nothing claims that it was louder than a file.
"""

import errno
import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.speaker.waves import at_volume, seconds_of

MOST_FILES = 500


class FileSpeaker:
    """Writes at once what others take their time to play. Keeps the latest sounds."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._folder = Path(unquote(parts.netloc + parts.path))
        self._health = WELL
        if not parts.netloc + parts.path:
            raise DeviceError("ADDRESS_WRONG", address=address)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeviceError("NO_RIGHT", address=address, said=str(error)) from error
        self._next = max((int(path.stem) for path in self._files()), default=0) + 1

    def play(self, sound: bytes, volume: int, name: str = "") -> None:
        """Writes a WAV and its line. Raises GARBLED, DISK_FULL, NO_RIGHT."""
        line = {"file": f"{self._next:06d}.wav", "name": name, "volume": volume, "seconds": round(seconds_of(sound), 3)}
        try:
            (self._folder / str(line["file"])).write_bytes(at_volume(sound, volume))
            with (self._folder / "played.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            code = "DISK_FULL" if error.errno == errno.ENOSPC else "NO_RIGHT"
            self._health = Health(ok=False, code=code, facts={"path": str(self._folder)})
            raise DeviceError(code, path=str(self._folder), said=str(error)) from error
        self._health = WELL
        self._next += 1
        for old in self._files()[:-MOST_FILES]:
            old.unlink(missing_ok=True)

    def health(self) -> Health:
        """How the last sound went."""
        return self._health

    def close(self) -> None:
        """Nothing is held open between sounds."""

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*.wav") if path.stem.isdigit())
