"""A sound card that is none: an `aplay` for the PATH that reads its WAV as the real one does.

It notes when each sound began and ended, so that whoever drives it can be shown never to play two at once.
"""

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any, Self

PROGRAM = """#!{python} -IS
import array, io, json, os, pathlib, sys, time, wave
folder = pathlib.Path({folder!r})
mood = (folder / "mood").read_text()
began = time.monotonic()
if mood == "unplugged":
    sys.exit("ALSA lib confmisc.c:855:(parse_card) cannot find card '0'\\n"
             "aplay: main:831: audio open error: No such file or directory")
if mood == "stuck":
    time.sleep(600)
options = sys.argv[1:]
device = options[options.index("-D") + 1] if "-D" in options else "default"
raw = sys.stdin.buffer.read() if options[-1] == "-" else pathlib.Path(options[-1]).read_bytes()
try:
    with wave.open(io.BytesIO(raw)) as sound:
        kind = (sound.getnchannels(), sound.getsampwidth())
        seconds = sound.getnframes() / sound.getframerate()
        samples = array.array("h", sound.readframes(sound.getnframes()))
except (wave.Error, EOFError) as error:
    sys.exit(f"aplay: {{error}}")
time.sleep(seconds / {times_faster!r})
line = {{"began": began, "ended": time.monotonic(), "seconds": seconds, "kind": kind, "device": device,
        "loudness": (sum(s * s for s in samples) / max(1, len(samples))) ** 0.5 / 32767}}
with (folder / "heard.jsonl").open("a") as log:
    log.write(json.dumps(line) + "\\n")
"""


class EmulatedCard:
    """Sets up the program in a folder. `path` is the PATH that has it first."""

    def __init__(self, folder: Path, times_faster: float = 50.0) -> None:
        self._folder = folder
        programs = folder / "bin"
        programs.mkdir(parents=True, exist_ok=True)
        program = programs / "aplay"
        text = PROGRAM.format(python=sys.executable, folder=str(folder), times_faster=times_faster)
        program.write_text(text, encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self.plug_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.plug_in()

    def unplug(self) -> None:
        (self._folder / "mood").write_text("unplugged")

    def plug_in(self) -> None:
        (self._folder / "mood").write_text("well")

    def hang(self) -> None:
        """From now on a sound never ends."""
        (self._folder / "mood").write_text("stuck")

    def heard(self) -> list[dict[str, Any]]:
        """Each sound that was heard to its end: `{began, ended, seconds, kind, device, loudness}`."""
        log = self._folder / "heard.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
