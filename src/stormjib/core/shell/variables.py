"""Which variables a command text expands although nothing has given them a value."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tree_sitter import Node

from stormjib.core.shell.scripts import HAD, MANY, Script, assigned, from_heredoc, given_to_shells, piped, said_words
from stormjib.core.shell.syntax import is_deeper
from stormjib.core.text.table import words_of

PROVIDED = words_of(
    "HOME USER LOGNAME PATH PWD SHELL LANG LC_ALL TERM PAGER SYSTEMD_PAGER GIT_PAGER GIT_EDITOR EDITOR GIT_TERMINAL_PROMPT DEBIAN_FRONTEND "
    "BASH BASHPID BASH_VERSION BASH_LINENO BASH_SUBSHELL RANDOM SECONDS LINENO HOSTNAME UID EUID PPID STORMJIB_RUN "
    "OPTIND IFS SHLVL HOSTTYPE OSTYPE MACHTYPE SHELLOPTS BASHOPTS GROUPS EPOCHSECONDS EPOCHREALTIME PIPESTATUS"
)
"""What a shell, or whoever starts the command, gives a value in any case."""
_SPECIAL = frozenset("?$!#-_0")
_DEPTH_MAX = 120
_NESTED_MAX = 6
Parse = Callable[[str], tuple[str, Node]]
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LEXICAL = re.compile(r"\$(?:\{[!#]?)?([A-Za-z_]\w*)", re.ASCII)


class Expansion(NamedTuple):
    """One expansion without a value: the name and where it stands."""

    name: str
    at: int


def without_value(root: Node, text: str, given: Iterable[str], parse: "Parse") -> list[Expansion]:
    """Every expansion of ``text`` that nothing certainly gave a value before, in order.

    ``root`` is its tree, in which offsets are those of characters; ``given`` are names that have a value from the start.
    """
    have = {*PROVIDED, *given}
    reading = _Reading(text, parse, have, elsewhere="")
    reading.visit(root, set(have), 0)
    reading.cross_check(root)
    return sorted(reading.found, key=lambda use: use.at)


class _Reading:
    """One text. A set of names goes along the walk: what certainly has a value by then."""

    def __init__(self, text: str, parse: Parse, exported: set[str], *, elsewhere: str, depth: int = 0) -> None:
        self.text, self.parse, self.elsewhere, self.depth = text, parse, elsewhere, depth
        self.exported = set(exported)
        self.found: list[Expansion] = []
        self.seen: set[tuple[str, int]] = set()

    def raw(self, node: Node) -> str:
        """A part of the source."""
        return self.text[node.start_byte : node.end_byte]

    def need(self, name: str, node: Node, have: set[str]) -> None:
        """The value of a variable is used here."""
        self.seen.add((name, node.start_byte))
        if name in _SPECIAL or name in have:
            return
        if MANY in have and (name.isdigit() or name in {"@", "*"}):
            return
        self.found.append(Expansion(name, node.start_byte))

    def visit(self, node: Node, have: set[str], depth: int) -> set[str]:
        """Read a node. Adds to ``have`` what has a value afterwards in any case; gives what has one where it succeeded."""
        if depth > _DEPTH_MAX:
            return have
        match node.type:
            case "comment":
                return have
            case "subshell" | "command_substitution" | "process_substitution" | "pipeline":
                self._apart(node, have, depth)
            case "list":
                return self._list(node, have, depth)
            case "if_statement":
                self._if(node, have, depth)
            case "case_statement":
                self._case(node, have, depth)
            case "for_statement" | "c_style_for_statement" | "while_statement":
                self._loop(node, have, depth)
            case "function_definition":
                self._children(node, have | {MANY, "FUNCNAME", "BASH_SOURCE"}, depth)
            case "variable_assignment":
                self._assign(node, have, depth)
            case "command":
                return self._command(node, have, depth, redirected=False)
            case "redirected_statement":
                return self._redirected(node, have, depth)
            case "declaration_command" | "unset_command":
                self._declare(node, have, depth)
            case "simple_expansion":
                self.need(self.raw(node).lstrip()[1:], node, have)
            case "expansion":
                self._expansion(node, have, depth)
            case "arithmetic_expansion":
                self._arithmetic(node, have, depth)
            case _:
                self._children(node, have, depth)
        return have

    def _children(self, node: Node, have: set[str], depth: int) -> None:
        for at, child in enumerate(node.children):
            behind = node.children[at + 1].type if at + 1 < len(node.children) else ""
            self.visit(child, set(have) if behind == "&" else have, depth + 1)

    def _apart(self, node: Node, have: set[str], depth: int) -> None:
        """What runs in a process of its own leaves nothing behind."""
        if node.type == "pipeline":
            for child in node.children:
                self.visit(child, set(have), depth + 1)
            self._nested(piped([said_words(child, self.text) for child in node.children if child.is_named]), node.start_byte)
        else:
            self._children(node, set(have), depth)

    def _list(self, node: Node, have: set[str], depth: int) -> set[str]:
        left, *operators, right = node.children
        if len(operators) != 1:
            self._children(node, set(have), depth)
            return have
        operator = operators[0].type
        succeeded = set(self.visit(left, have, depth + 1))
        if operator == "&&":
            inside = have | succeeded
            return inside | self.visit(right, inside, depth + 1)
        inside = set(have)
        return have | (succeeded & (inside | self.visit(right, inside, depth + 1)))

    def _if(self, node: Node, have: set[str], depth: int) -> None:
        branches = [self._branch(node, have, depth)]
        branches += [self._branch(child, have, depth) for child in node.children if child.type in {"elif_clause", "else_clause"}]
        if any(child.type == "else_clause" for child in node.children):
            have |= set.intersection(*branches)

    def _branch(self, node: Node, have: set[str], depth: int) -> set[str]:
        """The statements of one branch; its condition is asked first."""
        inside, condition = set(have), node.type != "else_clause"
        for child in node.children:
            if child.type in {"elif_clause", "else_clause"}:
                continue
            if child.type == "then":
                condition = False
            succeeded = self.visit(child, inside, depth + 1)
            if condition:
                inside |= succeeded
        return inside

    def _case(self, node: Node, have: set[str], depth: int) -> None:
        branches, whole = [], False
        for child in node.children:
            if child.type != "case_item":
                self.visit(child, have, depth + 1)
                continue
            inside = set(have)
            self._children(child, inside, depth)
            branches.append(inside)
            whole = whole or self.raw(child).lstrip("( \t").startswith("*)")
        if whole:
            have |= set.intersection(*branches)

    def _loop(self, node: Node, have: set[str], depth: int) -> None:
        inside = set(have)
        for child in node.children:
            if child.type == "variable_name":
                inside.add(self.raw(child))
            elif child.type == "do_group" or node.type == "c_style_for_statement":
                self.visit(child, inside, depth + 1)
            elif child.is_named:
                before = inside if node.type == "c_style_for_statement" else have
                inside |= self.visit(child, before, depth + 1)

    def _assign(self, node: Node, have: set[str], depth: int) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        for child in node.children:
            if child != name:
                self.visit(child, have, depth + 1)
        found = _NAME.match(self.raw(name)) if name else None
        if found and value is not None and self.raw(value) not in {"", '""', "''", "()"}:
            have.add(found[0])
        elif found and "+=" not in self.raw(node)[: len(found[0]) + 2]:
            have.discard(found[0])

    def _declare(self, node: Node, have: set[str], depth: int) -> None:
        """``export``, ``declare``, ``local``, ``readonly``, ``unset``: a bare name is no use of its value."""
        word = node.children[0].type if node.children else ""
        for child in node.children[1:]:
            if node.type == "unset_command" and _NAME.fullmatch(self.raw(child)):
                have.discard(self.raw(child))
                self.exported.discard(self.raw(child))
            elif child.type == "variable_name":
                if word == "export" and self.raw(child) in have:
                    self.exported.add(self.raw(child))
            else:
                self.visit(child, have, depth + 1)
                if child.type == "variable_assignment" and word == "export" and (found := _NAME.match(self.raw(child))):
                    self.exported.add(found[0])

    def _expansion(self, node: Node, have: set[str], depth: int) -> None:
        named = next((c for c in node.children if c.type in {"variable_name", "special_variable_name", "subscript"}), None)
        inner = self.raw(node)[2:-1]
        operator = next((c for c in node.children if c.type in {":-", "-", ":=", "=", ":+", "+", ":?", "?"} and c != node), None)
        for child in node.children:
            if child.type not in {"variable_name", "special_variable_name"}:
                self.visit(child, have, depth + 1)
        if named is None:
            if found := re.match(r"[!#]?(\w+|[@*])", inner):
                self.need(found[1], node, have)
            return
        name = re.split(r"\[", self.raw(named), maxsplit=1)[0]
        self.seen.add((name, node.start_byte))
        if inner.startswith("!"):
            if not re.search(r"\[[@*]\]$|[*@]$", inner):
                self.found.append(Expansion(name, node.start_byte))
            return
        kind = operator.type.removeprefix(":") if operator else ""
        default = self.text[operator.end_byte : node.end_byte - 1] if operator else ""
        if kind == "+" or (kind in {"-", "="} and default.strip("\"' ")) or (kind == "?" and self.elsewhere):
            if kind == "=":
                have.add(name)
            return
        self.need(name, node, have)

    def _arithmetic(self, node: Node, have: set[str], depth: int) -> None:
        """A bare name is an expansion here as well."""
        waiting = [node]
        while waiting:
            inner = waiting.pop()
            if inner.type in {"simple_expansion", "expansion", "command_substitution"}:
                self.visit(inner, have, depth + 1)
            elif inner.type == "variable_name" or (inner.type == "word" and _NAME.fullmatch(self.raw(inner))):
                self.need(self.raw(inner), inner, have)
            else:
                waiting.extend(reversed(inner.children))

    def _redirected(self, node: Node, have: set[str], depth: int) -> set[str]:
        body = node.child_by_field_name("body")
        for child in node.children:
            if child != body:
                self.visit(child, have, depth + 1)
        if body is None:
            return have
        succeeded = (
            self._command(body, have, depth, redirected=True) if body.type == "command" else self.visit(body, have, depth + 1)
        )
        for child in node.children:
            if child.type == "heredoc_redirect":
                self._nested(from_heredoc(child, self.text), child.start_byte)
        return succeeded

    def _command(self, node: Node, have: set[str], depth: int, *, redirected: bool) -> set[str]:
        before: set[str] = set()
        for child in node.children:
            if child.type == "variable_assignment":
                value = child.child_by_field_name("value")
                if value is not None:
                    self.visit(value, have, depth + 1)
                    before.add(self.raw(child).partition("=")[0])
            else:
                redirected = redirected or child.type == "herestring_redirect"
                self.visit(child, have, depth + 1)
        words = said_words(node, self.text)
        if not words:
            return have
        self._nested(given_to_shells(words, before), node.start_byte)
        certain, wished = assigned(words, redirected=redirected)
        have |= certain
        return have | wished

    def _nested(self, scripts: Iterable[Script], at: int) -> None:
        """On into the texts that another shell gets."""
        for script in scripts:
            if "$" not in script.text or self.depth >= _NESTED_MAX:
                continue
            exported = {*HAD[script.elsewhere], *script.given} if script.elsewhere else self.exported | script.given
            plain, root = self.parse(script.text)
            elsewhere = script.elsewhere or self.elsewhere
            inner = _Reading(plain, self.parse, exported, elsewhere=elsewhere, depth=self.depth + 1)
            inner.visit(root, set(exported), 0)
            inner.cross_check(root)
            self.found += [Expansion(use.name, at) for use in inner.found]

    def cross_check(self, root: Node) -> None:
        """Where the parser lost its way, whatever looks like an expansion is one, and nothing gave it a value."""
        if not root.has_error and not is_deeper(root, _DEPTH_MAX):
            return
        given = self.exported
        for match in _LEXICAL.finditer(self.text):
            name = match[1]
            escaped = (len(self.text[: match.start()]) - len(self.text[: match.start()].rstrip("\\"))) % 2
            if not escaped and name not in given and (name, match.start()) not in self.seen:
                self.found.append(Expansion(name, match.start()))
