"""A printer in memory: the same port, no wire, every trouble at will."""

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.printer.page import Page
from hardware.printer.port import perhaps_out
from hardware.printer.profiles import Profile


class SimulatedPrinter:
    """Keeps the pages that came out. Somebody breaks it down and mends it."""

    def __init__(self, profile: Profile | None = None) -> None:
        self.profile = profile or Profile()
        self.pages: list[Page] = []
        self.paper_low = False
        self._trouble = ""
        self._coming: dict[int, str] = {}

    def break_down(self, trouble: str, *, in_job: int = 0) -> None:
        """Has a trouble now, or in the midst of the n-th job from here."""
        if in_job:
            self._coming[in_job] = trouble
        else:
            self._trouble = trouble

    def mend(self) -> None:
        self._trouble = ""

    def print(self, page: Page) -> None:
        self._raise()
        self._coming = {job - 1: trouble for job, trouble in self._coming.items()}
        self._trouble = self._coming.pop(0, "")
        try:
            self._raise()
        except DeviceError as error:
            raise perhaps_out(error) from None
        self.pages.append(page)

    def health(self) -> Health:
        warnings = ("PAPER_LOW",) if self.paper_low else ()
        return Health(ok=not self._trouble, code=self._trouble, warnings=warnings, facts={"printed": len(self.pages)})

    def _raise(self) -> None:
        if self._trouble:
            raise DeviceError(self._trouble, printer="simulator")

    def close(self) -> None:
        """Nothing is open."""
