# SPDX-License-Identifier: Apache-2.0
"""The part of XLSForm's expressions that a scenario can say: comparisons of answers with values,
`selected()`, `and`, `or`, `not()`; in constraints also `regex()` and `string-length()`.

https://docs.getodk.org/form-logic/ and https://xlsform.org/ describe them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MAX_LENGTH = 2_000
DEEPEST = 20
_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{[^}]+\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<op><=|>=|!=|=|<|>)|(?P<paren>[(),])|(?P<word>[A-Za-z][\w-]*)|(?P<dot>\.))"
)


class NotUnderstood(Exception):
    pass


@dataclass(frozen=True)
class Call:
    """`function(arguments)`, a comparison (`=`, `<` …), `and`, `or`."""

    name: str
    of: tuple[Any, ...]


@dataclass(frozen=True)
class Ref:
    """An answer; "." is the question itself."""

    name: str


def parse(text: str) -> Any:
    """Calls, refs, strings and numbers. Raises NotUnderstood."""
    if len(text) > MAX_LENGTH:
        raise NotUnderstood
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotUnderstood
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        at = found.end()
    reader = _Reader(tokens)
    tree = reader.either(0)
    if reader.at != len(tokens):
        raise NotUnderstood
    return tree


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    @property
    def next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self, kind: str, value: str = "") -> str:
        found = self.next
        if found[0] != kind or (value and found[1] != value):
            raise NotUnderstood
        self.at += 1
        return found[1]

    def _joined(self, word: str, depth: int, inner: Any) -> Any:
        parts = [inner(depth + 1)]
        while self.next == ("word", word):
            self.at += 1
            parts.append(inner(depth + 1))
        return parts[0] if len(parts) == 1 else Call(word, tuple(parts))

    def either(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise NotUnderstood
        return self._joined("or", depth, self.both)

    def both(self, depth: int) -> Any:
        return self._joined("and", depth, self.compared)

    def compared(self, depth: int) -> Any:
        left = self.single(depth)
        if self.next[0] != "op":
            return left
        operator = self.take("op")
        return Call(operator, (left, self.single(depth)))

    def single(self, depth: int) -> Any:
        kind, value = self.next
        self.at += 1
        match kind:
            case "ref":
                return Ref(value[2:-1].strip())
            case "dot":
                return Ref(".")
            case "text":
                return value[1:-1]
            case "number":
                return float(value)
            case "word":
                return self._call(value, depth)
            case "paren" if value == "(":
                inner = self.either(depth + 1)
                self.take("paren", ")")
                return inner
        raise NotUnderstood

    def _call(self, name: str, depth: int) -> Call:
        self.take("paren", "(")
        found = []
        while self.next != ("paren", ")"):
            found.append(self.either(depth + 1))
            if self.next == ("paren", ","):
                self.at += 1
            elif self.next != ("paren", ")"):
                raise NotUnderstood
        self.take("paren", ")")
        return Call(name, tuple(found))


# ── conditions ────────────────────────────────────────────────────────────────────────────────


def condition(text: str, types: dict[str, str], ids: dict[str, str]) -> dict[str, Any]:
    """A scenario's condition, as JSON. `types`: XLSForm name → type of its step; `ids`: → its id.

    Raises NotUnderstood, also for an answer that comes of no earlier question.
    """
    return _condition(parse(text), types, ids)


def _condition(tree: Any, types: dict[str, str], ids: dict[str, str]) -> dict[str, Any]:
    match tree:
        case Call("and" | "or" as name, parts):
            of = [_condition(part, types, ids) for part in parts]
            return {"type": "all" if name == "and" else "any", "of": of}
        case Call("not", (inner,)):
            return _not(_condition(inner, types, ids))
        case Call("selected", (Ref(name), str(value))):
            return {"type": "answer", "step": _known(name, ids), "values": [value]}
        case Call("=" | "!=" | "<" | "<=" | ">" | ">=" as operator, (left, right)):
            if isinstance(right, Ref) and not isinstance(left, Ref):
                turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
                return _compared(right, turned, left, types, ids)
            return _compared(left, operator, right, types, ids)
    raise NotUnderstood


def _compared(
    left: Any, operator: str, value: Any, types: dict[str, str], ids: dict[str, str]
) -> dict[str, Any]:
    if not isinstance(left, Ref) or left.name == "." or not isinstance(value, str | float):
        raise NotUnderstood
    step = _known(left.name, ids)
    if operator == "!=":
        return _not(_compared(left, "=", value, types, ids))
    if value == "":
        if operator != "=":
            raise NotUnderstood
        return _not({"type": "answered", "step": step})
    if types[left.name] == "number":
        return _number(step, operator, float(value))
    if operator != "=":
        raise NotUnderstood
    written = f"{value:g}" if isinstance(value, float) else value
    return {"type": "answer", "step": step, "values": [written]}


def _number(step: str, operator: str, value: float) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "number", "step": step}
    match operator:
        case "=":
            return {**said, "min": value, "max": value}
        case ">=":
            return {**said, "min": value}
        case "<=":
            return {**said, "max": value}
        case ">":
            return {"type": "all", "of": [said, _not({**said, "max": value})]}
        case _:
            return {"type": "all", "of": [said, _not({**said, "min": value})]}


def _not(inner: dict[str, Any]) -> dict[str, Any]:
    return inner["of"] if inner["type"] == "not" else {"type": "not", "of": inner}


def _known(name: str, ids: dict[str, str]) -> str:
    if name not in ids:
        raise NotUnderstood
    return ids[name]


# ── constraints ───────────────────────────────────────────────────────────────────────────────


def constraint(text: str, step_type: str) -> dict[str, Any]:
    """The fields of a step that say the same as the constraint. Raises NotUnderstood."""
    tree = parse(text)
    parts = tree.of if isinstance(tree, Call) and tree.name == "and" else (tree,)
    fields: dict[str, Any] = {}
    for part in parts:
        found = _limit(part, step_type)
        if fields.keys() & found.keys():
            raise NotUnderstood
        fields |= found
    return fields


def _limit(part: Any, step_type: str) -> dict[str, Any]:
    match part, step_type:
        case Call("regex", (Ref("."), str(pattern))), "text":
            return {"pattern": pattern.removeprefix("^").removesuffix("$")}
        case Call(operator, (Call("string-length", (Ref("."),)), float(n))), "text":
            return _bounds(operator, n, "min_length", "max_length", whole=True)
        case Call(operator, (Ref("."), float(n))), "number":
            return _bounds(operator, n, "min", "max", whole=False)
        case Call(operator, (Ref("."), Call("today" | "now" as word, ()))), "datetime":
            return _day(operator, word)
    raise NotUnderstood


def _bounds(operator: str, n: float, low: str, high: str, *, whole: bool) -> dict[str, Any]:
    if whole and not n.is_integer():
        raise NotUnderstood
    number: float = int(n) if n.is_integer() else n
    match operator:
        case ">=":
            return {low: number}
        case "<=":
            return {high: number}
        case "=":
            return {low: number, high: number}
        case ">" if n.is_integer():
            return {low: int(n) + 1}
        case "<" if n.is_integer():
            return {high: int(n) - 1}
    raise NotUnderstood


def _day(operator: str, word: str) -> dict[str, Any]:
    match operator:
        case "<=":
            return {"max": word}
        case ">=":
            return {"min": word}
        case "<":
            return {"max": "-1d" if word == "today" else word}
        case ">":
            return {"min": "+1d" if word == "today" else word}
    raise NotUnderstood
