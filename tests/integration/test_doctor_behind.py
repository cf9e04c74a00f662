"""The doctor looks behind the hall: at the archive's database and disk, and at what a server tells of its caretaker."""

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from ops.archive.database import Archive
from ops.doctor.checks import archive, behind
from ops.doctor.finding import Case, Finding
from tests.integration.test_doctor import FakeServer

GIB = 1024**3


def said(findings: list[Finding]) -> list[str]:
    return [f"{finding.mark} {finding.code}" for finding in findings]


def of(data: Path, **environment: str) -> Case:
    return Case(data=data, environment=environment)


def made(data: Path) -> Path:
    """An archive as an archiver makes it."""
    path = data / "archive.db"
    database = Archive(f"sqlite:///{path}")
    database.prepare()
    database.close()
    return path


def test_an_archive_is_made_at_the_first_start_and_is_well_from_then_on(tmp_path: Path) -> None:
    assert said(archive.database(of(tmp_path))) == ["ok archive_to_be_made"]
    made(tmp_path)
    assert said(archive.database(of(tmp_path))) == ["ok archive"]


def test_a_damaged_archive_and_one_of_a_newer_version_are_named(tmp_path: Path) -> None:
    path = made(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert said(archive.database(of(tmp_path))) == ["wrong archive_newer"]
    for left in tmp_path.iterdir():
        left.unlink()
    path.write_bytes(b"no database at all" * 100)
    assert said(archive.database(of(tmp_path))) == ["wrong archive_damaged"]


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    [found] = archive.database(of(tmp_path, GREENWAVE_ARCHIVE="postgresql://hall:secret@127.0.0.1:1/greenwave"))
    assert (found.mark, found.code) == ("wrong", "archive_away")
    assert "127.0.0.1" in str(found.facts) and "secret" not in str(found.facts)


def test_no_archive_is_worth_a_look_and_a_kiosks_machine_needs_none(tmp_path: Path) -> None:
    assert said(archive.database(of(tmp_path, GREENWAVE_ARCHIVE="none:"))) == ["look archive_none"]
    kiosk = Case(data=tmp_path, server="http://elsewhere:8080", environment={})
    assert archive.database(kiosk) == archive.room(kiosk) == []


@pytest.mark.parametrize(
    ("free", "found"),
    [(9, "ok archive_room"), (2, "look archive_room_little"), (0, "wrong archive_room_little")],
)
def test_the_archive_needs_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, found: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free * GIB))
    assert said(archive.room(of(tmp_path))) == [found]


def figures(caretakers: int = 1, age_s: float = 5, late_s: float = 0, room_s: float = 86400) -> str:
    return (
        f"greenwave_caretakers {caretakers}\n"
        f'greenwave_outlook_age_seconds{{hall="a"}} {age_s}\n'
        f'greenwave_archive_behind_seconds{{hall="a"}} {late_s}\n'
        f'greenwave_archive_behind_events{{hall="a"}} 7\n'
        f'greenwave_archive_room_seconds{{hall="a"}} {room_s}\n'
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (figures(), ["ok caretaker", "ok forecast", "ok archive_keeps_up"]),
        (figures(caretakers=0, age_s=90), ["wrong caretaker_missing", "look forecast_old", "ok archive_keeps_up"]),
        (figures(late_s=600), ["ok caretaker", "ok forecast", "look archive_behind"]),
        (figures(late_s=600, room_s=7200), ["ok caretaker", "ok forecast", "wrong archive_behind"]),
        ("greenwave_caretakers 1\n", ["ok caretaker", "look forecast_none"]),
        ("", []),
        ("<html>no figures</html>", []),
    ],
)
def test_what_works_behind_a_server_is_read_from_its_figures(tmp_path: Path, text: str, found: list[str]) -> None:
    with FakeServer(metrics=(200, text)) as server:
        case = Case(data=tmp_path, server=server.url)
        looked = (behind.caretaker, behind.forecast, behind.archived)
        assert said([finding for check in looked for finding in check(case)]) == found
