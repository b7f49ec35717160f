"""A shell text read through: its blocks, loops, redirections and words, and each command handed on to be taken in."""

import re
from itertools import pairwise

import msgspec
from tree_sitter import Node

from stormjib.core.risk import Risk
from stormjib.core.shell.analysis import CommandAnalysis, Place
from stormjib.core.shell.arguments import shown
from stormjib.core.shell.environments import loses
from stormjib.core.shell.flows import behind_pipe, per_line, redirected_in, repeated
from stormjib.core.shell.heredoc import body
from stormjib.core.shell.paths import holds_secret, opens_device, shows_settings
from stormjib.core.shell.running import DEPTH_MAX, NESTED_MAX, run
from stormjib.core.shell.stated import printed, stated, written_over
from stormjib.core.shell.syntax import OUTPUT, Word, covered, find, unmarked
from stormjib.core.shell.words import WORDS, Words, is_word
from stormjib.core.text.table import words_of

_STRUCTURES = words_of(
    "program list pipeline subshell compound_statement if_statement elif_clause else_clause do_group case_statement "
    "case_item negated_command variable_assignments command_substitution process_substitution for_statement while_statement"
)
_TOKENS = {"\n", *words_of("; | && || |& ! ( ) { } do done if then elif else fi while until for in case esac ;; $( ` <(")}
_CONNECTS = re.compile(r"/dev/tcp/[A-Za-z0-9][\w.-]*/\d{1,5}")  # bash makes a connection of it
_CUTS = re.compile(r"\$\{\w+(?:\[[^\]]{0,20}\])?[#%:/^,@]")
_STRANGE = {
    "function_definition": "it defines a function",
    "declaration_command": "it sets a variable for what follows",
    "unset_command": "it unsets a variable for what follows",
    "c_style_for_statement": "its loop computes, and that can run commands",
    "ERROR": "the shell's syntax is not understood here",
}


def analyze(text: str) -> CommandAnalysis:
    """Read a text through. Never raises and runs nothing; its time grows with the length of the text."""
    analysis = CommandAnalysis(source=text.encode("utf-8", "surrogatepass"))
    _Reading(text, analysis, Place()).visit_all()
    if loses(analysis.kept_settings, analysis.parts) or (analysis.any_settings and _CUTS.search(text)):
        analysis.reason(Risk.UNKNOWN, "it may part the values of settings from their names, secrets among them")
    analysis.reasons += [(reason, None) for reason in stated(text, analysis.programs, analysis.worst())]
    return analysis


class _Reading(Words):
    """The reading of one text, block by block and command by command."""

    def visit_all(self) -> None:
        """Read the whole text."""
        if any(not char.isprintable() and char not in "\n\t" for char in self.text):
            self.analysis.reason(Risk.UNKNOWN, "it holds characters that cannot be seen")
        if not covered(self.data, self.root):
            self.analysis.reason(Risk.UNKNOWN, "it holds a part that is not understood here")
        if re.search(r"(?<![ \t\n])\\\n(?![ \t])", self.text):
            self.analysis.reason(Risk.UNKNOWN, "a line goes on in the middle of a word")
        if not self.place.bash and re.search(r"\\['\"`$]", self.text):
            self.analysis.reason(
                Risk.UNKNOWN, "shells differ on a backslash before a quote, and which one reads this is not known"
            )
        if not self.place.quotes_dollars and any(find(self.root, "ansi_c_string", "translated_string")):
            self.analysis.reason(Risk.UNKNOWN, "a dollar before a quote means something in bash only")
        if self.root.has_error:
            self.analysis.reason(Risk.UNKNOWN, "its syntax is not understood here")
        if not self.place.nested:
            alone = self.root.named_children
            first = alone[0] if len(alone) == 1 else None
            if first is not None and first.type == "redirected_statement":
                first = first.child_by_field_name("body")
            self.analysis.parsed = not self.root.has_error
            self.analysis.simple = first is not None and first.type == "command" and first.children[0].type == "command_name"
        self.visit(self.root, self.place)

    def visit(self, node: Node, place: Place) -> None:
        """Read one node of the tree, and then what is substituted into it."""
        if place.depth > DEPTH_MAX:
            self.analysis.reason(Risk.UNKNOWN, "it is nested too deeply to be read through")
            return
        place = msgspec.structs.replace(place, depth=place.depth + 1)
        before, self.later = self.later, []
        self.take(node, place)
        while self.later:
            substituted, where = self.later.pop(0)
            self.visit(substituted, msgspec.structs.replace(where, hidden=True))
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
            case "declaration_command" if node.children[0].type == "export" and {child.type for child in node.children[1:]} == {
                "variable_assignment"
            }:
                for child in node.named_children:
                    self.assignment(child, place, exported=True)
            case "test_command":
                self.test(node, place)
            case "pipeline":
                if not place.piped:
                    self.analysis.bearing, self.analysis.settings = self.analysis.kept, 0
                before, self.piped = self.piped, printed(node.named_children[:-1], self.data.decode("latin-1"))
                self.piped = before if self.piped is None else self.piped
                self.structure(node, place)
                self.piped = before
            case "comment":
                self.comment(node)
            case "heredoc_body" | "heredoc_start" | "heredoc_end":
                pass
            case _:
                self.structure(node, place)

    def structure(self, node: Node, place: Place) -> None:
        """Read the children of a node that only puts commands together; of any other, whatever can be found in it."""
        if node.type not in _STRUCTURES:
            self.analysis.reason(Risk.UNKNOWN, _STRANGE.get(node.type, "it holds a part that is not understood here"))
        last: Node | None = None
        inside = place
        for child in node.children:
            gap = self.data[last.end_byte if last else node.start_byte : child.start_byte].replace(b"\\\n", b"")
            joined = (
                last is not None
                and last.is_named
                and child.is_named
                and not ({last.type, child.type} & {*WORDS, "case_item", "comment"})
            )
            if gap.strip() or (joined and b"\n" not in gap and node.type != "variable_assignments"):
                self.analysis.reason(Risk.UNKNOWN, "it holds a part that is not understood here")
            last = child
            if child.type in WORDS:
                self.word(child, place)
            elif child.is_named:
                self.visit(child, inside)
                if node.type == "pipeline":
                    inside = behind_pipe(self.raw(child.start_byte, child.end_byte), place, inside)
                    inside = msgspec.structs.replace(inside, piped=True)
            elif child.type not in _TOKENS:
                background = "it goes on in the background" if child.type == "&" else f"`{child.type[:9]}` is not understood here"
                self.analysis.reason(Risk.UNKNOWN, background)

    def loop(self, node: Node, place: Place) -> None:
        """A loop: over words it ends; while something holds it may not, unless it reads what it is fed."""
        if node.type == "for_statement":
            name = node.child_by_field_name("variable")
            words = [self.word(child, place) for child in node.children if is_word(child) and child != name]
            self.sets(self.raw(name.start_byte, name.end_byte) if name else "", words, looped=True)
            place = repeated(words, place)
        elif not place.limited:
            condition = node.named_children[0] if node.named_children else node
            if (
                not re.match(r"(?:IFS=\S* )?read ", self.raw(condition.start_byte, condition.end_byte))
                or node.type != "while_statement"
            ):
                self.analysis.remedies.append(())
        self.structure(node, per_line(place) if node.type == "while_statement" else place)

    def command(self, node: Node, place: Place, extra: list[Word], fed: str | None) -> None:
        """One command with its settings and redirections; ``extra`` are words that stood behind a redirection."""
        words: list[Word] = []
        last: Node | None = None
        place = redirected_in(node, self.data, place)
        bare = b" ".join(self.data[child.start_byte : child.end_byte] for child in node.children if child.type != "file_redirect")
        named = any(child.type == "command_name" for child in node.children)
        for child in node.children:
            gap = self.data[last.end_byte : child.start_byte] if last else b" "
            if gap.replace(b"\\\n", b"").strip(b" \t") or not gap:
                self.analysis.reason(Risk.UNKNOWN, "its words cannot be separated")
            last = child
            match child.type:
                case "variable_assignment":
                    self.assignment(child, place, exported=named)
                case "file_redirect":
                    extra = [*extra, *self.redirect(child, place, bare.decode("utf-8", "replace"))]
                case "herestring_redirect":
                    word = self.word(child.children[-1], place)
                    self.kept_secret(word)
                    fed = word.text
                case _:
                    words.append(self.word(child, place))
        if words:
            if fed is None and (not words[0].static or words[0].text in {"source", ".", "bash", "sh", "eval"}):
                fed = printed(list(find(node, "process_substitution", "command_substitution")), self.data.decode("latin-1"))
            run(self, [*words, *extra], place, self.piped if fed is None else fed)

    def redirected(self, node: Node, place: Place) -> None:
        """A command or block with redirections behind it."""
        body = node.child_by_field_name("body")
        outside, place = place, redirected_in(node, self.data, place)
        written = self.raw(body.start_byte, body.end_byte) if body else ""
        written += " /dev/null" if written == "cat" and re.search(r"<\s*/dev/null", self.raw(*node.byte_range)) else ""
        extra: list[Word] = []
        fed: str | None = None
        for child in node.children:
            if child.type == "file_redirect":
                extra += self.redirect(child, place, written)
                fed = "" if re.fullmatch(r"0?<\s*/dev/null", self.raw(child.start_byte, child.end_byte)) else fed
            elif child.type == "heredoc_redirect":
                more, fed = self.heredoc(child, outside)
                extra += more
            elif child.type == "herestring_redirect":
                word = self.word(child.children[-1], place)
                self.kept_secret(word)
                fed = word.text
            elif child != body:
                self.structure(child, place)
        for before, after in pairwise(node.children):
            digits = self.raw(before.start_byte, before.end_byte).split()[-1:]
            if self.data[before.end_byte : after.start_byte] == b"" and "".join(digits).isdigit():
                self.analysis.reason(Risk.UNKNOWN, "a number stands right before a redirection")
        if body is not None and body.type == "command":
            stated = fed is not None and self.raw(*node.byte_range).partition("\n")[0].count("<") == len("<<")
            self.command(body, msgspec.structs.replace(place, stated=stated), extra, fed)
        elif body is not None:
            self.visit(body, place)
        if extra and (body is None or body.type != "command"):
            self.analysis.reason(Risk.UNKNOWN, "words stand behind a redirection")

    def redirect(self, node: Node, place: Place, written: str) -> list[Word]:
        """Judge one redirection; the words behind its file belong to the command. ``written`` is the command's text."""
        operator = next((child.type for child in node.children if child.type[:1] in "<>&"), "")
        words = [self.word(child, place) for child in node.children if child.type in WORDS or child.type.endswith("substitution")]
        for before, after in pairwise(node.children):
            if self.data[before.end_byte : after.start_byte].replace(b"\\\n", b"").strip(b" \t"):
                self.analysis.reason(Risk.UNKNOWN, "a redirection goes over the end of its line")
        if not words:
            if not operator.endswith("&-"):
                self.analysis.reason(Risk.UNKNOWN, "a redirection has no file")
            return []
        file = words[0]
        if file.kind != "one" or (not file.static and not file.leads) or OUTPUT in file.text:
            self.analysis.reason(Risk.UNKNOWN, "which file is redirected is not known before it runs")
            if operator[:1] != "<":
                self.analysis.reason(*written_over(file.text, operator, written, file.written))
        elif operator in {"<&", ">&"} and re.fullmatch(r"\d+-?|-", file.text):
            pass
        elif operator.startswith("<"):
            if kind := shows_settings(file):
                self.analysis.settings, self.analysis.any_settings = max(self.analysis.settings, kind), True
            if _CONNECTS.fullmatch(file.text) and written.strip() in {"", ":", "true"}:
                pass
            elif opens_device(file):
                self.analysis.reason(Risk.UNKNOWN, f"`{shown(file.text)}` may be a device, and opening one can have an effect")
            elif holds_secret(file, self.analysis.folders):
                self.analysis.reason(
                    Risk.UNKNOWN, f"`{shown(file.text)}` may hold a secret, which would then stand in the evidence"
                )
        elif file.text not in {"/dev/null", "/dev/stdout", "/dev/stderr"}:
            self.analysis.reason(*written_over(file.text, operator, written, file.written))
        return words[1:]

    def heredoc(self, node: Node, place: Place) -> tuple[list[Word], str | None]:
        """A here-document: words behind it, and its text if that is known."""
        extra: list[Word] = []
        found = body(self.data, node)
        if found is None:
            self.analysis.reason(Risk.UNKNOWN, "where its here-document ends is not certain")
        fed: str | None = None
        before, self.piped = self.piped, next((self.raw(*part.byte_range) for part in find(node, "heredoc_body")), None)
        for child in node.children:
            if child.type == "heredoc_body":
                fed = self.raw(child.start_byte, child.end_byte)
                if found is None or not found[1]:
                    self.kept_secret(self.word(child, place, heredoc=True))
            elif child.type in WORDS or child.type == "command_substitution":
                extra.append(self.word(child, place))
            elif child.type == "file_redirect":
                extra += self.redirect(child, place, "<<")
            elif child.is_named and child.type not in {"heredoc_start", "heredoc_end"}:
                self.visit(child, behind_pipe("", place, place))
            elif not child.is_named and child.type not in {*_TOKENS, "<<", "<<-"}:
                self.analysis.reason(Risk.UNKNOWN, "it goes on behind its here-document")
        self.piped = before
        return extra, fed

    def nested(self, text: str, place: Place) -> None:
        """Read a text that another shell gets to run."""
        if place.nested >= NESTED_MAX:
            self.analysis.reason(Risk.UNKNOWN, "it is nested too deeply to be read through")
            return
        _Reading(unmarked(text), self.analysis, msgspec.structs.replace(place, nested=place.nested + 1, stated=False)).visit_all()

    def hinted(self, text: str, place: Place, *, runs: bool = False) -> None:
        """Read what may be a text for another shell, or certainly ``runs``: only what it would interrupt or destroy counts."""
        if place.nested < NESTED_MAX and text.strip() and text not in self.analysis.heard:
            self.analysis.heard.add(text)
            analysis = CommandAnalysis(heard=self.analysis.heard)
            _Reading(unmarked(text), analysis, msgspec.structs.replace(place, nested=place.nested + 1)).visit_all()
            self.analysis.reasons += [entry for entry in analysis.reasons if entry[0].risk.rank > Risk.UNKNOWN.rank]
            self.analysis.invocations += analysis.invocations if runs else ()
