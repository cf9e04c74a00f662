"""How long a store can wait for its archive, and where the archive may be."""

from pathlib import Path

import pytest

from ops.archive.database import Archive, ArchiveAway
from ops.archive.manifest import Manifest
from ops.archive.stream import room_bytes
from queue_server.contract.days import day_asked, day_on_wire
from queue_server.domain.archive import FOR_EVER_S, ArchiveState, lasts_s
from queue_server.settings import Mistakes, read_settings
from tests.support.clocks import NOON


def test_events_fit_as_long_as_there_is_room_for_them() -> None:
    assert lasts_s(3_600_000, 1000.0) == 3600
    assert lasts_s(-1, 1000.0) == 0
    assert lasts_s(1, 0.0) == lasts_s(10**15, 0.001) == FOR_EVER_S


def test_a_store_without_a_limit_has_half_of_its_machine() -> None:
    assert room_bytes({"maxmemory": 0, "total_system_memory": 1000, "used_memory": 100}) == 400
    assert room_bytes({"maxmemory": 600, "total_system_memory": 1000, "used_memory": 100}) == 500


def test_the_room_that_an_archiver_last_told_of_gets_less_while_it_is_silent() -> None:
    state = ArchiveState(at=NOON, position=1, behind=9, since=NOON, lasts_s=3600)
    assert [state.room_s(NOON + minutes * 60_000) for minutes in (-1, 0, 50, 61)] == [3600, 3600, 600, 0]
    assert ArchiveState(at=NOON, position=1, behind=0).room_s(NOON + 60_000) == -1


def test_an_archive_is_behind_from_when_it_cannot_keep_up() -> None:
    assert ArchiveState(at=5, position=1, behind=9).status == "ok"
    assert ArchiveState(at=5, position=1, behind=9, since=3, trouble="away").status == "behind"


@pytest.mark.parametrize("given", ["mysql://db/x", "archive.db", "postgresql://u:secret@db:x/y"])
def test_an_address_that_is_none_is_refused_at_the_start_without_its_password(given: str) -> None:
    with pytest.raises(Mistakes) as found:
        read_settings({}, {"GREENWAVE_ARCHIVE": given})
    [line] = found.value.lines
    assert "GREENWAVE_ARCHIVE" in line and "secret" not in line


def test_the_archive_lies_in_the_data_folder_unless_it_is_said_where(tmp_path: Path) -> None:
    assert read_settings({"data": tmp_path}, {}).archive == f"sqlite:///{tmp_path}/archive.db"
    assert read_settings({"archive": "none:"}, {}).archive == "none:"


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql://u:secret@127.0.0.1:1/x", "postgresql:///x?host=/nowhere"]
)
def test_a_database_that_is_not_there_is_told_in_one_line(url: str) -> None:
    with pytest.raises(ArchiveAway) as away:
        Archive(url).prepare()
    assert away.value.trouble == "away"
    assert str(away.value) and "\n" not in str(away.value) and "secret" not in str(away.value)


def test_days_on_the_wire_are_dates() -> None:
    assert day_asked("2026-01-31") == "260131" and day_on_wire("260131") == "2026-01-31"
    assert [day_asked(text) for text in ("2026-02-30", "260131", "2026-1-31", "٢٠٢٦-01-31", "")] == [None] * 5


@pytest.mark.parametrize(("made_by", "is_newer"), [("0.3.0", False), ("99.0.0", True)])
def test_a_backup_knows_who_made_it(made_by: str, is_newer: bool) -> None:
    manifest = Manifest(greenwave=made_by, library=1, made_at="", halls={}, files={})
    assert manifest.is_newer == is_newer
