"""Small faults put into a source, one at a time: what a test of that line should notice."""

import ast
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

_COMPARED: Final = {
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
}
_RECKONED: Final = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Mutant(NamedTuple):
    """One fault. ``number`` is its place among those of its source; ``at_import`` says that it stands in no function."""

    number: int
    line: int
    kind: str
    at_import: bool


class _Site(NamedTuple):
    line: int
    kind: str
    at_import: bool
    apply: Callable[[], None]


def mutants(source: str) -> list[Mutant]:
    """Every fault that can be put into this source, in an order that depends on nothing else."""
    found = _sites(ast.parse(source), at_import=True)
    return [Mutant(number, site.line, site.kind, site.at_import) for number, site in enumerate(found)]


def mutate(source: str, number: int) -> ast.Module:
    """The source with that fault."""
    tree = ast.parse(source)
    next(site for at, site in enumerate(_sites(tree, at_import=True)) if at == number).apply()
    return ast.fix_missing_locations(tree)


def _sites(node: ast.AST, *, at_import: bool) -> Iterator[_Site]:
    """Annotations, docstrings and the fixed parts of an f-string have none: they are what people read, or nobody runs them."""
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or (
                isinstance(node, (ast.Expr, ast.JoinedStr)) and isinstance(child, ast.Constant)
            ):
                continue
            inside = at_import and not (isinstance(node, _FUNCTIONS) and name == "body")
            line = child.target.lineno if isinstance(child, ast.comprehension) else getattr(child, "lineno", 0)
            for kind, apply in _faults(child):
                yield _Site(line, kind, inside, apply)
            yield from _sites(child, at_import=inside)


def _faults(node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    match node:
        case ast.Compare(ops=[op]):
            yield "comparison", lambda: node.ops.__setitem__(0, _COMPARED[type(op)]())
        case ast.BoolOp():
            yield "boolean", lambda: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield "boolean", lambda: setattr(node, "operand", _not(node.operand))
        case ast.BinOp() if type(node.op) in _RECKONED and not any(map(_is_text, (node.left, node.right))):
            yield "arithmetic", lambda: setattr(node, "op", _RECKONED[type(node.op)]())
        case ast.Constant(value=bool(value)):
            yield "constant", lambda: setattr(node, "value", not value)
        case ast.Constant(value=int(value) | float(value)):
            yield "constant", lambda: setattr(node, "value", value + 1)
        case ast.Constant(value=str(value)):
            yield "constant", lambda: setattr(node, "value", f"{value}XX")
        case ast.Return(value=ast.expr()) if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield "return", lambda: setattr(node, "value", ast.Constant(None))
        case ast.If() | ast.While() | ast.IfExp():
            yield "branch", lambda: setattr(node, "test", _not(node.test))
        case ast.comprehension(ifs=[first, *_]):
            yield "branch", lambda: node.ifs.__setitem__(0, _not(first))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _not(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), node)
