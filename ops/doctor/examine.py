"""Runs the checks, all at once, and never falls ill itself."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from ops.doctor.finding import Case, Check, Finding, wrong
from ops.doctor.table import CHECKS

LONGEST_S = 30.0
AGAIN = "greenwave doctor --json"


def examine(case: Case, checks: Sequence[Check] = CHECKS, longest_s: float = LONGEST_S) -> list[Finding]:
    """What all checks found, in their order."""
    running = [_Running(case, check) for check in checks]
    return [finding for one in running for finding in one.findings(longest_s)]


class _Running:
    """One check in a thread of its own: one that hangs is left behind."""

    def __init__(self, case: Case, check: Check) -> None:
        self._case = case
        self._check = check
        self._found: list[Finding] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def findings(self, longest_s: float) -> list[Finding]:
        self._thread.join(longest_s)
        name = self._check.__name__
        found = self._found
        if found is None:
            found = wrong("check_hangs", AGAIN, name=name, seconds=round(longest_s))
        return [replace(finding, check=name) for finding in found]

    def _run(self) -> None:
        try:
            self._found = self._check(self._case)
        except Exception as error:  # whatever breaks a check is a finding too
            said = f"{type(error).__name__}: {error}"[:200]
            self._found = wrong("check_fails", AGAIN, name=self._check.__name__, said=said)
