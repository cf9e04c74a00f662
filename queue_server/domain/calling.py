"""The calling rule: who is next at a window. One piece of code for the forecast and for the proof of the dispatcher."""


def comes_before(turn: float, handicap: float, other_turn: float, other_handicap: float) -> bool:
    """Whether the head of one queue goes before the head of another at a window: the earlier turn, after handicaps.

    Turns and handicaps in one unit; equal ones leave the window's first queue first.
    """
    return turn + handicap < other_turn + other_handicap
