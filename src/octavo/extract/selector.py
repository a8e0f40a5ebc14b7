"""CSS selectors, as a person writes them or a browser copies them, as XPath: the part of CSS that finds links on a list page.

Known are types and `*`, `#id`, `.class`, `[attribute]` with `=`, `~=`, `^=`, `$=`, `*=` and `|=`, `:first-child`, `:last-child`,
`:nth-child(n)`, `:nth-of-type(n)`, `:not(...)` of one compound, the combinators for descendants, `>`, `+` and `~`, and lists with commas.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from octavo.errors import InputError

LONGEST = 500  # characters of a selector

_NAME = r"(?:[\w-]|\\.)+"
_PIECES = {  # what stands in a compound, by the sign of its kind
    "type": rf"(?P<type>{_NAME}|\*)",
    "id": rf"\#(?P<id>{_NAME})",
    "class": rf"\.(?P<class>{_NAME})",
    "attribute": rf"\[\s*(?P<attribute>{_NAME})\s*(?:(?P<operator>[~|^$*]?=)\s*(?P<value>\"[^\"]*\"|'[^']*'|{_NAME})\s*)?\]",
    "nth": r":(?P<nth>first-child|last-child|nth-child\(\s*\d+\s*\)|nth-of-type\(\s*\d+\s*\))",
    "not": r":not\((?P<not>(?:[^()]|\(\s*\d+\s*\))+)\)",
}
_PIECE = re.compile("|".join(_PIECES.values()))
_COMBINATOR = re.compile(r"\s*[>+~,]\s*|\s+")
_AXES = {" ": "//", ">": "/", "+": "/following-sibling::*[1]/self::", "~": "/following-sibling::", ",": " | //"}
_OPERATORS = {
    "=": "@{name} = {value}",
    "~=": "contains(concat(' ', normalize-space(@{name}), ' '), concat(' ', {value}, ' '))",
    "^=": "starts-with(@{name}, {value})",
    "$=": "substring(@{name}, string-length(@{name}) - string-length({value}) + 1) = {value}",
    "*=": "contains(@{name}, {value})",
    "|=": "(@{name} = {value} or starts-with(@{name}, concat({value}, '-')))",
}
_EMPTY_NEVER = frozenset({"~=", "^=", "$=", "*="})  # these match nothing when their value is empty


def selected(selector: str, tree: HtmlElement) -> list[HtmlElement]:
    """The elements of a document that a selector fits, in its order.

    Raises InputError for what is no selector, or uses a part of CSS that is not known here.
    """
    if len(selector) > LONGEST:
        raise _unknown(selector[:40] + "...")
    path = _path(selector.strip(), selector)
    try:
        found = tree.getroottree().xpath(path)
    except etree.XPathError as problem:
        raise _unknown(selector) from problem
    return [element for element in found if isinstance(element, HtmlElement)] if isinstance(found, list) else []


def _path(text: str, whole: str) -> str:
    """A list of selectors as a union of paths."""
    at, path, combinator = 0, "", " "
    while True:
        step, at = _compound(text, at, whole)
        path += _AXES[combinator] + step
        if at == len(text):
            return path
        between = _COMBINATOR.match(text, at)
        if not between:
            raise _unknown(whole)
        combinator, at = between[0].strip() or " ", between.end()


def _compound(part: str, start: int, whole: str) -> tuple[str, int]:
    """The compound that begins at `start`, as one step of a path, and where it ends."""
    kind, conditions, at = "*", [], start
    while piece := _PIECE.match(part, at):
        if piece["type"]:
            if at != start:
                raise _unknown(whole)
            kind = _unescaped(piece["type"]).lower()
        else:
            conditions.append(_condition(piece, kind, whole))
        at = piece.end()
    if at == start:
        raise _unknown(whole)
    return kind + "".join(f"[{condition}]" for condition in conditions), at


def _condition(piece: re.Match[str], kind: str, whole: str) -> str:
    """One piece of a compound as a condition."""
    if piece["id"]:
        return f"@id = {_quoted(_unescaped(piece['id']), whole)}"
    if piece["class"]:
        return _OPERATORS["~="].format(name="class", value=_quoted(_unescaped(piece["class"]), whole))
    if piece["attribute"]:
        name, operator = _unescaped(piece["attribute"]).lower(), piece["operator"]
        if not operator:
            return f"@{name}"
        value = piece["value"][1:-1] if piece["value"][0] in "\"'" else _unescaped(piece["value"])
        return "false()" if not value and operator in _EMPTY_NEVER else _OPERATORS[operator].format(name=name, value=_quoted(value, whole))
    if piece["nth"]:
        name, _, number = piece["nth"].rstrip(") ").partition("(")
        if name == "last-child":
            return "not(following-sibling::*)"
        same = kind if name == "nth-of-type" else "*"
        return f"count(preceding-sibling::{same}) = {int(number or 1) - 1}"
    inner, end = _compound(piece["not"].strip(), 0, whole)
    if end != len(piece["not"].strip()):
        raise _unknown(whole)
    return f"not(self::{inner})"


def _unescaped(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _quoted(value: str, whole: str) -> str:
    if "'" in value and '"' in value:
        raise _unknown(whole)
    return f'"{value}"' if "'" in value else f"'{value}'"


def _unknown(selector: str) -> InputError:
    return InputError("This is no CSS selector that Octavo knows", todo='Write one such as "main h2 a" or ".teaser > a"', subject=selector)
