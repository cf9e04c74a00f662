"""Fonts of the system, found by fontconfig: for slips that are pictures, and for the emulator's paper."""

import subprocess
from functools import cache

from PIL import ImageFont

from hardware.errors import DeviceError

PACKAGE = "fonts-noto-cjk"
COVERS = {"zh": "zh-cn", "ja": "ja", "ko": "ko"}
"""What fontconfig calls the language that a font must cover."""
FAMILIES = {
    "zh": "Noto Sans CJK SC",
    "ja": "Noto Sans CJK JP",
    "ko": "Noto Sans CJK KR",
    "mono": "Noto Sans Mono CJK SC",
}
Font = ImageFont.FreeTypeFont


class FontMissing(DeviceError):
    """No font of this system has Chinese characters; `package` is where one comes from."""

    def __init__(self, lang: str) -> None:
        super().__init__("MISSING_PROGRAM", program=PACKAGE, lang=lang)


@cache
def font(lang: str, size: int, bold: bool = False) -> Font:
    """A sans-serif font with all characters of a language, which `mono` may stand for. Raises `FontMissing`."""
    path, index = _find(FAMILIES.get(lang, FAMILIES["zh"]), COVERS.get(lang, "zh-cn"), bold)
    return ImageFont.truetype(path, size, index=index)


def width(text: str, of: Font) -> int:
    return round(of.getlength(text))


@cache
def _find(family: str, covers: str, bold: bool) -> tuple[str, int]:
    pattern = f"{family}:lang={covers}:{'bold' if bold else 'regular'}"
    command = ["fc-match", "-f", "%{file}\n%{index}\n%{lang}", pattern]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.split("\n")
    except FileNotFoundError as error:
        raise DeviceError("MISSING_PROGRAM", program="fontconfig") from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise FontMissing(covers) from error
    if len(found) < 3 or covers not in found[2].split("|"):
        raise FontMissing(covers)
    return found[0], int(found[1])
