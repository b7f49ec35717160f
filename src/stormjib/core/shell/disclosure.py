"""What would show a secret to everybody who sees the incident, or send one to another machine."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from stormjib.core.redact import is_secret
from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation, Reason, shown
from stormjib.core.shell.environments import asks_secret, loses, narrows, parting, picked
from stormjib.core.shell.filters import only_picks
from stormjib.core.shell.paths import holds_secret, shows_settings
from stormjib.core.shell.programs import FAR
from stormjib.core.shell.requests import is_here
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, Word, is_database
from stormjib.core.text.table import words_of

_OPENS = {"files", "one", "compressed", "sed", "awk"}  # the rules of what is given files
_TELLS_ABOUT = words_of(  # of a file these print no more than that it is there, its size, its kind or a checksum
    "ls wc stat du df pgrep cksum md5sum sha1sum sha256sum sha512sum realpath readlink lsof file lsattr namei getfacl cd "
    "resolvectl find test openssl"
)
_NAMES_ONLY = {
    "any",
    "format",
    "counts",
    "find",
    "curl",
    "wget",
}  # the rules of what opens none of its words, or has a check of its own
_SETTINGS = {"crontab", "nginx", "postconf"}  # these show settings, whatever they are given
_ROOTED = re.compile(r"(?:/|~|\.{1,2}/).*", re.DOTALL)
_CERTIFICATE = re.compile(r"\.(?:pem|crt|cer)$")
_PROGRAMMED = {
    "grep",
    "zgrep",
    "zegrep",
    "zfgrep",
    "jq",
    "sed",
    "awk",
    "gawk",
    "mawk",
}  # their first word is a pattern or a script
_GIT_SHOWS = {"show", "diff", "blame", "log", "whatchanged", "ls-tree", "diff-tree", "grep"}
_OTHER_HUB = re.compile(r"(?:\w+://)?(?!github\.com/)[\w-]+\.[\w.:-]+/[^/]+/|\w+://(?!github\.com/)")
_SECRET_KIND = re.compile(r"(?:.*,)?secrets?(?:[./,].*)?", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"env|\.config\s*(?:\}|\||$)|json\s*\.\s*\}|\.\s*\}\}", re.IGNORECASE)
_REDIS_SECRETS = ("requirepass", "masterauth", "masteruser", "tls-key-file-pass", "tls-client-key-file-pass", "user", "aclfile")
_REDIS_KEYS = re.compile(
    r"^h(?:vals|randfield)$|passw|passwd|secret|token|credential|(?:api|access|private).?key|\bauth\b", re.IGNORECASE
)
_REDIS_NAME = re.compile(r"[a-z0-9-]*+(?:\*[a-z0-9-]*+)?", re.ASCII)
_GIT_SECRETS = re.compile(r"extraheader|token|password|secret|credential|insteadof|proxy|url\.|http\.|smtp", re.IGNORECASE)
PS_VALUES = re.compile(
    r"-[^\WoOpCuUgGtsqk]*[oOpCuUgGtsqk]|[^\WoOkpUt]*[oOkpUt]|--(?:format|pid|ppid|user|User|group|Group|sort|tty|sid|quick-pid|cols|rows)"
)
# With one dash ps takes its letters for options of BSD where it can't make sense of any of them; with these it always can.
_PS_DASHED = re.compile(r"-[AadefFHjlLMmNPTVwyZc]*(?:[oO][\w,.:%=-]*|p[\d,]*|[CuUgGstq])?")
_BRACKETS = re.compile(r"\.[\w.]*(?:\[\][\w.]*)+")  # no name of a file is like that, and it stays as it is
_RAW = re.compile(r"/(?:healthz|livez|readyz|version|metrics)(?:[/?][\w/?=&-]*)?")
_ELSEWHERE = words_of("dig host getent nc ncat netcat ping ping6 traceroute tracepath pg_isready nslookup ssh")
_SINCE = {"--since", "--since-time", "--until", "--tail", "--limit-bytes"}
_THEIRS = {"redis-cli", "curl", "wget", "test"}  # they have rules of their own, and a test tells only yes or no
# A project of Compose that is fetched, fed in, or not known before it runs.
_FAR_PROJECT = re.compile(r"[:@#\x00-\x02]|^-$|^/dev/|^/proc/|^git(?:hub|lab)\.")


def disclosed(call: Invocation, folders: Sequence[str]) -> Iterator[Reason]:
    """Why a command may show or send a secret. ``folders`` are the directories that its files may count from."""
    name = call.path[0]
    words = [*call.free, *(option.value for option in call.options if option.value)]
    if name not in _THEIRS and any(word.secret and not (name == "psql" and is_database(word)) for word in words):
        yield Reason(Risk.UNKNOWN, f"it would give a secret to {call.called}")
    if name in _ELSEWHERE | FAR and any(OUTPUT in word.text for word in words):
        yield Reason(Risk.UNKNOWN, f"what other commands printed would leave this machine with {call.called}")
    if name in {"kubectl", "helm", "redis-cli"} and any(
        option.value and OUTPUT in option.value.text and option.name not in _SINCE for option in call.options
    ):
        yield Reason(Risk.UNKNOWN, f"what other commands printed would leave this machine with {call.called}")
    searched = narrows(call)
    for word in _files(call):
        if holds_secret(word, folders, searched=searched):
            yield Reason(Risk.UNKNOWN, f"`{shown(word.text)}` may hold a secret, which would then stand in the evidence")
    if name in {"wc", "du"} and any(word.text.startswith("--f") for word in call.words):
        yield Reason(Risk.UNKNOWN, f"`--files0-from` of {call.called} shows what stands in a file")
    if asks_secret(call):
        yield Reason(Risk.UNKNOWN, f"{call.called} would take a secret out from behind its name, by which it is redacted")
    if loses(shows(call), parting(call)):
        yield Reason(Risk.UNKNOWN, f"{call.called} may part values of settings from their names, secrets among them")
    if picked(call):
        yield Reason(Risk.UNKNOWN, f"its format takes values of {call.called} out without their names, secrets among them")
    yield from _told(call, [word.text for word in call.free])


def shows(call: Invocation) -> int:
    """Whether it shows what stands in a file of settings, as ``shows_settings`` says."""
    return max(map(shows_settings, _files(call)), default=0) or int(call.path[0] in _SETTINGS)


def _files(call: Invocation) -> Iterator[Word]:
    """The words that name a file whose text is shown."""
    name, rule = call.path[0], call.program.rest if call.program else ""
    if name == "git" and set(call.path[1:]) & _GIT_SHOWS:
        pattern = "grep" in call.path and not call.has("-e")
        ranges = (option.value for option in call.options if option.name in {"-L", "-C"} and option.value)
        for word in (*call.free[pattern:], *ranges):  # git itself takes wildcards in the name of a file, quoted or not
            path = re.sub(r"^:[!^/]*(?:\([^)]*\))?|^[^/]*:", "", word.text)
            yield Word(path, "glob" if re.search(r"[*?\[]", path) else word.kind, made=word.made)
    if name == "openssl":
        read = (option.value for option in call.options if option.name == "-in" and option.value)
        yield from (word for word in read if not _CERTIFICATE.search(word.text))
    if name in _TELLS_ABOUT or rule in _NAMES_ONLY or name == "git":
        return
    if rule not in _OPENS:
        yield from (word for word in call.free if _ROOTED.fullmatch(word.text))
        return
    free = [word for word in call.words[1:] if call.program and call.program.open_ended] or call.free
    at = next((index for index, word in enumerate(free) if word.text == "--" or word.text[:1] != "-"), len(free))
    given = any(re.match(r"-\w*[ef]|--(?:re|f)", word.text) for word in call.words[1:])
    if name in _PROGRAMMED and not given and at < len(free):
        free = free[at + (2 if free[at].text == "--" else 1) :] + free[:at]
    yield from free
    yield from (option.value for option in call.options if option.value and option.name not in {"-e", "-t", "-F", "-d"})


def _told(call: Invocation, free: list[str]) -> Iterator[Reason]:
    """What single programs tell when they are asked for it."""
    values = {option.name: option.value.text for option in call.options if option.value}
    match call.path:
        case ("ps",) if _environment_of_processes(free):
            yield Reason(Risk.UNKNOWN, "it shows the environment of processes, secrets included")
        case ("docker", "top") if _environment_of_processes(free[1:]) or any(word.kind == "many" for word in call.free):
            yield Reason(Risk.UNKNOWN, "it shows the environment of processes, secrets included")
        case ("set",) if len(call.words) == 1:
            yield Reason(Risk.UNKNOWN, "`set` alone shows every variable, secrets included")
        case ("getent",) if {"shadow", "gshadow"} & set(free) or not free or free[0][:1] in {ANYTHING, OUTPUT}:
            yield Reason(Risk.UNKNOWN, "it shows the passwords of accounts")
        case ("lsof",) if any(text.startswith("+") for text in free):
            yield Reason(Risk.UNKNOWN, "an option of `lsof` that begins with a plus goes on for ever, or looks into every file")
        case ("jq",) if any(_programs_jq(word) for word in call.words[1:]) or _unknown_filter(call):
            yield Reason(Risk.UNKNOWN, "a filter of `jq` can show variables or go on for ever, and this one is not a plain path")
        case ("gh", *_) if not all(
            only_picks(option.value.text, wild=False) and OUTPUT not in option.value.text
            for option in call.options
            if option.name in {"-q", "--jq"} and option.value
        ):
            yield Reason(Risk.UNKNOWN, "a filter of `gh` can show variables, and this one is not a plain path")
        case ("gh", *_) if call.has("--hostname") or any(map(_OTHER_HUB.match, (*free, *values.values()))):
            yield Reason(Risk.UNKNOWN, "it would ask another address than the one that it is made for")
        case ("nslookup",) if not free or free[0][:1] in {"-", ANYTHING, OUTPUT}:
            yield Reason(Risk.UNKNOWN, "`nslookup` without a name sends out whatever it is given")
        case ("openssl", *_) if re.match(r"[\w.+-]+:", values.get("-in", "")):
            yield Reason(Risk.UNKNOWN, "what it reads is not a file but comes through a module or from another machine")
        case ("redis-cli", *_) if any(_REDIS_KEYS.search(text) for text in (*call.path[1:], *free)) and "config" not in call.path:
            yield Reason(Risk.UNKNOWN, "it shows the value of a key that has the name of a secret, or values without their names")
        case ("redis-cli", "config", "get") if any(_names_redis_secret(text) for text in free):
            yield Reason(Risk.UNKNOWN, "it shows the password of Redis")
        case ("redis-cli", *_):
            yield from _redis(call, values)
        case ("git", "config") if call.has("-l", "--list") or _GIT_SECRETS.search(values.get("--get", "")):
            yield Reason(Risk.UNKNOWN, "the settings of Git may hold credentials")
        case ("kubectl", *_) if any(_SECRET_KIND.fullmatch(text.removeprefix("./")) for text in free):
            yield Reason(Risk.UNKNOWN, "it shows secrets of the cluster")
        case ("kubectl", *_) if not _RAW.fullmatch(values.get("--raw", "/version")):
            yield Reason(Risk.UNKNOWN, "what the cluster answers to that is not known to hold no secret")
        case ("kubectl", *_) if re.search(r"-file|templatefile", values.get("-o", values.get("--output", "")), re.IGNORECASE):
            yield Reason(Risk.UNKNOWN, "the template that it prints with is a file that is not seen here")
        case ("systemctl", "show") if not call.has("-p", "--property") or any(
            option.value and re.search(r"environ|\x00|\x02|\*", option.value.text.casefold()) for option in call.options
        ):
            yield Reason(Risk.UNKNOWN, "`systemctl show` without `-p NAME` shows the environment of a unit, secrets included")
        case ("docker", "compose", "config") if not call.asks(
            "-q", "--quiet", "--services", "--volumes", "--images", "--profiles"
        ):
            yield Reason(Risk.UNKNOWN, "it shows the settings with every variable filled in, secrets included")
        case ("docker", "compose", *_) if any(
            option.value and _FAR_PROJECT.search(option.value.text)
            for option in call.options
            if option.name in {"-f", "--file", "--project-directory"}
        ):
            yield Reason(Risk.UNKNOWN, "the file of its project comes from elsewhere; what it makes Compose do is not seen here")
        case ("ceph", "config", *_) if any(is_secret(text) for text in free):
            yield Reason(Risk.UNKNOWN, "it shows a setting that holds a secret")
        case ("docker", *_) if "inspect" in call.path and _asks_environment(free):
            yield Reason(Risk.UNKNOWN, "it shows the environment of a container, secrets included")


def _environment_of_processes(texts: list[str]) -> bool:
    """Whether the words of ps may ask for the environment: the letter ``e`` without a dash, or its column."""
    before, dashed = "", []
    for text in texts:
        valued = bool(PS_VALUES.fullmatch(before))
        unknown = any(mark in text for mark in (ANYTHING, OUTPUT))
        if re.search(r"environ", text, re.IGNORECASE) or (not valued and text[:1] != "-" and ("e" in text or unknown)):
            return True
        if not valued and text[:1] == "-" and text[:2] != "--":
            dashed.append(text)
        before = text
    letters = "".join(dashed)
    misread = not all(map(_PS_DASHED.fullmatch, dashed)) or (dashed and before == dashed[-1] and PS_VALUES.fullmatch(before))
    return "e" in letters and bool(misread or ("H" in letters and set("TLm") & set(letters)))


def _programs_jq(word: Word) -> bool:
    """Whether a word of jq may be a filter that does more than to pick out, or comes from a file."""
    return not only_picks(word.text, wild=word.kind == "glob") or bool(re.match(r"-\w*[fL]|--from|--l", word.text))


def _unknown_filter(call: Invocation) -> bool:
    """Whether the filter of jq, or an option that could bring one, is made by the shell: nobody knows what it asks for."""
    filters = [word for word in call.free if word.text[:1] != "-"][:1]
    asked = [*filters, *(word for word in call.words[1:] if word.text[:1] == "-")]
    return any(
        (word.kind == "glob" and not _BRACKETS.fullmatch(word.text)) or any(mark in word.text for mark in (ANYTHING, OUTPUT))
        for word in asked
    )


def _names_redis_secret(text: str) -> bool:
    """Whether a pattern for ``config get`` may take a password in: only a name with one star is looked at any closer."""
    pattern = text.casefold()
    return not _REDIS_NAME.fullmatch(pattern) or any(fnmatchcase(name, pattern) for name in _REDIS_SECRETS)


def _redis(call: Invocation, values: dict[str, str]) -> Iterator[Reason]:
    """A secret may go to the Redis of this machine, or to one that the operator's own variable names."""
    given = {"-h", "-u", "-s"} & set(values)
    if any(word.secret for word in call.words) and (
        "-u" in given or not all(values[name] == ANYTHING or is_here(values[name]) for name in given)
    ):
        yield Reason(Risk.UNKNOWN, "it would send a secret to another machine")


def _asks_environment(texts: list[str]) -> bool:
    """Whether a format of ``docker inspect`` picks the environment out."""
    formats = [text.partition("=")[2] if text.startswith(("--format=", "-f=")) else text for text in texts if "{{" in text]
    return any(_ENVIRONMENT.search(text) for text in formats)
