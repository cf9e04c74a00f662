"""Settings: options, their environment twins, and every mistake at once."""

from pathlib import Path

import pytest

from queue_server.settings import Mistakes, Settings, read_settings


@pytest.fixture
def hall_file(tmp_path: Path) -> Path:
    file = tmp_path / "hall.yaml"
    file.write_text("hall: {}", "utf-8")
    return file


def mistakes_of(options: dict[str, object], environment: dict[str, str]) -> list[str]:
    with pytest.raises(Mistakes) as found:
        read_settings(options, environment)
    return found.value.lines


def test_without_a_word_there_are_defaults() -> None:
    found = read_settings({}, {"HOME": "/home/a"})
    data = Path("/home/a/.local/share/greenwave")
    assert found == Settings(data=data, archive=f"sqlite:///{data}/archive.db")
    assert (found.host, found.port, found.workers, found.open_now) == ("127.0.0.1", 8080, 1, False)


def test_the_data_folder_follows_the_users_own(tmp_path: Path) -> None:
    assert read_settings({}, {"XDG_DATA_HOME": str(tmp_path)}).data == tmp_path / "greenwave"


def test_every_option_has_an_environment_twin(hall_file: Path, tmp_path: Path) -> None:
    environment = {
        "GREENWAVE_HOST": "0.0.0.0", "GREENWAVE_PORT": "0", "GREENWAVE_DATA": str(tmp_path),
        "GREENWAVE_HALL": f"{hall_file}:{hall_file}", "GREENWAVE_WORKERS": "3", "GREENWAVE_OPEN_NOW": "1",
        "GREENWAVE_ADMIN_TOKEN": "a-long-token", "GREENWAVE_STORE_URL": "redis://h:1/2",
        "GREENWAVE_PUBLIC_URL": "https://hall.example/", "GREENWAVE_ARCHIVE": "none:",
    }  # fmt: skip
    assert read_settings({}, environment) == Settings(
        host="0.0.0.0", port=0, data=tmp_path, halls=(hall_file, hall_file), workers=3, open_now=True,
        admin_token="a-long-token", store="redis://h:1/2", public_url="https://hall.example", archive="none:",
    )  # fmt: skip


def test_an_option_wins_over_its_twin(hall_file: Path) -> None:
    environment = {"GREENWAVE_PORT": "1", "GREENWAVE_HOST": "a", "GREENWAVE_HALL": "/nowhere", "GREENWAVE_WORKERS": "9"}
    found = read_settings({"port": 0, "host": "b", "hall": [hall_file], "workers": 2}, environment)
    assert (found.port, found.host, found.halls, found.workers) == (0, "b", (hall_file,), 2)


@pytest.mark.parametrize(("given", "meant"), [("", False), ("0", False), ("no", False), ("1", True), ("TRUE", True)])
def test_a_flag_is_set_by_its_twin(given: str, meant: bool) -> None:
    assert read_settings({}, {"GREENWAVE_OPEN_NOW": given}).open_now is meant


def test_all_mistakes_are_told_together() -> None:
    lines = mistakes_of(
        {"port": 70000, "workers": 0, "hall": ["/no/such.yaml"], "admin_token": "short", "store": "http://x"},
        {"GREENWAVE_OPEN_NOW": "perhaps"},
    )
    assert len(lines) == 6
    named = ("--port / GREENWAVE_PORT", "--workers", "--hall", "--admin-token", "--store", "GREENWAVE_OPEN_NOW")
    for name in named:
        assert sum(line.startswith(name) for line in lines) == 1, name


@pytest.mark.parametrize("port", ["-1", "65536", "80.0", "eighty", "\u0661", "1e3", " 80", "9" * 5000])
def test_a_port_that_is_none_is_a_mistake(port: str) -> None:
    (line,) = mistakes_of({}, {"GREENWAVE_PORT": port})
    assert "whole number from 0 to 65535" in line


@pytest.mark.parametrize("store", ["redis://h:port", "redis://h:99999", "http://h", "h:6379", "redis:/h"])
def test_an_address_that_is_no_store_is_a_mistake(store: str) -> None:
    (line,) = mistakes_of({"store": store}, {})
    assert line.startswith("--store / GREENWAVE_STORE_URL")


@pytest.mark.parametrize("store", ["redis://h", "rediss://u:p@h:6380/1", "valkey://[::1]:7", "unix:///run/a.sock"])
def test_an_address_of_a_store_is_taken(store: str) -> None:
    assert read_settings({"store": store}, {}).store == store


def test_a_relative_data_folder_is_one_place_for_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({"data": "here"}, {}).data == tmp_path / "here"
