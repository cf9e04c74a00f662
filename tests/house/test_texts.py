"""The house keeps its texts in one place, and its pages free of what the browser must not run."""

import re
from pathlib import Path

from queue_server.domain.events import EVENTS

ROOT = Path(__file__).parents[2]
ROOMS = ("queue_server", "kiosk", "display", "window_client", "hardware", "ops")
CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*|<!--.*?-->|\{#.*?#\}|\"\"\".*?\"\"\"|#[^\n]*|--[^\n]*", re.S)
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*(?:src=|application/json))", re.I)
AWAY = re.compile(r"(?:src|href)=[\"']https?://|@import|url\([\"']?https?:|from [\"']https?:", re.I)


def sources(*endings: str) -> list[Path]:
    return [path for room in ROOMS for ending in endings for path in (ROOT / room).rglob(f"*{ending}")]


def test_no_text_stands_outside_the_languages() -> None:
    """Comments and docstrings may quote the hall's own words; what runs may not."""
    found = [
        str(path.relative_to(ROOT))
        for path in sources(".py", ".js", ".html", ".css", ".lua")
        if "languages" not in path.parts and CJK.search(COMMENT.sub("", path.read_text("utf-8")))
    ]
    assert found == []


def test_pages_hold_no_inline_script_or_style() -> None:
    assert [str(path) for path in sources(".html") if INLINE.search(path.read_text("utf-8"))] == []


def test_pages_fetch_nothing_from_elsewhere() -> None:
    assert [str(path) for path in sources(".html", ".css", ".js") if AWAY.search(path.read_text("utf-8"))] == []


def test_scripts_never_make_markup_of_data() -> None:
    risky = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    assert [str(path) for path in sources(".js") if risky.search(path.read_text("utf-8"))] == []


def test_the_live_script_listens_to_every_event() -> None:
    script = (ROOT / "queue_server/look/static/live.js").read_text("utf-8")
    assert [name for name in EVENTS if f'"{name}"' not in script] == []
