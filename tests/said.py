"""The sentences that the code can say, read from its source: what is filled in stands as «…»."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent


def raised(error: str) -> list[str]:
    """What every error of that name says where it is raised with words of its own."""
    found = []
    for folder in ("monitor", "feeds"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text("utf-8")
            if f"{error}(" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == error:
                    found += [said for each in node.args for said in _sentences(each)]
    return list(dict.fromkeys(found))


def spoken(path: str, *functions: str) -> list[str]:
    """Every sentence in these functions of a file, their docstrings apart."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in functions:
            body = function.body[1:] if ast.get_docstring(function) else function.body
            found += [said for statement in body for said in _sentences(statement)]
    return [said for said in dict.fromkeys(found) if said.endswith(".") and len(said) > 20]


def functions_of(path: str) -> list[str]:
    """The names of all functions of a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _sentences(node: ast.AST) -> Iterator[str]:
    """Those at this place of the tree; the parts of one are none."""
    if isinstance(node, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.Constant) else "…" for each in node.values]
        yield re.sub("…+", "…", "".join(str(part) for part in parts))
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    else:
        for inner in ast.iter_child_nodes(node):
            yield from _sentences(inner)
