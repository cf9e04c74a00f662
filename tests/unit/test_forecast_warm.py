"""The forecast is compiled at the install, so that no visitor waits for it."""

import subprocess
import sys

from queue_server.forecast.builder import Tweak
from queue_server.forecast.forecaster import Forecaster
from queue_server.forecast.heard import Heard
from queue_server.forecast.kernel.futures import simulate
from queue_server.forecast.warm import NOON, warm
from tests.support.halls import small_hall

WITHOUT_NUMBA = "import sys, runpy; sys.modules['numba'] = None; runpy.run_module('{}', run_name='__main__')"


def test_a_real_hall_needs_nothing_compiled_that_the_tiny_one_did_not() -> None:
    warm()
    compiled = list(simulate.signatures)
    forecaster = Forecaster(small_hall())
    forecaster.hear(Heard(name="WindowOpened", at=NOON, window=4, queues=(("A", 0), ("B", 600_000))))
    for number, priority in enumerate(("normal", "elder", "normal")):
        ticket = str(number)
        forecaster.hear(Heard(name="TicketIssued", at=NOON, ticket=ticket, service="A-1", queue="A", priority=priority))
        assert forecaster.ticket(ticket)
    forecaster.outlook()
    forecaster.newcomer("B")
    for part in forecaster.knowledge.parts():
        forecaster.imagine(part, Tweak(opens=((1, 300.0),), leave=(("A-1", 0.3),)), 5400.0)
    assert simulate.signatures == compiled


def test_an_install_goes_on_where_nothing_can_be_compiled() -> None:
    code = WITHOUT_NUMBA.format("queue_server.forecast.warm")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
