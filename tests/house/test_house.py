"""The house rules that a machine can watch."""

import re
import subprocess
from pathlib import Path

import pytest

from queue_server.domain.events import EVENTS
from queue_server.domain.ticket import FINAL, MOVES, STATUSES
from queue_server.languages import in_use
from queue_server.languages.texts import texts_of
from queue_server.store.library import library_text
from queue_server.web.errors import STATUS

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
CODE = [
    f"{room}/*.{kind}"
    for room in ("queue_server", "kiosk", "display", "window_client", "ops")
    for kind in ("py", "lua", "js", "css")
]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def test_files_stay_small() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tracked(*CODE)}
    assert {str(path.relative_to(ROOT)): lines for path, lines in sizes.items() if lines > MOST_LINES} == {}


def test_locks_pin_every_package_by_hash_and_name_no_index() -> None:
    for lock in (ROOT / "requirements" / "runtime.txt", ROOT / "requirements" / "dev.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "index-url" not in text
        assert "://" not in text
        for pinned in re.findall(r"^[a-z0-9][^\n]*==[^\n]*", text, re.MULTILINE):
            assert pinned.endswith("\\"), f"{pinned} has no hash"


@pytest.mark.parametrize("lang", in_use())
def test_every_refusal_has_a_status_and_its_sentences(lang: str) -> None:
    assert set(texts_of(lang)["refusals"]) == set(STATUS)


def test_every_refusal_that_lua_knows_has_a_status() -> None:
    refused = set(re.findall(r"refuse\('([A-Z_]+)'", library_text()))
    assert refused
    assert refused <= set(STATUS)


def test_every_event_that_lua_emits_is_known_and_every_known_one_is_emitted() -> None:
    emitted = set(re.findall(r"emit\(hall, '(\w+)'", library_text()))
    assert emitted == set(EVENTS)


def test_nothing_leads_out_of_a_final_status() -> None:
    for start, end in MOVES.values():
        assert start.isdisjoint(FINAL)
        assert end in STATUSES


def test_the_library_is_the_same_each_time_it_is_built() -> None:
    first = library_text()
    library_text.cache_clear()
    assert library_text() == first
