"""A shell text read through: its blocks, loops, redirections and words, and each command handed on to be taken in."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec
from tree_sitter import Node

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import opens_device
from stormjib.core.shell.running import DEPTH_MAX, HARMLESS_SETTING, NESTED_MAX, run
from stormjib.core.shell.sight import Place, Sight, is_secret
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, PLAIN, Unreadable, Word, covered, ended, find, parse, pieces

_SQL = re.compile(r"\b(?:drop|truncate|delete\s+from)\b|\.drop\w*\(|delete(?:Many|One)\(", re.IGNORECASE)
_SQL_CLIENTS = {"psql", "mysql", "mariadb", "sqlite3", "mongo", "mongosh", "clickhouse-client", "cqlsh"}
_HARMLESS_NAME = re.compile(r"(?!\w*proxy)[a-z][a-z0-9_]*|NS|NAMESPACE|POD|CONTAINER|SERVICE|SVC|ID|PID|N|I")
_PROCESS_IDS = re.compile(r"[$]\(\s*(?:pgrep(?:\s+-[fnox]+)*|pidof)(?:\s+['\"]?[\w.][\w.-]*['\"]?)?\s*\)")
_STRUCTURES = {
    *("program", "list", "pipeline", "subshell", "compound_statement", "if_statement", "elif_clause", "else_clause", "do_group"),
    *("case_statement", "case_item", "negated_command", "variable_assignments", "command_substitution", "process_substitution"),
    *("for_statement", "while_statement"),
}
_WORDS = {
    *("word", "string", "raw_string", "ansi_c_string", "translated_string", "concatenation", "number", "brace_expression", "regex"),
    *("simple_expansion", "expansion", "arithmetic_expansion", "extglob_pattern", "variable_name", "special_variable_name"),
}
_TOKENS = {
    *(";", "\n", "|", "&&", "||", "|&", "!", "(", ")", "{", "}", "do", "done", "if", "then", "elif", "else", "fi", "while", "until"),
    *("for", "in", "case", "esac", ";;", "$(", "`", "<("),
}
_STRANGE = {
    "function_definition": "it defines a function",
    "declaration_command": "it sets a variable for what follows",
    "unset_command": "it unsets a variable for what follows",
    "c_style_for_statement": "its loop computes, and that can run commands",
    "ERROR": "the shell's syntax is not understood here",
}
_COMPUTING = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"}
_KINDS = ("one", "numbers", "glob", "many")
_EMPTYING = {"", ":", "true", "cat /dev/null", "echo -n", "printf ''"}
_GRAVE_FILES = re.compile(r"/dev/(?!null$|std)|/proc/sysrq-trigger$")


def see(text: str) -> Sight:
    """Read a text through. Never raises and runs nothing; its time grows with the length of the text."""
    sight = Sight()
    _Reading(text, sight, Place()).visit_all()
    if _SQL_CLIENTS & set(sight.programs) and _SQL.search(text):
        sight.trouble(Risk.DESTROY, "its statement deletes data")
    return sight


class _Reading:
    """The reading of one text: its bytes and its tree, and the sight that it adds to."""

    def __init__(self, text: str, sight: Sight, place: Place) -> None:
        self.text = text
        self.data = text.encode("utf-8", "surrogatepass")
        self.sight = sight
        self.place = place
        self.root = parse(self.data)
        self.named: Counter[str] | None = None
        self.later: list[tuple[Node, Place]] = []  # substitutions, read after the command that they are arguments of

    def visit_all(self) -> None:
        """Read the whole text."""
        if any(not char.isprintable() and char not in "\n\t" for char in self.text):
            self.sight.trouble(Risk.UNKNOWN, "it holds characters that cannot be seen")
        if not covered(self.data, self.root):
            self.sight.trouble(Risk.UNKNOWN, "it holds a part that is not understood here")
        if re.search(r"(?<![ \t\n])\\\n(?![ \t])", self.text):
            self.sight.trouble(Risk.UNKNOWN, "a line goes on in the middle of a word")
        if self.root.has_error:
            self.sight.trouble(Risk.UNKNOWN, "its syntax is not understood here")
        if not self.place.nested:
            alone = self.root.named_children
            first = alone[0] if len(alone) == 1 else None
            if first is not None and first.type == "redirected_statement":
                first = first.child_by_field_name("body")
            self.sight.parsed = not self.root.has_error
            self.sight.simple = first is not None and first.type == "command" and first.children[0].type == "command_name"
        self.visit(self.root, self.place)

    def raw(self, start: int, end: int) -> str:
        """A part of the source."""
        return self.data[start:end].decode("utf-8", "replace")

    def visit(self, node: Node, place: Place) -> None:
        """Read one node of the tree, and then what is substituted into it."""
        if place.depth > DEPTH_MAX:
            self.sight.trouble(Risk.UNKNOWN, "it is nested too deeply to be read through")
            return
        place = msgspec.structs.replace(place, depth=place.depth + 1)
        before, self.later = self.later, []
        self.take(node, place)
        while self.later:
            self.visit(*self.later.pop(0))
        self.later = before

    def take(self, node: Node, place: Place) -> None:
        """Read one node of the tree, by its type."""
        match node.type:
            case "command":
                self.command(node, place, [], None)
            case "redirected_statement":
                self.redirected(node, place)
            case "file_redirect":
                self.redirect(node, place, "")
            case "variable_assignment":
                self.assignment(node, place, exported=False)
            case "for_statement" | "while_statement" | "c_style_for_statement":
                self.loop(node, place)
            case "test_command":
                self.test(node, place)
            case "comment":
                self.comment(node)
            case "heredoc_body" | "heredoc_start" | "heredoc_end":
                pass
            case _:
                self.structure(node, place)

    def structure(self, node: Node, place: Place) -> None:
        """Read the children of a node that only puts commands together; of any other, whatever can be found in it."""
        if node.type not in _STRUCTURES:
            self.sight.trouble(Risk.UNKNOWN, _STRANGE.get(node.type, "it holds a part that is not understood here"))
        last: Node | None = None
        for child in node.children:
            gap = self.data[last.end_byte if last else node.start_byte : child.start_byte].replace(b"\\\n", b"")
            joined = last is not None and last.is_named and child.is_named and not ({last.type, child.type} & {*_WORDS, "case_item", "comment"})
            if gap.strip() or (joined and b"\n" not in gap and node.type != "variable_assignments"):
                self.sight.trouble(Risk.UNKNOWN, "it holds a part that is not understood here")
            last = child
            if child.type in _WORDS:
                self.word(child, place)
            elif child.is_named:
                self.visit(child, place)
            elif child.type not in _TOKENS:
                background = "it goes on in the background" if child.type == "&" else f"`{child.type[:9]}` is not understood here"
                self.sight.trouble(Risk.UNKNOWN, background)

    def comment(self, node: Node) -> None:
        """A comment is one only where the shell would see one too."""
        before = self.raw(max(node.start_byte - 2, 0), node.start_byte)
        if before and (before[-1] not in " \t\n;" or before == "\\\n"):
            self.sight.trouble(Risk.UNKNOWN, "its comment may not be one for the shell")

    def loop(self, node: Node, place: Place) -> None:
        """A loop: over words it ends; while something holds it may not, unless it reads what it is fed."""
        if node.type == "for_statement":
            name = node.child_by_field_name("variable")
            words = [self.word(child, place) for child in node.children if child.type in _WORDS and child != name]
            self.sets(self.raw(name.start_byte, name.end_byte) if name else "", words)
        elif not place.limited:
            condition = node.named_children[0] if node.named_children else node
            if not re.match(r"(?:IFS=\S* )?read ", self.raw(condition.start_byte, condition.end_byte)) or node.type != "while_statement":
                self.sight.remedies.append(())
        self.structure(node, place)

    def sets(self, name: str, values: Sequence[Word]) -> None:
        """The text gives a variable these values."""
        self.sight.own.add(name)
        if not _HARMLESS_NAME.fullmatch(name):
            self.sight.trouble(Risk.UNKNOWN, f"it sets `{name[:40]}`, which other programs may go by")
        for value in values:
            if opens_device(value):
                self.sight.trouble(Risk.UNKNOWN, f"`{value.text}` may be a device, and opening one can have an effect")
        plain = all(value.static and re.fullmatch(r"[\w./:@][\w./:@-]*", value.text) and not opens_device(value) for value in values)
        if plain and values and self.mentions(name) == 1 and name not in self.sight.plain:
            self.sight.plain.add(name)
        else:
            self.sight.plain.discard(name)

    def assignment(self, node: Node, place: Place, *, exported: bool) -> None:
        """``NAME=value``, alone or in front of a command that then sees it."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or name.type != "variable_name" or (value is not None and value.type == "array"):
            self.sight.trouble(Risk.UNKNOWN, "it sets a list")
            self.structure(node, place)
            return
        if any(before.end_byte != after.start_byte for before, after in pairwise(node.children)):
            self.sight.trouble(Risk.UNKNOWN, "what it sets a variable to cannot be told")
        word = self.word(value, place) if value is not None else Word("")
        if exported:
            self.setting(f"{self.raw(name.start_byte, name.end_byte)}={word.text}")
        else:
            self.sets(self.raw(name.start_byte, name.end_byte), [word])

    def setting(self, text: str) -> None:
        """A variable set for one command: only a few are known to change nothing of what it does."""
        if not HARMLESS_SETTING.fullmatch(text):
            self.sight.trouble(Risk.UNKNOWN, f"`{text.partition('=')[0][:40]}=` may change what the program does")

    def test(self, node: Node, place: Place) -> None:
        """``[ … ]`` and ``[[ … ]]``: only compares, unless it computes with what it is given."""
        tokens = _test_tokens(node)
        doubled = node.children[0].type == "[["
        words = [self.word(token, place) for token in tokens if _is_word(token)]
        operators = {self.raw(token.start_byte, token.end_byte) for token in tokens if not _is_word(token)}
        for before, after in pairwise(tokens):
            gap = self.data[before.end_byte : after.start_byte]
            if not gap or gap.strip(b" \t"):
                self.sight.trouble(Risk.UNKNOWN, "the words of its test cannot be told apart")
        if "-v" in operators or (doubled and operators & _COMPUTING and not all(re.fullmatch(r"-?\d+|\x01", word.text) for word in words)):
            self.sight.trouble(Risk.UNKNOWN, "its test computes with a value, and that can run commands")
        if not doubled and any(word.kind == "many" or "[" in word.text for word in words):
            self.sight.trouble(Risk.UNKNOWN, "its test holds a value that is not in quotes")
        strange = {name for name in operators if not re.fullmatch(r"-[a-z]{1,2}|\[\[?|\]\]?|!|[=!]?=", name)}
        if strange - ({"=~", "&&", "||", "<", ">"} if doubled else set()):
            self.sight.trouble(Risk.UNKNOWN, "its test holds a part that is not understood here")

    def command(self, node: Node, place: Place, extra: list[Word], fed: str | None) -> None:
        """One command with its settings and redirections; ``extra`` are words that stood behind a redirection."""
        words: list[Word] = []
        last: Node | None = None
        named = any(child.type == "command_name" for child in node.children)
        for child in node.children:
            gap = self.data[last.end_byte : child.start_byte] if last else b" "
            if gap.replace(b"\\\n", b"").strip(b" \t") or not gap:
                self.sight.trouble(Risk.UNKNOWN, "its words cannot be told apart")
            last = child
            match child.type:
                case "variable_assignment":
                    self.assignment(child, place, exported=named)
                case "file_redirect":
                    extra = [*extra, *self.redirect(child, place, "command")]
                case "herestring_redirect":
                    word = self.word(child.children[-1], place)
                    fed = word.text if word.static else fed
                case _:
                    words.append(self.word(child, place))
        if words:
            run(self, [*words, *extra], place, fed)

    def redirected(self, node: Node, place: Place) -> None:
        """A command or block with redirections behind it."""
        body = node.child_by_field_name("body")
        written = self.raw(body.start_byte, body.end_byte) if body else ""
        extra: list[Word] = []
        fed: str | None = None
        for child in node.children:
            if child.type == "file_redirect":
                extra += self.redirect(child, place, written)
            elif child.type == "heredoc_redirect":
                more, fed = self.heredoc(child, place)
                extra += more
            elif child.type == "herestring_redirect":
                self.word(child.children[-1], place)
            elif child != body:
                self.structure(child, place)
        for before, after in pairwise(node.children):
            digits = self.raw(before.start_byte, before.end_byte).split()[-1:]
            if self.data[before.end_byte : after.start_byte] == b"" and "".join(digits).isdigit():
                self.sight.trouble(Risk.UNKNOWN, "a number stands right before a redirection")
        if body is not None and body.type == "command":
            self.command(body, place, extra, fed)
        elif body is not None:
            self.visit(body, place)
        if extra and (body is None or body.type != "command"):
            self.sight.trouble(Risk.UNKNOWN, "words stand behind a redirection")

    def redirect(self, node: Node, place: Place, written: str) -> list[Word]:
        """Judge one redirection; the words behind its file belong to the command. ``written`` is the command's text."""
        operator = next((child.type for child in node.children if child.type[:1] in "<>&"), "")
        words = [self.word(child, place) for child in node.children if child.type in _WORDS or child.type.endswith("substitution")]
        for before, after in pairwise(node.children):
            if self.data[before.end_byte : after.start_byte].replace(b"\\\n", b"").strip(b" \t"):
                self.sight.trouble(Risk.UNKNOWN, "a redirection goes over the end of its line")
        if not words:
            if not operator.endswith("&-"):
                self.sight.trouble(Risk.UNKNOWN, "a redirection has no file")
            return []
        file = words[0]
        if file.kind != "one" or (not file.static and not file.leads) or OUTPUT in file.text:
            self.sight.trouble(Risk.UNKNOWN, "which file is redirected is not known before it runs")
        elif operator in {"<&", ">&"} and re.fullmatch(r"\d+-?|-", file.text):
            pass
        elif operator.startswith("<"):
            if opens_device(file):
                self.sight.trouble(Risk.UNKNOWN, f"`{file.text}` may be a device, and opening one can have an effect")
        elif file.text not in {"/dev/null", "/dev/stdout", "/dev/stderr"}:
            self.writes(file, operator, written)
        return words[1:]

    def writes(self, file: Word, operator: str, written: str) -> None:
        """A redirection into a file."""
        if _GRAVE_FILES.match(file.text):
            self.sight.trouble(Risk.DESTROY, f"it writes straight to `{file.text}`")
        elif written in _EMPTYING and not operator.endswith(">>"):
            self.sight.trouble(Risk.DESTROY, f"it empties `{file.text}`")
        else:
            self.sight.trouble(Risk.CHANGE, f"it writes to `{file.text}`")

    def heredoc(self, node: Node, place: Place) -> tuple[list[Word], str | None]:
        """A here-document: words behind it, and its text if that is known."""
        extra: list[Word] = []
        quoted, fed = False, None
        if not ended(node):
            self.sight.trouble(Risk.UNKNOWN, "its here-document is not closed")
        for child in node.children:
            if child.type == "heredoc_start":
                quoted = bool(set(self.raw(child.start_byte, child.end_byte)) & set("'\"\\"))
            elif child.type == "heredoc_body":
                fed = self.raw(child.start_byte, child.end_byte)
                if not quoted:
                    self.word(child, place, heredoc=True)
            elif child.type in _WORDS or child.type == "command_substitution":
                extra.append(self.word(child, place))
            elif child.type == "file_redirect":
                extra += self.redirect(child, place, "<<")
            elif child.is_named and child.type != "heredoc_end":
                self.visit(child, place)
            elif not child.is_named and child.type not in {*_TOKENS, "<<", "<<-"}:
                self.sight.trouble(Risk.UNKNOWN, "it goes on behind its here-document")
        return extra, fed

    def word(self, node: Node, place: Place, *, heredoc: bool = False) -> Word:
        """Read one word, and whatever it expands."""
        start, end = (node.start_byte, node.end_byte) if not self.place.nested else (-1, -1)
        try:
            parts = pieces(self.data, node, heredoc=heredoc)
        except Unreadable as unreadable:
            self.sight.trouble(Risk.UNKNOWN, str(unreadable))
            for inner in find(node, "command_substitution", "process_substitution"):
                self.visit(inner, place)
            return Word(ANYTHING, "many", start, end)
        text, kinds, secret = "", {"one"}, False
        bare = "".join(part.text for part in parts if not part.quoted)
        braces = "{" in bare and re.search(r",|\.\.", self.raw(node.start_byte, node.end_byte))
        for part in parts:
            stands, kind, hides = self.expand(part.node, place, quoted=part.quoted) if part.node else (part.text, "one", False)
            text, secret = text + stands, secret or hides
            kinds.add("many" if kind == "numbers" and len(parts) > 1 else kind)
        if braces or re.search(r"[*?\[]", bare):
            kinds.add("glob")
            text = ANYTHING + text if not parts[0].quoted and parts[0].text[:1] in tuple("*?[{") else text
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
        return Word(text, max(kinds, key=_KINDS.index), start, end, secret)

    def expand(self, node: Node, place: Place, *, quoted: bool) -> tuple[str, str, bool]:
        """An expansion: what stands for it in the word, how many words it may become, and whether it is a secret."""
        raw = self.raw(node.start_byte, node.end_byte).lstrip()
        kind = "one" if quoted else "many"
        braced = re.fullmatch(r"\$\{(#?)(\w+)(?::?[-?][\w ./:@%+,-]*)?\}", raw, re.ASCII)
        if node.type in {"command_substitution", "process_substitution"}:
            self.later.append((node, place))
            if raw[0] == "`" and "\\" in raw:
                self.sight.trouble(Risk.UNKNOWN, "backslashes between backticks can hide another command")
            if node.type == "process_substitution":
                return "/dev/stdin", "one", False
            return (PLAIN, "one" if quoted else "numbers", False) if _PROCESS_IDS.fullmatch(raw) else (OUTPUT, kind, False)
        if node.type == "arithmetic_expansion" and re.fullmatch(r"\$\(\([\d\s+*/%()<>=&|^~!-]*\)\)", raw):
            return ANYTHING, "one", False
        if raw in {"$?", "$$", "$#"} or (braced and braced[1]):
            return PLAIN, "one", False
        if raw in {"$@", "$*"}:
            return ANYTHING, "many", False
        if braced or re.fullmatch(r"\$(?:\w+|[!_-])", raw, re.ASCII):
            name = braced[2] if braced else raw[1:]
            return self.variable(name, kind, place, whole=raw in {f"${name}", f"${{{name}}}"})
        self.sight.trouble(Risk.UNKNOWN, f"`{raw[:40]}` computes a value, and that can run commands")
        for child in node.children:
            for inner in find(child, "simple_expansion", "expansion", "command_substitution", "process_substitution"):
                self.expand(inner, place, quoted=quoted)
        return ANYTHING, "many", False

    def variable(self, name: str, kind: str, place: Place, *, whole: bool) -> tuple[str, str, bool]:
        """The value of a variable, noted if the text does not set it itself."""
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) or name == "_":
            return ANYTHING, kind, False
        if place.local and name not in self.sight.own and name not in self.sight.variables:
            self.sight.variables.append(name)
        if whole and name in self.sight.plain:
            return PLAIN, "one", False
        made = name in self.sight.own or self.mentions(name)  # what the text puts in is not what the operator put in
        return OUTPUT if made else ANYTHING, kind, is_secret(name)

    def mentions(self, name: str) -> int:
        """How often a text names a variable other than to expand it, as one does to set it."""
        if self.named is None:
            self.named = Counter(re.findall(r"(?<![\w$])(?<!\$\{)[A-Za-z_]\w*", self.text))
        return self.named[name]

    def nested(self, text: str, place: Place) -> None:
        """Read a text that another shell gets to run."""
        if place.nested >= NESTED_MAX:
            self.sight.trouble(Risk.UNKNOWN, "it is nested too deeply to be read through")
            return
        _Reading(text, self.sight, msgspec.structs.replace(place, nested=place.nested + 1)).visit_all()


def _is_word(node: Node) -> bool:
    """Whether a node is a word, or stands for one."""
    return node.type in _WORDS or node.type.endswith("_substitution")


def _test_tokens(node: Node) -> list[Node]:
    """The words and operators of a test, in order."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if _is_word(inner) or not inner.children:
            found.append(inner)
        else:
            waiting.extend(reversed(inner.children))
    return found
