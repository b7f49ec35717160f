"""The words and variables of a shell text: what each is known to become, and what is substituted into it."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tree_sitter import Node

from stormjib.core.risk import Risk
from stormjib.core.shell.amounts import braced
from stormjib.core.shell.analysis import CommandAnalysis, Place, is_secret
from stormjib.core.shell.arguments import shown
from stormjib.core.shell.ids import ids_of
from stormjib.core.shell.paths import holds_secret, opens_device
from stormjib.core.shell.running import HARMLESS_SETTING
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, PLAIN, Piece, Unreadable, Word, find, parse, pieces
from stormjib.core.text.table import words_of

WORDS = words_of(
    "word string raw_string ansi_c_string translated_string concatenation number brace_expression regex simple_expansion "
    "expansion arithmetic_expansion extglob_pattern variable_name special_variable_name"
)
_HARMLESS_NAME = re.compile(r"(?!\w*proxy)[a-z][a-z0-9_]*|NS|NAMESPACE|POD|CONTAINER|SERVICE|SVC|ID|PID|N|I")
_PLAIN_NAME = re.compile(r"[a-z]|NS|NAMESPACE|POD|CONTAINER|SERVICE|SVC|ID|PID|N|I")  # no shell goes by one of these
_COMPUTING = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"}
# What prints nothing that stands in a file and nothing that is anybody's secret.
_GENERATED = re.compile(
    r"\$\(\s*(?:date|seq|pgrep|pidof|docker (?:container )?(?:ps|ls)|docker images)(?:\s[^`$|;&<>()\n]*)?\)", re.ASCII
)
# What the shell itself puts into a variable: words of the command before, lines that were read, parts of a test.
_SHELLS = re.compile(
    r"_|!|REPLY|OPTARG|OPTIND|OPTERR|LINENO|RANDOM|SRANDOM|SECONDS|PIPESTATUS|FUNCNAME|DIRSTACK|OLDPWD|MAPFILE|COPROC|HISTCMD"
    r"|EPOCH\w+|BASH_\w+|BASHPID|COMP_\w+|READLINE_\w+|SHELLOPTS|BASHOPTS|GROUPS|PS4"
)
_MADE_MAX = 16
_KINDS = ("one", "lone", "numbers", "glob", "many")


def is_word(node: Node) -> bool:
    """Whether a node is a word, or stands for one."""
    return node.type in WORDS or node.type.endswith("_substitution")


def _test_tokens(node: Node) -> list[Node]:
    """The words and operators of a test, in order."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if is_word(inner) or not inner.children:
            found.append(inner)
        else:
            waiting.extend(reversed(inner.children))
    return found


class Words:
    """The words of one text: its bytes and its tree, and the analysis that they add to."""

    def __init__(self, text: str, analysis: CommandAnalysis, place: Place) -> None:
        self.text = text
        self.data = text.encode("utf-8", "surrogatepass")
        self.analysis = analysis
        self.place = place
        self.root = parse(self.data)
        self.named: Counter[str] | None = None
        self.piped: str | None = None  # what the pipeline around a command prints into it, as far as that is known
        self.later: list[tuple[Node, Place]] = []  # substitutions, read after the command that they are arguments of

    def raw(self, start: int, end: int) -> str:
        """A part of the source."""
        return self.data[start:end].decode("utf-8", "replace")

    def sets(self, name: str, values: Sequence[Word], *, looped: bool = False) -> None:
        """The text gives a variable these values, or in a loop one word of them after the other."""
        if not (_HARMLESS_NAME if self.place.bash else _PLAIN_NAME).fullmatch(name):
            self.analysis.reason(Risk.UNKNOWN, f"it sets `{name[:40]}`, which other programs may go by")
        self.analysis.assigned += [value.text for value in values]
        for value in values:
            self.kept_secret(value)
            if opens_device(value):
                self.analysis.reason(Risk.UNKNOWN, f"`{value.text}` may be a device, and opening one can have an effect")
            elif holds_secret(value) or ".." in value.text.split("/"):
                self.analysis.reason(Risk.UNKNOWN, f"where a path with `{shown(value.text)}` in it leads is not followed")
        plain = all(
            value.static and re.fullmatch(r"[\w./:@][\w./:@-]*", value.text) and not opens_device(value) for value in values
        )
        if plain and values and self.mentions(name) == 1 and name not in self.analysis.own:
            self.analysis.plain[name] = tuple(value.text for value in values)
        else:
            self.analysis.plain.pop(name, None)
        self.analysis.ids.pop(name, None)
        if len(values) == 1 and values[0].text == PLAIN and self.mentions(name) == 1 and name not in self.analysis.own:
            self.analysis.ids[name] = "one" if looped else values[0].kind
        self.analysis.own.add(name)

    def assignment(self, node: Node, place: Place, *, exported: bool) -> None:
        """``NAME=value``, alone or in front of a command that then sees it."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or name.type != "variable_name" or (value is not None and value.type == "array"):
            self.analysis.reason(Risk.UNKNOWN, "it sets a list")
            self.later += [(inner, place) for inner in find(node, "command_substitution", "process_substitution")]
            return
        if any(before.end_byte != after.start_byte for before, after in pairwise(node.children)):
            self.analysis.reason(Risk.UNKNOWN, "what it sets a variable to is not clear")
        word = self.word(value, place) if value is not None else Word("")
        if exported:
            self.kept_secret(word)
            self.setting(f"{self.raw(name.start_byte, name.end_byte)}={word.text}")
        else:
            self.sets(self.raw(name.start_byte, name.end_byte), [word])

    def comment(self, node: Node) -> None:
        """A comment is one only where the shell would see one too."""
        before = self.raw(max(node.start_byte - 2, 0), node.start_byte)
        if before and (before[-1] not in " \t\n;" or before == "\\\n"):
            self.analysis.reason(Risk.UNKNOWN, "its comment may not be one for the shell")
        # Between backticks the shell looks for the second one first, in comments too, and runs what follows it there.
        if "`" in self.raw(node.start_byte, node.end_byte):
            self.analysis.reason(Risk.UNKNOWN, "a backtick in its comment may end what the shell runs there")

    def kept_secret(self, word: Word) -> None:
        """A secret that is copied is one whose way is not followed any further."""
        if word.secret:
            self.analysis.reason(Risk.UNKNOWN, "it hands a secret on, and where it goes then is not followed")

    def setting(self, text: str) -> None:
        """A variable set for one command: only a few are known to change nothing of what it does."""
        if not HARMLESS_SETTING.fullmatch(text):
            self.analysis.reason(Risk.UNKNOWN, f"`{text.partition('=')[0][:40]}=` may change what the program does")

    def word(self, node: Node, place: Place, *, heredoc: bool = False) -> Word:
        """Read one word, and whatever it expands."""
        start, end = (node.start_byte, node.end_byte) if not self.place.nested else (-1, -1)
        try:
            parts = pieces(self.data, node, heredoc=heredoc)
        except Unreadable as unreadable:
            self.analysis.reason(Risk.UNKNOWN, str(unreadable))
            self.later += [(inner, place) for inner in find(node, "command_substitution", "process_substitution")]
            return Word(ANYTHING, "many", start, end)
        text, kinds, secret, made, own, foreign = "", {"one"}, False, [""], False, False
        bare = "".join(part.text for part in parts if not part.quoted)
        braces = "{" in bare and re.search(r",|\.\.", self.raw(node.start_byte, node.end_byte))
        for part in parts:
            stands, kind, hides = self.expand(part.node, place, quoted=part.quoted) if part.node else (part.text, "one", False)
            text, secret = text + stands, secret or hides
            values = self.values(part, stands)
            made = made if len(made) > _MADE_MAX else [before + value for before in made for value in values]
            own = own or values != (stands,)
            foreign = foreign or (OUTPUT in stands and not self.generated(part))
            joined = {"numbers": "many", "lone": "one"} if len(parts) > 1 else {}
            kinds.add(joined.get(kind, kind))
        if braces and braced(self.raw(node.start_byte, node.end_byte)):
            self.analysis.reason(Risk.UNKNOWN, "its braces stand for more words than are sensible")
        if braces or re.search(r"[*?\[]", bare):
            kinds.add("glob")
            text = ANYTHING + text if not parts[0].quoted and parts[0].text[:1] in tuple("*?[{") else text
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
        if len(made) > _MADE_MAX:
            self.analysis.reason(Risk.UNKNOWN, "its variables stand for more words than are followed")
        return Word(
            text,
            max(kinds, key=_KINDS.index),
            start,
            end,
            secret,
            self.raw(node.start_byte, min(node.end_byte, node.start_byte + 60)),
            foreign,
            tuple(value.encode("latin-1", "replace").decode("utf-8", "replace") for value in made)
            if own and len(made) <= _MADE_MAX
            else (),
        )

    def generated(self, part: Piece) -> bool:
        """Whether what a substitution prints is nothing that stands in a file, and nobody's secret."""
        return part.node is not None and bool(_GENERATED.fullmatch(self.raw(part.node.start_byte, part.node.end_byte).strip()))

    def values(self, part: Piece, stands: str) -> tuple[str, ...]:
        """What a part of a word may be: the values that the text gives a plain variable, or what stands for it."""
        name = self.raw(part.node.start_byte, part.node.end_byte).strip("${} \t\n") if part.node and stands == PLAIN else ""
        return self.analysis.plain.get(name, (stands,))

    def expand(self, node: Node, place: Place, *, quoted: bool) -> tuple[str, str, bool]:
        """An expansion: what stands for it in the word, how many words it may become, and whether it is a secret."""
        raw = self.raw(node.start_byte, node.end_byte).lstrip()
        kind = "one" if quoted else "many"
        braced = re.fullmatch(r"\$\{(#?)(\w+)(?::?[-?][\w ./:@%+,-]*)?\}", raw, re.ASCII)
        if node.type in {"command_substitution", "process_substitution"}:
            self.later.append((node, place))
            if raw[0] == "`" and "\\" in raw:
                self.analysis.reason(Risk.UNKNOWN, "backslashes between backticks can hide another command")
            if node.type == "process_substitution":
                return "/dev/stdin", "one", False
            ids = ids_of(raw)
            return (PLAIN, "one" if quoted else ids, False) if ids else (OUTPUT, kind, False)
        if node.type == "arithmetic_expansion" and re.fullmatch(r"\$\(\([\d\s+*/%()<>=&|^~!-]*\)\)", raw):
            return ANYTHING, "one", False
        if raw in {"$?", "$$", "$#"} or (braced and braced[1]):
            return PLAIN, "one", False
        if raw in {"$@", "$*"}:
            return ANYTHING, "many", False
        if braced or re.fullmatch(r"\$(?:\w+|[!_-])", raw, re.ASCII):
            name = braced[2] if braced else raw[1:]
            return self.variable(name, kind, place, whole=raw in {f"${name}", f"${{{name}}}"})
        self.analysis.reason(Risk.UNKNOWN, f"`{raw[:40]}` computes a value, and that can run commands")
        for child in node.children:
            for inner in find(child, "simple_expansion", "expansion", "command_substitution", "process_substitution"):
                self.expand(inner, place, quoted=quoted)
        return ANYTHING, "many", False

    def variable(self, name: str, kind: str, place: Place, *, whole: bool) -> tuple[str, str, bool]:
        """The value of a variable, noted if the text does not set it itself."""
        if _SHELLS.fullmatch(name) and name not in self.analysis.own:
            self.analysis.reason(Risk.UNKNOWN, f"what the shell itself puts into `${name}` is not known before it runs")
            return OUTPUT, kind, False
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            return ANYTHING, kind, False
        if place.local and name not in self.analysis.own and name not in self.analysis.variables:
            self.analysis.variables.append(name)
        if whole and name in self.analysis.plain:
            return PLAIN, "one", False
        if whole and name in self.analysis.ids:
            return PLAIN, "one" if kind == "one" else self.analysis.ids[name], False
        made = name in self.analysis.own or self.mentions(name)  # what the text puts in is not what the operator put in
        return OUTPUT if made else ANYTHING, kind, is_secret(name)

    def mentions(self, name: str) -> int:
        """How often a text names a variable other than to expand it, as one does to set it."""
        if self.named is None:
            self.named = Counter(re.findall(r"(?<![\w$])(?<!\$\{)[A-Za-z_]\w*", self.text))
        return self.named[name]

    def test(self, node: Node, place: Place) -> None:
        """``[ … ]`` and ``[[ … ]]``: only compares, unless it computes with what it is given."""
        tokens = _test_tokens(node)
        doubled = node.children[0].type == "[["
        words = [self.word(token, place) for token in tokens if is_word(token)]
        operators = {self.raw(token.start_byte, token.end_byte) for token in tokens if not is_word(token)}
        for before, after in pairwise(tokens):
            gap = self.data[before.end_byte : after.start_byte]
            if not gap or gap.strip(b" \t"):
                self.analysis.reason(Risk.UNKNOWN, "the words of its test cannot be separated")
        computes = bool(operators & _COMPUTING) and (doubled or not self.place.bash)
        if "-v" in operators or (computes and not all(re.fullmatch(r"-?\d+|\x01", word.text) for word in words)):
            self.analysis.reason(Risk.UNKNOWN, "its test computes with a value, and that can run commands")
        if not doubled and any(word.kind == "many" or "[" in word.text for word in words):
            self.analysis.reason(Risk.UNKNOWN, "its test holds a value that is not in quotes")
        strange = {name for name in operators if not re.fullmatch(r"-[a-z]{1,2}|\[\[?|\]\]?|!|[=!]?=", name)}
        if strange - ({"=~", "&&", "||", "<", ">"} if doubled else set()):
            self.analysis.reason(Risk.UNKNOWN, "its test holds a part that is not understood here")
