"""Mutants of a module: its source with one small thing changed, each of which some test should notice."""

import ast
import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
}

NO_BEHAVIOUR = ("annotation", "returns", "decorator_list", "kind", "type_params")


class Mutant(NamedTuple):
    line: int
    what: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for change, what in changes(node):
            mutated = copy.deepcopy(tree)
            change_at(mutated, number, change)
            yield Mutant(getattr(node, "lineno", 0), what, ast.unparse(ast.fix_missing_locations(mutated)))


def change_at(tree: ast.AST, number: int, change: str) -> None:
    node = next(each for at, each in enumerate(ast.walk(tree)) if at == number)
    for at, (kind, apply) in enumerate(ways(node)):
        if f"{at}:{kind}" == change:
            apply()
            return


def changes(node: ast.AST) -> list[tuple[str, str]]:
    return [(f"{at}:{kind}", f"{kind}: {ast.unparse(node).splitlines()[0][:70]}") for at, (kind, _) in enumerate(ways(node))]


def ways(node: ast.AST) -> list[tuple[str, "Change"]]:
    """What can be changed in a node."""
    return [*logic(node), *statements(node), *constants(node)]


def logic(node: ast.AST) -> Iterator[tuple[str, "Change"]]:
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            yield "comparison", Change(node.ops, at, SWAPS[type(operator)]())
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        yield "operator", Change(vars(node), "op", SWAPS[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "negation", Change(vars(node), "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Return) and node.value is not None and not is_none(node.value):
        yield "result", Change(vars(node), "value", ast.Constant(None))


def statements(node: ast.AST) -> Iterator[tuple[str, "Change"]]:
    """Calls that are made for their effect, left out."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        for at, statement in enumerate(body if isinstance(body, list) else []):
            if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant | ast.Yield):
                yield "statement", Change(body, at, ast.Pass())


def constants(node: ast.AST) -> Iterator[tuple[str, "Change"]]:
    """Other numbers, words and truth values; docstrings, annotations and decorators are left as they are."""
    if isinstance(node, ast.Expr | ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name in NO_BEHAVIOUR:
            continue
        places = list(enumerate(value)) if isinstance(value, list) else [(name, value)]
        for key, each in places:
            other = changed(each.value) if isinstance(each, ast.Constant) else None
            if other is not None:
                yield "constant", Change(value if isinstance(value, list) else vars(node), key, ast.Constant(other))


def changed(value: object) -> object | None:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str) and value:
        return f"{value}!"
    return None


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class Change:
    """Puts another value in a place of the tree."""

    def __init__(self, holder: Any, key: object, value: ast.AST) -> None:
        self.holder, self.key, self.value = holder, key, value

    def __call__(self) -> None:
        self.holder[self.key] = self.value
