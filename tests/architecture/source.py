"""Rules about the source text of the package, each a function from a file's syntax to findings.

What the import contracts cannot say: who may end a transaction, where a state may change, what
must stand in data and not in code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "backoffice"
TEMPLATES = ROOT / "templates"

DOOR = frozenset({"db.py", "audit.py", "use_case.py"})
DOOR_WORDS = frozenset({"commit", "rollback", "connection"})
BULK = re.compile(r"bulk_\w+")
SCHEME_KEY = re.compile(r"S(?:0[1-9]|1[01])")
QUOTED_SCHEME_KEY = re.compile(rf"""(["']){SCHEME_KEY.pattern}\1""")
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false")

Rule = Callable[[str, ast.Module], Iterator[str]]


def is_model(path: str) -> bool:
    """Whether the file holds a room's records: `models.py`, or a part of a package `models`."""
    return path.endswith(("models.py", "outbox.py")) or "/models/" in path


def states_move_only_in_move(path: str, tree: ast.Module) -> Iterator[str]:
    """A state is set by the record itself, and by `move` alone where the record has a lifecycle.

    A record without a lifecycle (a note's yes or no) may set its own in any method; nobody sets
    another's, neither by assignment nor by `setattr`.
    """
    allowed = set(own_state_assignments(tree)) if is_model(path) else set()
    for node in ast.walk(tree):
        if is_state_change(node) and node not in allowed:
            yield at(path, node, "a state changes outside the record's own move")


def own_state_assignments(tree: ast.Module) -> Iterator[ast.AST]:
    """Assignments to `self.state` in the methods that may make them."""
    for record in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        methods = [part for part in record.body if isinstance(part, ast.FunctionDef)]
        has_lifecycle = any(method.name == "move" for method in methods)
        for method in methods:
            if has_lifecycle and method.name not in {"move", "__init__"}:
                continue
            for node in ast.walk(method):
                if is_state_change(node) and all(map(is_own, targets(node))):
                    yield node


def targets(node: ast.AST) -> list[ast.expr]:
    """What an assignment assigns to; nothing for anything else."""
    match node:
        case ast.Assign():
            return node.targets
        case ast.AugAssign() | ast.AnnAssign():
            return [node.target]
        case _:
            return []


def is_own(target: ast.expr) -> bool:
    """Whether it is an attribute of `self`."""
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and (target.value.id == "self")
    )


def is_state_change(node: ast.AST) -> bool:
    """Whether it assigns an attribute called `state`, in whatever way."""
    if isinstance(node, ast.Call) and called_name(node) == "setattr":
        return len(node.args) > 1 and is_constant(node.args[1], "state")
    flat = [part for target in targets(node) for part in ast.walk(target)]
    return any(
        isinstance(part, ast.Attribute) and part.attr == "state" and isinstance(part.ctx, ast.Store)
        for part in flat
    )


def is_constant(node: ast.expr, value: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def only_the_door_ends_transactions(path: str, tree: ast.Module) -> Iterator[str]:
    """Nobody commits, rolls back, takes the bare connection or writes in bulk but the door."""
    if path in DOOR:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            word = node.func.attr
            if word in DOOR_WORDS or BULK.fullmatch(word):
                yield at(path, node, f".{word}( belongs to the door")


def only_the_door_writes_sql_text(path: str, tree: ast.Module) -> Iterator[str]:
    """SQL is written with SQLAlchemy's words; `text` stands only in a partial index's condition."""
    if path in DOOR:
        return
    names = names_of_text(tree)
    conditions = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and (node.arg or "").endswith("_where")
        for inner in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in names and node not in conditions:
            yield at(path, node, "text( belongs to the door")


def names_of_text(tree: ast.Module) -> set[str]:
    """What SQLAlchemy's `text` is called in this file, dotted if through a module."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            names |= {name.asname or name.name for name in node.names if name.name == "text"}
            names |= {f"{name.asname or name.name}.text" for name in node.names}
        elif isinstance(node, ast.Import):
            modules = [name for name in node.names if name.name.split(".")[0] == "sqlalchemy"]
            names |= {f"{name.asname or name.name}.text" for name in modules}
    return names


def scheme_keys_stand_in_data(path: str, tree: ast.Module) -> Iterator[str]:
    """No code knows a scheme by its key; what differs between schemes is in its edition."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(word)) if SCHEME_KEY.fullmatch(word):
                yield at(path, node, f"scheme key {word} in code")


def template_findings(path: str, text: str) -> Iterator[str]:
    """What a template must not hold: a scheme's key, or text that is not escaped."""
    for number, line in enumerate(text.splitlines(), start=1):
        if QUOTED_SCHEME_KEY.search(line):
            yield f"{path}:{number}: a scheme key in a template"
        if UNESCAPED.search(line):
            yield f"{path}:{number}: text that is not escaped"


def called_name(node: ast.Call) -> str:
    return dotted(node.func).rpartition(".")[2]


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression made of names and dots; empty for any other."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute() if before := dotted(node.value):
            return f"{before}.{node.attr}"
        case _:
            return ""


def at(path: str, node: ast.AST, finding: str) -> str:
    return f"{path}:{getattr(node, 'lineno', 0)}: {finding}"


RULES: tuple[Rule, ...] = (
    states_move_only_in_move,
    only_the_door_ends_transactions,
    only_the_door_writes_sql_text,
    scheme_keys_stand_in_data,
)


def findings(rule: Rule, package: Path = PACKAGE) -> list[str]:
    """What a rule finds in the whole package; paths are told from the package's folder."""
    return [
        finding
        for path in sorted(package.rglob("*.py"))
        for finding in rule(
            path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        )
    ]
