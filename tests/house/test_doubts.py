"""Every doubt of the forecast is told to the manager in plain words."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHERE_DOUBTED = ("queue_server/forecast", "ops/caretaker")
OF_THE_COCKPIT = {"FORECAST_AWAY", "OTHER"}
LANGUAGES = sorted(path.name for path in (ROOT / "queue_server/languages").iterdir() if (path / "common.toml").exists())


def doubted() -> set[str]:
    """The codes in what raises doubts."""
    files = [path for folder in WHERE_DOUBTED for path in (ROOT / folder).rglob("*.py")]
    raises = re.compile(r'(?:\bDoubt\(code=|\bdoubt\()"([A-Z_]+)"')
    return {code for path in files for code in raises.findall(path.read_text("utf-8"))}


def test_doubts_are_found_in_the_program() -> None:
    assert {"NO_HISTORY", "CLOCK_BACK", "BEHIND", "MISSING_EVENTS"} <= doubted()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_has_its_words_and_no_words_are_for_a_doubt_that_nobody_has(language: str) -> None:
    texts = tomllib.loads((ROOT / "queue_server/languages" / language / "cockpit_outlook.toml").read_text("utf-8"))
    assert set(texts["doubt"]) - OF_THE_COCKPIT == doubted()
