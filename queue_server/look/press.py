"""Prints pages: templates of all packages in one look, and the headers and files that go with them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from queue_server.look.assets import Assets
from queue_server.look.page import Page

LOOK = "queue_server.look"
CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, Accept-Encoding, Cookie",
}
KEPT_S = 365 * 24 * 3600


class Voice(Protocol):
    """What a page needs of a language."""

    def say(self, key: str, /, **facts: object) -> str: ...
    def pick(self, names: Mapping[str, str]) -> str: ...
    def section(self, name: str) -> Mapping[str, Any]: ...


class Sheet(Struct, frozen=True, kw_only=True):
    """All that one print of a page depends on. `links` leads to the same page in each language."""

    langs: tuple[str, ...]
    path: str
    links: Mapping[str, str]
    facts: Mapping[str, Any]
    hall: Any = None
    halls: tuple[Any, ...] = ()
    window: int | None = None
    acts_as: str = ""
    theme: str = ""


class Reply(Struct, frozen=True, kw_only=True):
    """A static file as it is answered."""

    status: int
    headers: dict[str, str]
    body: bytes | None = None
    type: str = ""

    @property
    def charset(self) -> str | None:
        return "utf-8" if self.type.startswith(("text/", "image/svg")) else None


class Press:
    """Prints templates of all packages in one look. `voices` are the languages in use."""

    def __init__(
        self, packages: Mapping[str, str], roles: Mapping[str, str | None], voices: Mapping[str, Voice]
    ) -> None:
        self.assets = Assets(packages)
        self._voices = voices
        self._env = Environment(
            loader=PrefixLoader({room: PackageLoader(package) for room, package in packages.items()}),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters["tojson"] = as_json
        self._env.globals |= {"asset": self.assets.url, "page_roles": roles}

    def print(self, template: str, sections: Iterable[str], sheet: Sheet, extra: Mapping[str, Any]) -> str:
        """The page as text. `extra` are facts for its template alone."""
        voices, main = self._voices, self._voices[sheet.langs[0]]
        return self._env.get_template(template).render(
            words=main, say=main.say, pick=main.pick, lang=sheet.langs[0], langs=sheet.langs, languages=tuple(voices),
            language_names={lang: voice.say("common.language") for lang, voice in voices.items()},
            here=sheet.path, here_in=sheet.links.__getitem__, halls=sheet.halls, theme=sheet.theme,
            hall=sheet.hall, window=sheet.window, acts_as=sheet.acts_as,
            texts={lang: {name: voices[lang].section(name) for name in sections} for lang in sheet.langs},
            facts=sheet.facts, **extra,
        )  # fmt: skip

    def file(self, room: str, name: str, version: str, if_none_match: str, accepts: str = "") -> Reply | None:
        """One static file: kept for ever by its digest, else checked for changes each time.

        `accepts` are the encodings that the reader takes: a phone is sent a quarter of the bytes.
        """
        found = self.assets.find(room, name)
        if found is None:
            return None
        headers = {
            "ETag": f'W/"{found.digest}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": f"public, max-age={KEPT_S}, immutable" if version == found.digest else "no-cache",
        }
        if f'"{found.digest}"' in if_none_match:
            return Reply(status=304, headers=headers)
        if found.packed and "gzip" in accepts:
            headers["Content-Encoding"] = "gzip"
            return Reply(status=200, headers=headers, body=found.packed, type=found.type)
        return Reply(status=200, headers=headers, body=found.body, type=found.type)


def press_of(pages: Iterable[Page], voices: Mapping[str, Voice]) -> Press:
    """The press for these pages. ValueError when two packages go by one name."""
    listed = tuple(pages)
    packages = {"look": LOOK}
    for page in listed:
        if packages.setdefault(page.room, page.package) != page.package:
            raise ValueError(f"two packages named {page.room}")
    return Press(packages, {page.path: page.role for page in listed}, voices)


def as_json(value: object) -> Markup:
    """JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def facts_of_hall(hall: Any) -> dict[str, Any]:
    """What a page's script knows of its hall before it asks for anything."""
    zones = [{"id": zone.id, "names": zone.names, "floor": zone.floor} for zone in hall.zones]
    return {"hall": hall.id, "names": hall.names, "timezone": hall.timezone, "zones": zones}
