"""The help texts and the reference page, both from the grammar, so that neither can lag behind."""

from collections.abc import Iterable

from stormjib.cli.exits import MEANINGS
from stormjib.cli.grammar import COMMANDS, GROUPS
from stormjib.cli.vocabulary import GLOBALS, NOUNS, Command, Word

TAGLINE = "Incident response, driven by the Markdown runbook that your team already has."
_INDENT = "  "


def overall() -> str:
    """What ``stormjib --help`` prints."""
    parts = ["usage: stormjib COMMAND …", "", TAGLINE]
    width = max(len(shape(command, options=False)) for command in COMMANDS)
    for title, commands in GROUPS:
        parts += ["", f"{title}:", *(f"{_INDENT}{shape(command, options=False):{width}}  {command.help}" for command in commands)]
    parts += ["", "Anywhere:", *_rows(GLOBALS), "", "Exit codes:", *exit_codes()]
    parts += ["", "More on one command: stormjib COMMAND --help"]
    return "\n".join(parts) + "\n"


def of_noun(noun: str) -> str:
    """What ``stormjib incident --help`` prints."""
    commands = [command for command in COMMANDS if command.words.startswith(f"{noun} ")]
    width = max(len(shape(command, options=False)) for command in commands)
    rows = [f"{_INDENT}{shape(command, options=False):{width}}  {command.help}" for command in commands]
    return "\n".join([f"usage: stormjib {noun} VERB …", "", f"{NOUNS[noun]}.", "", *rows]) + "\n"


def of_command(command: Command) -> str:
    """What ``stormjib incident show --help`` prints."""
    parts = [usage(command), "", f"{command.help}."]
    positionals = [word for word in command.takes if not word.name.startswith("--")]
    options = [word for word in command.takes if word.name.startswith("--")]
    for title, words in (("Takes:", positionals), ("Options:", options), ("Anywhere:", GLOBALS)):
        if words:
            parts += ["", title, *_rows(words)]
    return "\n".join(parts) + "\n"


def usage(command: Command) -> str:
    """One line: what to type."""
    return f"usage: stormjib {shape(command)}"


def shape(command: Command, *, options: bool = True) -> str:
    """The command with what it takes, brackets around what may be left out."""
    words = [word for word in command.takes if options or word.required or not word.name.startswith("--")]
    return " ".join([command.words, *(_typed(word) for word in words)])


def exit_codes() -> list[str]:
    """A line for each exit code."""
    return [f"{_INDENT}{code.value:<4} {meaning}" for code, meaning in MEANINGS.items()]


def reference() -> str:
    """The page docs/reference/cli.md."""
    parts = [
        "# The command line",
        "",
        "`stormjib <noun> <verb>`. This page is written from the program's own grammar; a test compares the two.",
        "",
    ]
    for title, commands in GROUPS:
        parts += [f"## {title}", "", "| Command | What it does |", "|---|---|"]
        parts += [f"| `{_escaped(shape(command))}` | {command.help} |" for command in commands]
        parts += [""]
    parts += ["## Anywhere", "", "These may stand before or after the command.", "", "| Option | What it does |", "|---|---|"]
    parts += [f"| `{_left(word)}` | {_escaped(word.help)} |" for word in GLOBALS]
    parts += ["", "## Exit codes", "", "| Code | Meaning |", "|---|---|"]
    parts += [f"| {code.value} | {meaning} |" for code, meaning in MEANINGS.items()]
    return "\n".join([*parts, "", *_NOTES]) + "\n"


def _typed(word: Word) -> str:
    shown = _left(word)
    if word.required or not (word.optional or word.name.startswith("--")):
        return shown + (" …" if word.repeated else "")
    return f"[{shown}]" + (" …" if word.repeated else "")


def _left(word: Word) -> str:
    value = word.metavar or "|".join(word.choices)
    if not word.name.startswith("--"):
        return value
    return word.name if word.flag else f"{word.name} {value}"


def _rows(words: Iterable[Word]) -> list[str]:
    listed = [(_left(word), word.help + (" (required)" if word.required else "")) for word in words]
    width = max(len(left) for left, _ in listed)
    return [f"{_INDENT}{left:{width}}  {text}" for left, text in listed]


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


_NOTES = (
    "Where the HTTP API refuses: 401, 403 and 409 end with 5, 404 with 3, 400, 413 and 422 with 2, 412 with 8,",
    "408 and 504 with 7, 429, 502 and 503 with 6, everything else with 1.",
    "",
    "## What scripts can rely on",
    "",
    "- With `--json` a command prints one object with a `schema` key on standard output; `incident timeline --follow` prints one",
    "  object a line. When it fails it prints `stormjib.error/1` with `error`, `exit_code` and `next`, the commands to type.",
    "- What is for people (refusals, what to type next) goes to standard error, also with `--json`.",
    "- Without `--json` the text is plain where standard output is no terminal, and has colours where it is one.",
    "- `run start` of a command that is not a proven read exits with 4 and prints the `approve` that it needs.",
    "- A confirmation without a terminal to ask on exits with 4; `--yes` answers it. What needs a second person waits for one all the same.",
    "- `runbook lint` exits with 0 when it could read the file, findings or not; with `--strict` any finding is a 1.",
    "- `runbook check` exits with 0 when every proven read works and with 1 when one does not; remarks and the findings of",
    "  `runbook lint` change that only with `--strict`, and only the findings. With `--every` it prints one line a round.",
    "  Where `--url` is typed the server runs it, in its surroundings, if FILE is the runbook that it has in force.",
    "- The token comes from `STORMJIB_TOKEN`, else from `$XDG_CONFIG_HOME/stormjib/tokens/NAME` (or `~/.config/…`), where",
    "  NAME is what `--as` says. `--as` beats the variable. A token file that others can read is refused.",
    "- `token` and `log verify` work on the log's own file. `token` asks the server instead where `--url` or `STORMJIB_URL` is",
    "  given and neither `--data-dir` nor `--settings` is. Where a server has the log open, whoever may read its directory reaches it through that",
    "  server without a token: so a lost admin token is made anew on the machine itself, while the server runs.",
    "- `--save` refuses to overwrite the token of another server; a scope, a kind (person or machine) and an end are in `token list`.",
)
