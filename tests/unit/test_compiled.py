"""What the forecast compiles is kept somewhere, whoever runs it and wherever it was put."""

import os
import shutil
import subprocess
import sys
from hashlib import sha1
from pathlib import Path

import pytest

from ops.compiled import KERNEL, is_kept, keep_compiled
from ops.doctor.checks import folder
from ops.doctor.finding import Case

ROOT = Path(__file__).parents[2]
LOAD = "import queue_server.forecast.kernel.chances, os; print(os.environ['NUMBA_CACHE_DIR'])"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The program where nothing can be kept beside the code."""
    shutil.copytree(ROOT / "queue_server", tmp_path / "queue_server", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "ops").symlink_to(ROOT / "ops")
    (tmp_path / "queue_server" / "forecast" / "kernel" / "__pycache__").write_text("no folder")
    return tmp_path


def test_who_has_no_home_keeps_it_in_the_data_folder(installed: Path) -> None:
    own = installed / "data" / "compiled"
    begin = f"from pathlib import Path; from ops.compiled import keep_compiled; keep_compiled(Path({str(own)!r}));"
    homeless = {"HOME": "/dev/null", "PATH": os.environ["PATH"], "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", begin + LOAD]
    done = subprocess.run(command, cwd=installed, env=homeless, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.decode().strip()) == (0, str(own)), done.stderr


def test_without_a_folder_of_its_own_it_is_kept_for_as_long_as_it_runs(installed: Path) -> None:
    begin = "from ops.compiled import keep_compiled; keep_compiled(); import os;"
    homeless = {"HOME": "/dev/null", "PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "TMPDIR": str(installed)}
    command = [sys.executable, "-c", f"{begin} print(os.environ['NUMBA_CACHE_DIR'])"]
    done = subprocess.run(command, cwd=installed, env=homeless, capture_output=True, timeout=60, check=False)
    place = Path(done.stdout.decode().strip())
    assert place.parent == installed, done.stderr
    assert not place.exists(), "nothing is left behind"


def test_what_numba_finds_by_itself_is_left_to_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "named"))
    keep_compiled(tmp_path / "own")
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "named")


def test_what_an_older_kernel_compiled_is_forgotten_wherever_it_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """numba itself would take it: it looks at the changed function alone, not at those that it is compiled into."""
    kernel = tmp_path / "kernel"
    shutil.copytree(KERNEL, kernel, ignore=shutil.ignore_patterns("__pycache__"))
    os.utime(kernel / "times.py")
    monkeypatch.setattr("ops.compiled.KERNEL", kernel)
    beside, apart = kernel / "__pycache__", tmp_path / "own" / f"kernel_{sha1(str(kernel).encode()).hexdigest()}"
    for folder_ in (beside, apart):
        folder_.mkdir(parents=True)
        for name, age_s in (("old.nbi", 60), ("old.1.nbc", 60), ("new.nbi", -60)):
            (folder_ / name).touch()
            at = (kernel / "times.py").stat().st_mtime - age_s
            os.utime(folder_ / name, (at, at))
    keep_compiled(tmp_path / "own")
    assert [[kept.name for kept in folder_.iterdir()] for folder_ in (beside, apart)] == [["new.nbi"], ["new.nbi"]]


def test_the_doctor_says_when_it_can_be_kept_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ops.compiled.KERNEL", Path("/dev/null"))
    monkeypatch.setenv("HOME", "/dev/null")
    assert is_kept({}, tmp_path)
    assert [finding.code for finding in folder.compiled(Case(data=tmp_path, environment={}))] == ["compiled"]
    away = Case(data=Path("/dev/null"), environment={})
    assert [(finding.mark, finding.code) for finding in folder.compiled(away)] == [("look", "compiled_anew")]
