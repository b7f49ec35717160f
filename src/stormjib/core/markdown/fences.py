"""A fence that reads as shell as commands and manual tasks. Nothing here executes anything."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from stormjib.core import shell
from stormjib.core.markdown import windows
from stormjib.core.markdown.attributes import Attributes
from stormjib.core.markdown.blocks import Block
from stormjib.core.markdown.output import is_printed
from stormjib.core.markdown.statements import Statements, is_script, prepares
from stormjib.core.markdown.words import Words
from stormjib.core.place import is_place
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Finding
from stormjib.core.shell.programs import is_known

BYTES_MAX = 32_768
SHELLS = ("bash", "sh", "shell", "zsh", "console")
BY_HAND = (
    *("bash", "sh", "shell", "zsh"),
    *("sql", "psql", "mysql", "promql", "logql", "kql", "python", "py", "ruby", "perl", "javascript", "js", "go"),
    *("powershell", "ps1", "pwsh", "bat", "cmd", "http", "graphql", "redis", "lua", "groovy"),
)
_PROMPT = re.compile(
    r"\s{0,8}(?:\([\w.-]{1,30}\)\s)?(?:(?:ba|z|a)?sh-[\d.]{1,8}[$#%]|[~/][\w./-]{0,60}\s?[$#]|(?:\[?[\w.-]{1,40}@[\w.-]{1,80}[:\s]?[^\s\]$#%]{0,80}\]?\s?)?[$%]|\[?[\w.-]{1,40}@[\w.-]{1,80}[:\s]?[^\s\]$#%]{0,80}\]?\s?#|>\s\$|❯)\s+(?=\S)"
)
_ANSWER = re.compile(r"(?:=>\s|HTTP/\d|\d{3}\s[A-Z]|[A-Z]\w+[ ]{3,}\S+$|[{\[]\s*[\"{])")
"""How an answer begins that a comment gives for comparison: "# HTTP/2 200"."""
_SETTINGS = re.compile(
    r"^(?!\s*(?:#|awk|for|if|while|function|case|until|do|then|else)\b)[ \t]{0,20}[\w./*\"~^=-][^\n(){}$|;&`']{0,200}\{[ \t]*\n(?:[^\n]{0,500}\n){0,200}?[ \t]{0,20}\}[ \t]*$",
    re.MULTILINE,
)
"""A block of settings, as of logrotate or nginx, with whatever stands in it."""
_PLAIN = ("text", "txt", "plain", "plaintext", "none", "code")
_PLAUSIBLE = re.compile(r"[a-z./~$][\w./~+-]*(?:$|[ \n])")
_SESSIONS = ("console", "shell-session", "shellsession", "sh-session", "terminal")


class Fence(NamedTuple):
    """What a fence holds. ``notes`` are comments with nothing after them: (line, text). ``lines`` are those understood."""

    commands: tuple[Command, ...]
    notes: tuple[tuple[int, str], ...]
    lines: tuple[int, ...]


def read(block: Block, language: str, given: Attributes, above: str, words: Words) -> Fence | None:
    """The commands of a fence, None when it is not shell.

    A script that changes something is none of its lines. In a recorded session only what follows a prompt is a command: the rest is output, as are lines that no shell would be given,
    and a fence that the text calls so. ``above`` is the label for commands without a comment of their own.
    """
    source = _typed(block.text, language)
    recorded = source != block.text
    if source is None or len(source.encode("utf-8", "replace")) > BYTES_MAX or (words.has("lead.output", above) and not recorded):
        return None
    language = "" if language in _PLAIN else language
    if is_script(source):
        return None
    source = _without_output(source, tagged=bool(language))
    if not (shell.is_shell(source, language) or (not language and _is_all_commands(source))):
        return None
    before = block.line if block.fenced else block.line - 1
    lines = source.split("\n")
    understood = {before + offset for offset, text in enumerate(lines, 1) if text.lstrip().startswith("#")}
    understood.update({block.line, block.end_line} if block.fenced else ())
    commands: list[Command] = []
    notes: list[tuple[int, str]] = []
    statements = Statements(source)
    for statement in shell.split(source):
        line = before + statement.line
        understood.update(range(line, line + statement.text.count("\n") + 1))
        label = "" if _expects(statement.label, words) else statement.label.strip()
        if statement.text.strip():
            text, assigns = statements.read(statement.text)
            if prepares(statement.text):
                continue
            found = command(text, line, label or above, given, words)
            commands.append(msgspec.structs.replace(found, assigns=assigns) if assigns else found)
        elif label:
            notes.append((line, label))
    return Fence(tuple(commands), tuple(notes), tuple(sorted(understood)))


def _expects(comment: str, words: Words) -> bool:
    """Whether a comment says what an answer is or means: "Expected: 200", "If 0: it is stalled". It is neither a label nor a task."""
    condition, rest = windows.led(comment, words)
    means = condition and not words.has("acts", rest) and not any(char.isspace() for char in condition.partition(" ")[2])
    return bool(means or _ANSWER.match(comment.strip()) or words.has("expects", comment))


def holds_commands(block: Block, language: str, above: str, words: Words) -> bool:
    """Whether a fence is shell with at least one command in it."""
    found = read(block, language, Attributes(), above, words)
    return found is not None and bool(found.commands)


def not_lowered(fence: Fence, asked: Risk | None) -> Iterator[Finding]:
    """A finding for each command whose risk an attribute would lower."""
    for command in fence.commands:
        if asked and asked < command.risk:
            sentence = (
                f"risk={asked.value} is ignored: this is {command.risk.value}, and a runbook can only raise a risk. "
                "If you know better, let the site's operator trust the exact command in the settings."
            )
            yield Finding("bad-attribute", command.line, sentence)


def is_all_printed(source: str) -> bool:
    """Whether nothing in a fence is a command, whatever its language says."""
    if len(source.encode("utf-8", "replace")) > BYTES_MAX:
        return False
    texts = [statement.text for statement in shell.split(_typed(source, "") or source) if statement.text.strip()]
    return all(is_printed(text) or prepares(text) for text in texts)


def _is_all_commands(source: str) -> bool:
    """Whether every line of a fence without a language may be a command, and one of them begins with a program that is known."""
    texts = [statement.text for statement in shell.split(source) if statement.text.strip()]
    programs = [shell.judge(text).programs[:1] for text in texts if not is_printed(text) and _PLAUSIBLE.match(text)]
    return len(programs) == len(texts) and all(programs) and any(is_known(program) for (program,) in programs)


def _without_output(source: str, *, tagged: bool) -> str:
    """The source with the lines emptied that are no commands; without a language all of them have to be some, or follow one."""
    source = _SETTINGS.sub(lambda found: "\n" * found[0].count("\n"), source)
    lines = source.split("\n")
    known = False
    for statement in shell.split(source):
        first = statement.line - 1
        if statement.text.strip() and is_printed(statement.text) and (tagged or known):
            for at in range(first, first + statement.text.count("\n") + 1):
                lines[at] = ""
        else:
            known = known or bool(statement.text.strip())
    return "\n".join(lines)


def _typed(text: str, language: str) -> str | None:
    """The text without prompts, output lines emptied so that line numbers hold; None for a session without a prompt."""
    lines = text.split("\n")
    if not any(_PROMPT.match(line[:300]) for line in lines):
        return None if language in _SESSIONS else text
    kept: list[str] = []
    goes_on = printed = False
    for line in lines:
        prompt = _PROMPT.match(line[:300])
        if prompt:
            typed = line[prompt.end() :]
        elif goes_on:
            typed = line.removeprefix("> ")
        else:
            typed = line if line.startswith("# ") and not printed else ""
        goes_on = bool(prompt or goes_on) and typed.endswith("\\")
        printed = bool(line.strip())
        kept.append(typed)
    return "\n".join(kept)


def command(text: str, line: int, label: str, given: Attributes, words: Words) -> Command:
    """A command with its verdict; an attribute may raise the risk, never lower it."""
    verdict = shell.judge_filled(text)
    return Command(
        id=f"c{line}",
        line=line,
        text=text,
        label=label,
        risk=verdict.risk.worst(given.risk or Risk.READ),
        endless=verdict.endless,
        bounded=verdict.bounded,
        secrets=verdict.secrets,
        variables=verdict.variables,
        target=verdict.target if is_place(given.target) else given.target or verdict.target,
        place=given.target if is_place(given.target) else "",
        reason=verdict.reason if given.risk is None or given.risk <= verdict.risk else f"The runbook says {given.risk.value}.",
        fingerprint=shell.fingerprint(text),
        timeout_seconds=given.timeout_seconds,
        approvals=given.approvals,
        expect=given.expect,
        verify=given.verify,
        undo=given.undo,
        opens_editor=verdict.opens_editor,
        condition=windows.condition_of_command(label, words),
        programs=verdict.programs,
    )


def arranged(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """The commands with those under one label marked: a choice, or an order.

    They are a choice when they do the same to different things, as two lines that differ in their last word only
    ("systemctl restart docker", "systemctl restart nginx"); everything else that changes something keeps its order.
    Reads need neither and are left out.
    """
    together: dict[tuple[str, str, str], list[Command]] = {}
    for command in commands:
        if command.label and command.risk is not Risk.READ:
            together.setdefault((command.step, command.group, command.label), []).append(command)
    keys: dict[str, tuple[str, str]] = {}
    for (_, _, label), members in together.items():
        if len(members) == 1:
            continue
        key = f"# {label}"
        keys.update((member.id, (key, "") if _is_choice(members) else ("", key)) for member in members)
    return tuple(
        msgspec.structs.replace(command, alternative=keys[command.id][0], sequence=keys[command.id][1])
        if command.id in keys
        else command
        for command in commands
    )


def _is_choice(members: list[Command]) -> bool:
    """Whether all lines are one and the same up to their last word, which is never the same.

    Three lines below "with 3 shards" are all of them meant, and so are several values of one name: ``<SHARD_1>``, ``<SHARD_2>``.
    """
    words = [member.text.split() for member in members]
    of_one_name = len({re.sub(r"\d+", "", line[-1]) for line in words}) == 1 and words[0][-1][0] in "<$[{"
    if of_one_name or re.search(rf"(?<!of )(?<![/\d])\b{len(members)}\b", members[0].label):
        return False
    same = len({tuple(line[:-1]) for line in words}) == 1 and len(words[0]) > 1
    return same and len({line[-1] for line in words}) == len(words)
