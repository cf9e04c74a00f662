"""What is said of which wait: one table for the server's words and for the browser's."""

Row = tuple[int, int, str, dict[str, int]]

TOLD: tuple[Row, ...] = (
    (0, 0, "at_once", {}),
    (0, 12, "at_once", {}),
    (0, 30, "within", {"high": 1}),
    (20, 25, "at_once", {}),
    (0, 200, "within", {"high": 4}),
    (0, 400, "within", {"high": 10}),
    (40, 70, "about", {"n": 1}),
    (120, 120, "about", {"n": 2}),
    (130, 170, "range", {"low": 2, "high": 3}),
    (260, 340, "range", {"low": 4, "high": 5}),
    (299, 301, "about", {"n": 5}),
    (480, 720, "about", {"n": 10}),
    (540, 780, "range", {"low": 10, "high": 15}),
    (300, 600, "range", {"low": 5, "high": 10}),
    (1260, 2040, "range", {"low": 20, "high": 35}),
    (1440, 2160, "range", {"low": 25, "high": 35}),
    (3000, 4500, "range", {"low": 50, "high": 80}),
    (3570, 3700, "about", {"n": 60}),
    (4200, 7200, "range", {"low": 70, "high": 120}),
    (4200, 7800, "at_least", {"low": 70}),
    (0, 9000, "unclear", {}),
    (7080, 9000, "hours", {}),
    (7200, 7200, "hours", {}),
    (90_000, 200_000, "hours", {}),
)
"""From p10 to p90 in seconds: the key of the section `waits` and its minutes."""
