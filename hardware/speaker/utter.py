"""`python -m hardware.speaker.utter`: speaks one text into one WAV file by pyttsx3, and ends.

A process of its own for each text, because (seen with pyttsx3 2.99 on espeak-ng 1.51):
- its engine is one per process and not safe in threads: four threads at once end the process by a double free;
- of several texts queued in one engine only the last is written;
- it runs espeak-ng with a thread of its own, to which settings come late or not at all: one text in three hundred, on
  a busy machine one in ten, was spoken at the speed of before, and `runAndWait` returned before the file was whole;
  so espeak-ng is started without that thread, in its synchronous mode; there the driver is never told of the end, and
  what it gathered is written here;
- an unknown voice is no error: the text is read by the English one; so voices are looked up first;
- a file that cannot be written is no error either: the exception is lost in a C callback; so the file is looked at;
- its `say` returns as if it had spoken where `aplay` is missing; so it only ever writes files here;
- a hang in the C library could only be ended with the process around it.
"""

import array
import json
import sys
from pathlib import Path
from typing import Any

from hardware.speaker.waves import wav

MISSING_PROGRAM, NO_VOICE, NOT_WRITTEN = 3, 4, 5
HEADER_BYTES = 44


def main() -> int:
    """The order is JSON on standard input: `{text, voices, rate, path}`; the first of the voices there is speaks."""
    order: dict[str, Any] = json.load(sys.stdin)
    try:
        import pyttsx3
        from pyttsx3.drivers import _espeak

        _espeak.AUDIO_OUTPUT_RETRIEVAL = _espeak.AUDIO_OUTPUT_SYNCHRONOUS
        engine = pyttsx3.init("espeak")
    except (ImportError, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return MISSING_PROGRAM
    offered = {voice.id for voice in engine.getProperty("voices")}
    voice = next((name for name in order["voices"] if name in offered), "")
    if not voice:
        return NO_VOICE
    engine.setProperty("voice", voice)
    engine.setProperty("rate", order["rate"])
    engine.save_to_file(order["text"], order["path"])
    engine.runAndWait()
    return _write(engine.proxy._driver._data_buffer, Path(order["path"]))


def _write(gathered: bytes, path: Path) -> int:
    """Writes the sound, unless the driver did."""
    try:
        if gathered:
            path.write_bytes(wav(array.array("h", gathered)))
        return 0 if path.stat().st_size > HEADER_BYTES else NOT_WRITTEN
    except OSError as error:
        print(error, file=sys.stderr)
        return NOT_WRITTEN


if __name__ == "__main__":
    sys.exit(main())
