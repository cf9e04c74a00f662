"""Findings as lines for people, and as JSON for programs."""

import json
import unicodedata
from collections.abc import Mapping, Sequence

from ops.doctor.finding import Finding
from queue_server.languages import Words, in_use

ELSE = "en"
"""For who speaks none of the languages in use."""
BREAKS = str.maketrans({"\n": " ", "\r": " ", "\x1b": " "})


def language(wanted: str, environment: Mapping[str, str]) -> str:
    """What was asked for, else what the system speaks."""
    names = (wanted, *(environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")))
    first = next((name for name in names if name), "")
    base = first.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return base if base in in_use() else ELSE


def lines(findings: Sequence[Finding], lang: str) -> list[str]:
    """One line each with its mark, below it what to do, and one line that sums up."""
    words = Words(lang)
    marks = {mark: words.say(f"doctor.mark_{mark}") for mark in ("ok", "look", "wrong")}
    width = max(map(_width, marks.values()))
    told = []
    for finding in findings:
        mark = marks[finding.mark]
        told.append(f"{mark}{' ' * (width - _width(mark))}  {sentence(finding, words)}")
        if finding.do:
            told.append(f"{' ' * width}  > {finding.do}")
    return [*told, _sum(findings, words)]


def sentence(finding: Finding, words: Words) -> str:
    """One finding in words, on one line whatever a device said."""
    facts = {name: _clean(value) for name, value in finding.facts.items()}
    if finding.code.startswith("device_"):
        facts["kind"] = words.say(f"doctor.kinds.{finding.facts['kind']}")
    if "role" in facts:
        facts["role"] = words.say(f"doctor.roles.{finding.facts['role']}")
    return words.say(f"doctor.{finding.code}", **facts)


def as_json(findings: Sequence[Finding], lang: str) -> str:
    """One document: `{ok, findings: [{check, mark, code, says, do, facts}]}`."""
    words = Words(lang)
    rows = [
        {
            "check": finding.check, "mark": finding.mark, "code": finding.code, "says": sentence(finding, words),
            "do": finding.do, "facts": dict(finding.facts),
        }
        for finding in findings
    ]  # fmt: skip
    return json.dumps({"ok": not any_wrong(findings), "findings": rows}, ensure_ascii=False, indent=2)


def any_wrong(findings: Sequence[Finding]) -> bool:
    return any(finding.mark == "wrong" for finding in findings)


def _sum(findings: Sequence[Finding], words: Words) -> str:
    count = {mark: sum(finding.mark == mark for finding in findings) for mark in ("look", "wrong")}
    if count["wrong"]:
        return words.say("doctor.sum_wrong", wrong=count["wrong"], look=count["look"])
    return words.say("doctor.sum_look", look=count["look"]) if count["look"] else words.say("doctor.sum_ok")


def _clean(value: str | int | float) -> str | int | float:
    return value.translate(BREAKS) if isinstance(value, str) else value


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
