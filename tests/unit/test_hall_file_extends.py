"""Central settings with local overrides: what a hall file says stands over what it extends."""

from pathlib import Path

from ops.hall_files import describe, files_of, read_files, same_ids
from ops.up import DEMO
from queue_server.contract.hall_file import Bases, HallRead, read_hall
from queue_server.domain.hall import Hall

BASE = DEMO.read_bytes()
OWN = """
extends: base.yaml
hall: {id: branch, zh: 分中心, en: Branch}
directory:
  district: {id: north, zh: 北区, en: North}
  address: {zh: 示范路1号, en: 1 Example Road}
  site: {latitude: 30.25, longitude: 120.17}
"""


def read(own: str, **files: str) -> HallRead:
    """A hall file beside the demo hall's as `base.yaml`, and beside these."""
    known = {"base.yaml": BASE, **{f"{name}.yaml": text.encode() for name, text in files.items()}}

    def bytes_of(name: str) -> bytes:
        if name not in known:
            raise FileNotFoundError(name)
        return known[name]

    return read_hall(own, Bases(bytes_of))


def hall_of(own: str, **files: str) -> Hall:
    found = read(own, **files)
    assert found.hall is not None, found.mistakes
    return found.hall


def test_a_hall_says_only_what_is_different() -> None:
    base, own = read_hall(BASE).hall, hall_of(OWN)
    assert base is not None
    assert (own.id, own.names["en"], own.names["de"]) == ("branch", "Branch", base.names["de"])
    assert (own.services, own.queues, own.hours) == (base.services, base.queues, base.hours)
    assert own.directory.district is not None
    assert (own.directory.district.id, own.directory.site and own.directory.site.latitude) == ("north", 30.25)


def test_entries_with_ids_are_changed_left_out_and_added() -> None:
    own = hall_of(OWN + "zones:\n  - {id: Z1, most_people: 40}\n  - {id: Z8, floor: 4, zh: 新区, en: New}\n")
    zones = {zone.id: zone for zone in own.zones}
    assert (zones["Z1"].most_people, zones["Z1"].names["en"]) == (40, "General service area")
    assert zones["Z8"].floor == 4
    left = hall_of(OWN + "papers: []\njourneys:\n  - {id: J01, drop: true}\n")
    assert "J01" not in {journey.id for journey in left.journeys}


def test_a_small_hall_keeps_some_of_its_bases_entries() -> None:
    kept = "keep: {items: [GSO-01, HRS-01], queues: [A, B, SELF], departments: [GSO, HRS], journeys: []}\n"
    own = hall_of(OWN.replace("en: Branch}", "en: Branch, hours: {tue_night: {queues: [A]}}}") + kept)
    assert [service.id for service in own.services] == ["GSO-01", "HRS-01"]
    assert [queue.id for queue in own.queues] == ["A", "B", "SELF"]


def test_a_mistake_in_a_base_names_its_file_and_line() -> None:
    [mistake] = read("extends: wrong.yaml\nhall: {id: x}\n", wrong="extends: base.yaml\nwindoes: 3\n").mistakes
    assert (mistake.file, mistake.line, mistake.word) == ("wrong.yaml", 2, "windoes")
    assert describe(Path("halls/own.yaml"), mistake).startswith("halls/wrong.yaml:2: ")


def test_what_cannot_be_extended_is_said_with_its_line() -> None:
    wrong = {
        "extends: nowhere.yaml\n": "this file cannot be read",
        "extends: [base.yaml]\n": "the name of a file is expected here",
        "extends: empty.yaml\n": "this file is no hall file",
        "extends: one.yaml\n": "these files extend each other",
        OWN + "keep: {items: [GSO-99]}\n": "the base has no such entry",
        OWN + "keep: {hall: [x]}\n": "this cannot be kept in part",
        OWN + "journeys:\n  - {id: J99, drop: true}\n": "the base has no such entry to drop",
    }
    others = {"empty": "", "one": "extends: two.yaml\n", "two": "extends: one.yaml\n"}
    for own, problem in wrong.items():
        found = read(own, **others)
        assert found.hall is None
        assert problem in [mistake.problem for mistake in found.mistakes], (own, found.mistakes)


def test_a_folder_is_all_its_halls_but_not_their_bases(tmp_path: Path) -> None:
    (tmp_path / "_base.yaml").write_bytes(BASE)
    for number in range(3):
        own = OWN.replace("base.yaml", "_base.yaml").replace("branch", f"branch-{number % 2}")
        (tmp_path / f"{number}.yaml").write_text(own, "utf-8")
    assert [file.name for file in files_of([tmp_path])] == ["0.yaml", "1.yaml", "2.yaml"]
    read = [(path, found.hall) for path, found in read_files([tmp_path])]
    assert [hall.id for _, hall in read if hall] == ["branch-0", "branch-1", "branch-0"]
    [line] = same_ids([(path, hall) for path, hall in read if hall])
    assert "2.yaml: the hall branch-0 stands in" in line
