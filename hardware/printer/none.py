"""No printer is fitted: nothing comes out, and nobody is told that it did."""

from hardware.health import Health
from hardware.printer.page import Page
from hardware.printer.profiles import Profile


class NoPrinter:
    """`profile.fitted` is False, so that whoever prints knows that no paper comes."""

    def __init__(self, _: str = "none:") -> None:
        self.profile = Profile(fitted=False)

    def print(self, page: Page) -> None:
        """Nothing comes out."""

    def health(self) -> Health:
        return Health(facts={"printer": "none"})

    def close(self) -> None:
        """Nothing is open."""
