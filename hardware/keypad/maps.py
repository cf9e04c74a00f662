"""Which key means what."""

from typing import get_args

from hardware.keypad.port import CallKey, Lamp, Score

DIGITS: dict[str, CallKey] = {key: key for key in get_args(CallKey) if len(key) == 1}

CALL_LETTERS: dict[bytes, CallKey] = {
    **{digit.encode(): key for digit, key in DIGITS.items()},
    b"N": "next",
    b"R": "recall",
    b"S": "start",
    b"F": "finish",
    b"M": "missed",
    b"P": "pause",
}
"""What a call pad on a serial line sends: one letter for each press; CR and LF mean nothing."""

RATING_LETTERS: dict[bytes, Score] = {b"1": 1, b"2": 2, b"3": 3, b"4": 4, b"5": 5}
"""What a rating pad on a serial line sends."""

LAMPS: dict[Lamp, bytes] = {"off": b"L0\r\n", "on": b"L1\r\n", "blink": b"L2\r\n"}
"""What a pad on a serial line is sent for its lamp."""

_ROW = {"1": 2, "2": 3, "3": 4, "4": 5, "5": 6, "6": 7, "7": 8, "8": 9, "9": 10, "0": 11}
_BLOCK = {"7": 71, "8": 72, "9": 73, "4": 75, "5": 76, "6": 77, "1": 79, "2": 80, "3": 81, "0": 82}

_ACTS: dict[int, CallKey] = {
    28: "next",
    96: "next",
    78: "recall",
    13: "recall",
    55: "start",
    98: "finish",
    53: "finish",
    74: "missed",
    12: "missed",
    83: "pause",
    52: "pause",
    59: "next",
    60: "recall",
    61: "start",
    62: "finish",
    63: "missed",
    64: "pause",
}

CALL_KEYS: dict[int, CallKey] = {
    **{code: DIGITS[digit] for block in (_ROW, _BLOCK) for digit, code in block.items()},
    **_ACTS,
}
"""A numeric block of keys: Enter next, + recall, * start, / finish, - missed, . pause; or F1 to F6 in this order."""

RATING_KEYS: dict[int, Score] = {
    block[letter.decode()]: score for block in (_ROW, _BLOCK) for letter, score in RATING_LETTERS.items()
}
"""1 to 5 of either block."""
