"""Every regular expression of the code, with the ways in which it is put to a text."""

import ast
import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock

ROOT = Path(__file__).parents[2]
METHODS = frozenset({"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})
CALLS = {*METHODS, "compile"}
Site = tuple[str, str]  # the function, with its module, in which a method is called; and that method


class Expression(NamedTuple):
    """An expression, where it is made, and the methods by which it is used."""

    place: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


@dataclass
class Watched:
    """An expression that remembers by which of its methods it was used."""

    place: str
    compiled: re.Pattern[str]
    methods: set[str]

    def __getattr__(self, name: str) -> Any:
        self.methods |= {name} & METHODS
        return getattr(self.compiled, name)


def modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    for path in sorted(path for package in ("index", "bot") for path in (ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield importlib.import_module(name), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, str, ast.Call]]:
    """Calls of methods: the name of what they are called on, the method, the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            yield node.func.value.id, node.func.attr, node


def held(value: Any) -> Iterator[re.Pattern[str]]:
    """The expressions in a value of a module."""
    for each in value if isinstance(value, list | tuple) else [value]:
        if isinstance(each, re.Pattern):
            yield each


def written() -> list[Expression]:
    """The expressions that modules hold, and those that their calls of `re` spell out."""
    found: list[Expression] = []
    used: dict[str, set[str]] = defaultdict(set)
    read = list(modules())
    for _, tree in read:
        for name, method, _ in calls(tree):
            used[name] |= {method} & METHODS
    for module, tree in read:
        for name, value in vars(module).items():
            # One of which no method is called by its name is handed on, and may be used in any way.
            ways = frozenset(used[name]) or METHODS
            found += [Expression(f"{module.__name__}.{name}", pattern, ways) for pattern in held(value)]
        for name, method, call in calls(tree):
            if name == "re" and method in METHODS and (pattern := literal(call, module)):
                found.append(Expression(f"{module.__name__}, line {call.lineno}", pattern, frozenset({method})))
    return found


def literal(call: ast.Call, module: ModuleType) -> re.Pattern[str] | None:
    """The expression of a call, if constants of its module tell it."""
    try:
        text = eval(compile(ast.Expression(call.args[0]), "", "eval"), vars(module))  # noqa: S307 - our own source
    except (NameError, AttributeError):  # a name of the function, or of the module and the function
        return None
    return re.compile(text, re.IGNORECASE if "re.I" in ast.unparse(call) else 0)


def unwritten() -> set[Site]:
    """The calls of `re` with an expression that is only made as the code runs."""
    found: set[Site] = set()
    for module, tree in modules():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for name, method, call in calls(function):
                if name == "re" and method in CALLS and literal(call, module) is None:
                    found.add((f"{module.__name__}.{function.name}", method))
    return found


def made(run: Callable[[], None]) -> tuple[list[Expression], set[Site]]:
    """The expressions with which `re` is called from the code while something runs, and from where."""
    found: list[Watched] = []
    sites: set[Site] = set()

    def watched(method: str) -> Any:
        original = getattr(re, method)

        def call(pattern: Any, *arguments: Any, **options: Any) -> Any:
            frame = sys._getframe(1)
            module = frame.f_globals.get("__name__", "")
            if module.partition(".")[0] in ("index", "bot"):
                function = frame.f_code.co_qualname.partition(".<locals>")[0].rpartition(".")[2]
                sites.add((f"{module}.{function}", method))
                flags = options.get("flags", next((each for each in arguments if isinstance(each, re.RegexFlag)), 0))
                watching = Watched(f"{module}.{function}", compile_(pattern, flags), {method} & METHODS)
                found.append(watching)
                if method == "compile":
                    return watching
            return original(pattern, *arguments, **options)

        return call

    compile_ = re.compile
    with ExitStack() as stack:
        for method in CALLS:
            stack.enter_context(mock.patch.object(re, method, watched(method)))
        run()
    return [Expression(each.place, each.compiled, frozenset(each.methods)) for each in found if each.methods], sites
