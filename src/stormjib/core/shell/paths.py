"""Where a word leads as a path: to a device, to a file that holds secrets, or through a tree that has either."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import msgspec

from stormjib.core.shell.known_files import DIRECTORIES, MIXED, OBJECTS, SECRET, Ends, holds_settings
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, PLAIN, Word
from stormjib.core.text.table import words_of

_WILD = re.compile(r"[*?\[{]")
_KERNEL_FILES = words_of("root cwd fd kmsg task map_files sysrq-trigger kcore mem environ auxv kpagecount")
_ROOTS = {"host", "rootfs", "hostfs", "host-root", "host_root", "hostroot", "host-rootfs", "hostdir"}
_INTERNET = {"inet", "inet4", "inet6"}  # gawk opens a connection for `/inet/tcp/0/host/port`
# Names of files that hold secrets, wherever they lie. Lower case, as the names they are compared with.
_SECRET_FILE = re.compile(
    r"\.env(?:rc|[._-](?!(?:example|sample|template|dist)$).+)?|.+\.env|\.?env[._-](?:prod|stag|dev|local|live|test|secret|qa)\w*|\.flaskenv"
    r"|(?:prod|production|staging|live|local)[._-]env|config\.v2\.json|\.?passwd-s3fs|wpa_supplicant.*\.conf"
    r"|database\.ya?ml|gradle\.properties|settings-security\.xml|key\.json|local_settings\.py|id_(?:rsa|dsa|ecdsa|ed25519)(?!.*\.pub$).*|identity"
    r"|g?shadow-?|opasswd|\.?_?netrc|\.?pgpass(?:\.conf)?|(?:sasl|smb|.+[._-])_?passwd(?:[._].*)?|\.?userlist\.txt|.*\.cookie|\.my\.cnf|\.?mylogin\.cnf|debian\.cnf|\.htpasswd|\.git-credentials"
    r"|\.npmrc|\.pypirc|\.yarnrc(?:\.yml)?|\.vault-token|\.dockercfg|\.dockerconfigjson|\.s3cfg|\.boto|\.terraformrc|credentials(?:\..+)?"
    r"|.*_history|\.?history|\.lesshst|(?:.*[._-])?kubeconfig(?:[._-].*)?|k3s\.yaml|(?:admin|super-admin|kubelet|scheduler|controller-manager)\.conf"
    r"|.+\.(?:key|p12|pfx|jks|keystore|kdbx?|ppk|keytab|pem|tfstate|tfvars|ovpn|token|secrets?|passwords?|passwd|pgpass)(?:\.(?:bak|old|backup))?"
    r"|keystore|(?:.*[._-])?secrets?(?:[._-].*)?|secret_key_base|.*passwords?(?:\..+)?|passwd-|(?:.*[._-])?tokens?(?:\.(?:json|txt|ya?ml))?"
    r"|ssh_host_\w+_key|wp-config\.php|master\.key|chap-secrets|pap-secrets|environment|rclone\.conf|service[-_]?account.*\.json"
    r"|(?:log|engine)\.db(?:-wal|-shm|-journal)?"
    r"|application_default_credentials\.json|\.?pwd\.lock|\.?(?:.*[._-])?vault[-_]?pass.*"
    r"|instance-data(?:-sensitive)?\.json|(?:user|vendor)-?data2?(?:\..+)?|cloud-config\.txt|auth\.json|\.databrickscfg|\.?smbcredentials|htpasswd|\.?htdigest"
)
_ALL = re.compile(r"(?=[^*?]*[*?])[*?\x00-\x02]+")
_UNKNOWN_PART = re.compile(r"[*?\[{\x00-\x02]")
_PUBLIC = re.compile(
    r"known_hosts.*|authorized_keys.*|.*\.pub|config|cert\.pem|(?:full)?chain\.pem|.*[._-]?(?:cert|ca|crt|chain)\.pem"
)
# What an editor, a package manager or a person appends to the name of a copy.
_COPY_END = re.compile(
    r"(?:~|\.~\d+~|[.-]\d{1,14}|[._-](?:bak|old|orig|save|saved|sav|backup|bkp|copy|tmp|swp|swo|prev|previous|dpkg-\w+|rpm\w+|ucf-\w+|gz|bz2"
    r"|xz|zst|zip|lz4|lzma|tgz|new|disabled|asc|gpg))+$"
)
_FILE_END = re.compile(
    r"[^/]\.(?:ya?ml|json|xml|toml|ini|cfg|cnf|conf|properties|service|txt|log|out|err|csv|tsv|md|sql|sh|py|html?|diff|patch|lock|pem|crt"
    r"|bak|old|orig|new|save|backup|rpm(?:new|save)|dpkg-\w{2,8})$"
)
_KEPT_PUBLIC = {".ssh", "pki"}  # beside their secrets these hold what everybody may see
_SECRET_VARIABLE = re.compile(r"\$\{?\w*(?:KUBECONFIG|ENV_?FILE|KEY_?FILE|PASS_?FILE|NETRC)\b", re.IGNORECASE)
_SETTINGS_VARIABLE = re.compile(r"\$\{?\w*(?:CONF|CFG|SETTING|PROPERTIES|YAML|TOML)\w*\}?[\"']?$", re.IGNORECASE)
_NAME_MAX = 255
_PATH_MAX = 4_096
_EXPANDED_MAX = 64
# Trees in which a walk comes upon devices, control files of the kernel, or secrets.
_TREES = {"dev", "proc", "sys", "run", "root", "boot", "lost+found"}
_UPPER = {"etc", "home", "var", "usr", "lib", "mnt", "media", "host", "rootfs", "hostfs"}
_UPPER_PATHS = {("var", "run"), ("var", "lib"), ("var", "spool"), ("etc", "ssl"), ("etc", "ssh"), ("etc", "kubernetes")}


def steps(text: str) -> list[str]:
    """The names on a path, without ``.`` and with ``..`` taken back; no ``..`` leads above the root."""
    kept: list[str] = []
    for part in text.split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part not in {"", "."}:
            kept.append(part)
    return kept


def _below(text: str) -> list[str]:
    """The names on a path, without the directory in front that a container sees its machine's root in."""
    kept = steps(text)
    return kept[1:] if len(kept) > 1 and kept[0].casefold() in _ROOTS else kept


def _readings(word: Word) -> Iterator[Word]:
    """A word, and every text that it may become by what the source puts into its variables."""
    yield word
    for text in word.made:
        yield msgspec.structs.replace(word, text=text, made=())


def _tails(text: str) -> Iterator[str]:
    """What stands behind each unknown part of a path, counted from the root: the unknown part may be any number of ``..``."""
    parts = text.split("/")
    if len(text) > _PATH_MAX and not text.isprintable():
        parts = ["\0", "dev"]  # no path is that long, and nobody looks that far
    for at, part in enumerate(parts[:-1]):
        behind = steps("/".join(parts[at + 1 :]))
        if not part.isprintable() and behind and behind[0].isprintable() and not _WILD.search(behind[0]):
            yield "/" + "/".join(parts[at + 1 :])


def _path(word: Word) -> str:
    """The part of a word that may be a path: behind ``--option=``, ``-x`` or ``@``."""
    return re.sub(r"^-\w+(?=[/~.])", "", word.text.rsplit("=", 1)[-1].lstrip("@"))


def opens_device(word: Word, *, relative: bool = True) -> bool:
    """Whether a word may lead to a device or a control file of the kernel, where even reading has an effect.

    ``relative`` says that it is certainly a path, which may count from the root.
    """
    return any(_device(_path(each), relative=relative, wild=each.kind == "glob") for each in _readings(word))


def _device(text: str, *, relative: bool, wild: bool) -> bool:
    """Whether one path may lead to a device; with ``wild`` it has wildcards."""
    if len(text) > _PATH_MAX and "/" in text:
        return True
    kept = _below(text)
    if not kept or "/" not in text or (text[0] not in "/.~" and not relative):
        return relative and kept == ["dev"]
    if (wild and _WILD.search(kept[0])) or ((text[0] == "/" or text[:3] == "../") and not kept[0].isprintable()):
        return True
    if "proc" in kept[1:] and _KERNEL_FILES & set(kept[kept.index("proc", 1) + 1 :]):
        return True
    if any(_device(tail, relative=True, wild=wild) for tail in _tails(text)):
        return True
    if kept[0] == "dev":
        return kept[1:] not in (["null"], ["stdin"], ["stdout"], ["stderr"])
    if kept[0] == "proc":
        return not re.fullmatch(r"[\w/.-]+", text) or bool(_KERNEL_FILES & set(kept))
    return kept[0] in _INTERNET or (kept[0] == "sys" and (kept[1:2] == ["kernel"] or not re.fullmatch(r"[\w/.:@~-]+", text)))


def leads_nowhere_good(word: Word) -> bool:
    """Whether a directory is one in which bare names may be devices, control files or secrets."""
    texts = [text for each in _readings(word) for text in (each.text, *_tails(each.text))]
    kernel = any(_below(text)[:1] in (["proc"], ["dev"], ["sys"]) for text in texts)
    return word.text == "-" or opens_device(word) or kernel or holds_secret(word)


def walks_into_danger(word: Word, folders: Sequence[str] = ()) -> bool:
    """Whether reading every file below a path comes upon devices or secrets; ``.`` may be anywhere, the root included."""
    texts = [text for each in _readings(word) for text in (*within(folders, _path(each)), *_tails(_path(each)))]
    return any(_walks(text) for text in texts)


def _walks(text: str) -> bool:
    """Whether a walk below one path comes upon devices or secrets."""
    kept = _below(text)
    if not kept or kept[0].casefold() in _ROOTS:
        return text not in {"", "-"}
    if _WILD.search(kept[0]) or kept[0][0] == "~" or ("/" in text and not kept[0].isprintable()):
        return len(kept) == 1 or kept[0][0] != "~"
    return (
        kept[0] in _TREES
        or (len(kept) == 1 and kept[0] in _UPPER)
        or kept[-1] == "stormjib"  # its data directory, as `data` is where it was started
        or (kept == ["data"] and text[0] != "/")
        or (kept[0] == "home" and not kept[2:])  # /home/NAME is a home
        or tuple(kept[:2]) in _UPPER_PATHS
    )


def within(folders: Sequence[str], text: str) -> list[str]:
    """The paths that a text may be where these are the directories in force: as it stands, and below each of them."""
    return [text, *(f"{folder}/{text}" for folder in folders if text[:1] not in {"", "/", "~", "-"})]


def entered(folders: Sequence[str], word: Word) -> list[str]:
    """The directories in force after one more was gone into; who knows whether it was, or from which of the others."""
    return list(dict.fromkeys([*folders, *(path for each in _readings(word) for path in within(folders, each.text))]))


def may_be_directory(word: Word) -> bool:
    """Whether a path may be a directory: neither an input nor a name that ends as those of files do."""
    return word.text not in {"-", "/dev/stdin", "/dev/null"} and not _FILE_END.search(word.text)


def holds_secret(word: Word, folders: Sequence[str] = (), *, searched: bool = False) -> bool:
    """Whether a path leads to a file that is known to hold secrets, or may once its unknown parts are known.

    ``folders`` are the directories that it may count from. With ``searched`` only lines with a harmless word of their own are shown.
    """
    if _SECRET_VARIABLE.search(word.written):
        return True
    return any(_holds_secret(each, folders, searched=searched) for each in _readings(word))


def _holds_secret(word: Word, folders: Sequence[str], *, searched: bool) -> bool:
    """Whether one reading of a word leads to a secret."""
    wild = word.kind == "glob" or (word.kind == "many" and bool(_WILD.search(word.text)))
    loose = wild or any(mark in word.text for mark in (ANYTHING, PLAIN, OUTPUT))
    paths = _expanded(_path(word)) if wild else [_path(word)]
    return len(paths) > _EXPANDED_MAX or any(
        _secret(path, loose=loose, searched=searched) for each in paths for path in within(folders, each)
    )


def shows_settings(word: Word) -> int:
    """Whether a path leads to a file of settings, in which secrets may stand beside their names, as ``holds_settings`` says."""
    if _SETTINGS_VARIABLE.search(word.written):
        return OBJECTS
    names = ([name.casefold() for name in steps(_path(each))] for each in _readings(word))
    return max((holds_settings([*each[:-1], _COPY_END.sub("", each[-1][-_NAME_MAX:])]) for each in names if each), default=0)


def _expanded(text: str) -> list[str]:
    """Every path that braces make of a text; more than the most that are looked at when there are too many."""
    done: list[str] = []
    waiting = [text]
    while waiting and len(done) + len(waiting) <= _EXPANDED_MAX:
        path = waiting.pop()
        inner = re.search(r"\{([^{}]*)\}", path)
        if inner is None:
            done.append(path)
            continue
        choices = [PLAIN] if ".." in inner[1] else inner[1].split(",")
        waiting += [path[: inner.start()] + choice + path[inner.end() :] for choice in choices]
    return done + waiting


def _secret(path: str, *, loose: bool, searched: bool) -> bool:
    """Whether one path leads to a secret; with ``loose`` it has wildcards or unknown parts."""
    if len(path) > _PATH_MAX:
        return "/" in path
    names = [name.casefold() for name in steps(path)]
    if not names or _PUBLIC.fullmatch(names[-1]) or names == ["etc", "passwd"]:
        return bool(({".git", *DIRECTORIES} - _KEPT_PUBLIC) & set(names[:-1]))
    original = _COPY_END.sub("", names[-1][-_NAME_MAX:]).removeprefix(".#").removeprefix("#").removesuffix("#")
    if original and original != names[-1] and not original.endswith(".") and _SECRET_FILE.fullmatch(original):
        return True
    if names[-1].endswith((".swp", ".swo")) and _SECRET_FILE.fullmatch(original.removeprefix(".")):
        return True
    if loose and _ALL.fullmatch(names[-1]) and names[:2] not in (["var", "log"], ["tmp"]):
        return True
    return (
        any(_names(name, DIRECTORIES, loose=loose) for name in names)
        or bool(_SECRET_FILE.fullmatch(names[-1]))
        or any(_known(kind, names, original, loose=loose) for kind in (SECRET, *(() if searched else (MIXED,))))
        or (loose and _begins_as_copy(names[-1]))
        or (loose and names[-2:-1] in (["etc"], ["root"], ["~"]) and bool(re.search(r"^[*?\x00-\x02]+$", names[-1])))
    )


def _known(kind: Ends, names: list[str], original: str, *, loose: bool) -> bool:
    """Whether the table has a path, or that of which it is a copy."""
    return kind.match(names) or kind.match([*names[:-1], original]) or (loose and kind.may_match(names))


def _begins_as_copy(name: str) -> bool:
    """Whether what is known of a name is a secret's and the beginning of what copies are called after it: ``shadow.2024$X``."""
    head = _UNKNOWN_PART.split(name, maxsplit=1)[0]
    original = re.sub(r"[._~-]+\w*$", "", head)
    return head not in {name, original} and bool(_SECRET_FILE.fullmatch(original))


def _names(name: str, known: frozenset[str], *, loose: bool) -> bool:
    """Whether a name, which may hold wildcards and unknown parts, can become one of those that are known."""
    if name in known:
        return True
    pattern = re.sub(r"\{[^{}]*\}|[\x00-\x02]+", "*", name) if loose else name
    if pattern == name and not _WILD.search(name):
        return False
    return bool(pattern.strip("*?")) and any(fnmatchcase(other, pattern) for other in known)
