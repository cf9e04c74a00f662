"""What a page is, before anyone serves it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page: where it is, what it is made of, who may see it.

    `package` is the dotted package that holds the page's `templates/` and `static/` folders; inside templates
    it goes by its last part: `{% extends "look/base.html" %}`, `asset("display/screen.js")`.
    `path` may hold `{hall}`, `{window}`, `{token}` (one ticket) and `{booking}` (the token of one); its script gets the
    texts of `sections`. `type` says what the template prints where that is no page to look at.
    With a `role`, whoever has not signed in for it is sent to `/sign-in`; with an `optional_role` the page opens for
    all, and a browser that is such a device acts as one.
    """

    name: str
    path: str
    package: str
    template: str
    sections: tuple[str, ...] = ()
    role: str | None = None
    optional_role: str | None = None
    type: str = "text/html"

    @property
    def room(self) -> str:
        """The short name of the package, as templates and addresses use it."""
        return self.package.rpartition(".")[2]
