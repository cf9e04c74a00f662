"""Every endpoint, fed by schemathesis from our own OpenAPI: no 5xx, every answer as the document says.

All checks of schemathesis hold but one: `missing_required_header` takes away the Authorization header, which the
command line puts back; `ignored_auth` looks at the same. What the document cannot say is in `tests.support.fuzz`:
two requests never share an Idempotency-Key, 5.0 is no whole number, and a hall may set lower bounds.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.client import ADMIN
from tests.support.noon import at_noon
from tests.support.servers import HallServer
from tests.unit.test_hall_file import SMALL

ROOT = Path(__file__).parents[2]
SEED = "20261122"
METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "trace"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """`greenwave up` with a small hall, so that answers are short."""
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "small.yaml").write_text(at_noon(SMALL), "utf-8")
    running = HallServer(folder / "data", "--hall", str(folder / "small.yaml"), "--open-now", hall="small")
    yield running
    running.stop()


def schemathesis_run(server: HallServer, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / "tests/support/fuzz.toml")]
    command = [*program, "run", f"{server.url}/api/openapi.json"]
    token = ["--header", f"Authorization: Bearer {ADMIN}"]
    fixed = [
        "--checks",
        "all",
        "--exclude-checks",
        "missing_required_header",
        "--seed",
        SEED,
        "--generation-deterministic",
    ]
    return subprocess.run(
        [*command, *token, *fixed, "--continue-on-failure", "--warnings", "off", "--no-color", *options],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.support.fuzz"},
    )  # fmt: skip


@pytest.mark.parametrize(("phase", "examples"), [("coverage", "20"), ("fuzzing", "14"), ("stateful", "12")])
def test_every_endpoint_keeps_to_the_document(server: HallServer, tmp_path: Path, phase: str, examples: str) -> None:
    """Coverage takes every bound of every field and every wrong method; stateful goes on with what it was given."""
    rest = ["--exclude-operation-id", "streams_events"]
    rest += ["--exclude-operation-id", "outlook_what_if"]  # which fields go with which action the document cannot say
    done = schemathesis_run(server, tmp_path, "--phases", phase, "--max-examples", examples, *rest)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]


def test_the_event_stream_keeps_to_the_document(server: HallServer, tmp_path: Path) -> None:
    """A stream has no end, so each accepted request costs its whole patience: few of them."""
    alone = ["--include-operation-id", "streams_events", "--request-timeout", "0.5", "--max-examples", "10"]
    done = schemathesis_run(server, tmp_path, "--phases", "coverage,fuzzing", *alone)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]


async def document(http: aiohttp.ClientSession, server: HallServer) -> dict[str, dict[str, object]]:
    async with http.get(f"{server.url}/api/openapi.json") as answer:
        assert answer.status == 200
        found: dict[str, dict[str, object]] = await answer.json()
        return found


async def test_the_document_is_openapi_3_1(server: HallServer) -> None:
    async with aiohttp.ClientSession() as http:
        found = await document(http, server)
    assert found["openapi"] == "3.1.0"
    names = [
        operation["operationId"]
        for path in found["paths"].values()
        for method, operation in path.items()  # type: ignore[attr-defined]
        if method in METHODS
    ]
    assert len(names) == len(set(names))


async def test_a_method_that_a_path_does_not_take_is_405_with_allow(server: HallServer) -> None:
    async with aiohttp.ClientSession() as http:
        paths = (await document(http, server))["paths"]
        for path, operations in paths.items():
            known = {method.upper() for method in operations}  # type: ignore[attr-defined]
            ids = {"ticket": "261122-0000001", "window": 1, "device": "0" * 12, "help": "261122-1", "code": "ABCD-EFGH"}
            ids |= {"diversion": "D-261122-1", "day": "2026-11-22", "zone": "Z1", "span": "day", "case": "C-261122-1"}
            ids |= {"person": "0" * 12, "shift": "0" * 12, "interpreter": "I1", "passkey": "0" * 12, "key": "0" * 12}
            ids |= {"promise": "P-261122-1", "parcel": "E-261122-1", "locker": "E1"}
            url = server.url + path.format(hall="small", **ids)
            for method in {"PUT", "PATCH", "DELETE", "POST", "GET"} - known:
                async with http.request(method, url) as answer:
                    body = await answer.json(content_type="application/problem+json")
                    assert (answer.status, body["code"]) == (405, "METHOD_NOT_ALLOWED"), (method, path)
                    assert known <= set(answer.headers["Allow"].split(",")), (method, path)
