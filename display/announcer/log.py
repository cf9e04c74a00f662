"""The announcer's own log: JSON lines of what was heard in the hall and when."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

MOST_BYTES = 5_000_000
KEPT = 3


class AnnouncerLog:
    """Each line has `at`, `monotonic_s` (one clock for all processes of a computer) and `what`.

    `chime_began`, `speech_began`, `speech_ended`, `announced`; and of what was not spoken `skipped`, `withdrawn`,
    `quiet`, `cut`, `failed`.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._most_bytes = most_bytes

    def write(self, what: str, **facts: object) -> None:
        """Adds a line. A log that cannot be written silences nobody."""
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"at": moment, "monotonic_s": round(time.monotonic(), 4), "what": what, **facts}
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                full = file.tell() > self._most_bytes
            if full:
                self._rotate()
        except OSError:
            return

    def _rotate(self) -> None:
        names = [self._path, *(self._path.with_suffix(f".{at}.jsonl") for at in range(1, KEPT + 1))]
        for older, newer in zip(reversed(names[1:]), reversed(names[:-1]), strict=True):
            if newer.exists():
                newer.replace(older)
