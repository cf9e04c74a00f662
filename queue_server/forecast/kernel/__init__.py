"""The futures of a hall, compiled by numba: windows call, serve, pause and close; visitors come, wait, leave, go on.

Every chance is drawn by counting, not in sequence: the same seed, run, visitor and purpose give the same number
whatever happened before. So two futures that differ in one window differ by that window alone
("common random numbers").
Times are seconds from now, turns too (a turn may be negative).
"""
