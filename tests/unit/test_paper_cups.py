"""Printing by the system's print service; programs stand in for its own, and write down how they were called."""

import os
import sys
from pathlib import Path

import pytest

from hardware.errors import DeviceError
from hardware.printer.cups import CupsPrinter
from hardware.printer.language import job
from hardware.printer.page import Line, Page
from hardware.registry import open_printer

PAGE = Page(name="A001", parts=(Line(text="A001"),))
PROGRAM = """#!{python}
import os, pathlib, sys
here = pathlib.Path({here!r})
name = pathlib.Path(sys.argv[0]).name
with (here / "calls").open("a") as calls:
    calls.write(" ".join([name, *sys.argv[1:]]) + "\\n")
if name == "lp":
    (here / "job").write_bytes(sys.stdin.buffer.read())
what = "jobs" if "-o" in sys.argv and name == "lpstat" else name
answers = sorted(here.glob(what + ".*"))
if len(answers) > 1:
    text = answers[0].read_text(); answers[0].unlink()
else:
    text = answers[0].read_text() if answers else ""
code, _, said = text.partition("\\n")
print(said)
sys.exit(int(code or 0))
"""


class Service:
    """What `lp` and `lpstat` answer, one file for each time they are asked, the last one for ever."""

    def __init__(self, here: Path) -> None:
        self.here = here
        self.answers("lpstat", "printer T is idle.  enabled since today")
        self.answers("lp", "request id is T-7 (0 file(s))")

    def answers(self, what: str, *said: str, code: int = 0) -> None:
        for old in self.here.glob(f"{what}.*"):
            old.unlink()
        for n, text in enumerate(said):
            (self.here / f"{what}.{n}").write_text(f"{code}\n{text}")

    @property
    def calls(self) -> list[str]:
        return (self.here / "calls").read_text().splitlines()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("lp", "lpstat", "cancel"):
        (programs / name).write_text(PROGRAM.format(python=sys.executable, here=str(tmp_path)))
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return Service(tmp_path)


@pytest.fixture
def printer() -> CupsPrinter:
    return CupsPrinter("cups://T", pause=lambda _: None)


def test_the_raw_job_goes_to_the_queue(service: Service, printer: CupsPrinter) -> None:
    printer.print(PAGE)
    assert (service.here / "job").read_bytes() == job(PAGE, printer.profile)
    assert "lp -d T -t ticket -o raw -" in service.calls
    assert not [call for call in service.calls if call.startswith("cancel")]


def test_it_waits_until_the_job_is_done(service: Service, printer: CupsPrinter) -> None:
    service.answers("jobs", "T-7 kiosk 1024 today", "T-7 kiosk 1024 today", "")
    printer.print(PAGE)
    assert service.calls.count("lpstat -W not-completed -o T") == 3


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("printer T now printing T-7.\n\tAlerts: media-empty-error", "PAPER_OUT"),
        ("Alerts: media-jam-error", "JAMMED"),
        ("Alerts: cover-open", "COVER_OPEN"),
        ("printer T disabled since today -\n\tPaused", "OFFLINE"),
        ("Alerts: offline-report", "OFFLINE"),
    ],
)
def test_trouble_in_the_midst_of_a_job_takes_the_job_back(
    service: Service, printer: CupsPrinter, said: str, code: str
) -> None:
    service.answers("lpstat", "printer T is idle.", said)
    service.answers("jobs", "T-7 kiosk 1024 today")
    with pytest.raises(DeviceError, match=code):
        printer.print(PAGE)
    assert service.calls[-1] == "cancel T-7"


def test_little_paper_is_a_warning(service: Service, printer: CupsPrinter) -> None:
    service.answers("lpstat", "printer T is idle.\n\tAlerts: media-low-warning")
    assert (printer.health().ok, printer.health().warnings) == (True, ("PAPER_LOW",))


def test_a_queue_that_is_not_there_is_told(service: Service, printer: CupsPrinter) -> None:
    service.answers("lpstat", 'lpstat: Invalid destination name in list "T".', code=1)
    assert printer.health().code == "NOT_FOUND"


def test_a_service_that_does_not_run_is_told(service: Service, printer: CupsPrinter) -> None:
    service.answers("lpstat", "lpstat: Scheduler is not running.", code=1)
    assert printer.health().code == "NOT_ANSWERING"


def test_missing_programs_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    printer = open_printer("cups://T?paper=58")
    assert printer.profile.paper_mm == 58
    assert (printer.health().code, printer.health().facts["program"]) == ("MISSING_PROGRAM", "lpstat")
    with pytest.raises(DeviceError, match="MISSING_PROGRAM"):
        printer.print(PAGE)
