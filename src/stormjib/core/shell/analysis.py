"""Everything that is seen of a shell text while it is read through."""

import msgspec

from stormjib.core.redact import is_secret
from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation, Reason
from stormjib.core.shell.bounded import Edit, Remedy

__all__ = ["CommandAnalysis", "Place", "is_secret"]


class Place(msgspec.Struct, frozen=True):
    """Where a part of a text runs.

    ``depth`` and ``nested`` count blocks and texts within texts; ``target`` is set once the part runs somewhere else;
    ``limited`` says that a time limit ends it; ``local`` that this machine's variables are the ones it expands; ``bash`` that
    bash, sh or dash reads it, rather than whatever shell somebody has on another machine; ``quotes_dollars`` that ``$'…'`` is a
    quotation there, as in bash alone; ``piped`` that it reads what another command prints, ``hidden`` that what it prints becomes
    words or the input of another command; ``fed`` that what a file holds or a command printed is on its input, about ``lines`` of it; ``times`` is how
    often loops run it at most; ``bound`` that its session was made one that only reads; ``stated`` that its input is a here-document,
    letter by letter, and nothing else.
    """

    depth: int = 0
    nested: int = 0
    target: str | None = None
    limited: bool = False
    local: bool = True
    bash: bool = True
    quotes_dollars: bool = True
    piped: bool = False
    hidden: bool = False
    fed: bool = False
    lines: int = 0
    times: int = 1
    bound: bool = False
    stated: bool = False


class CommandAnalysis(msgspec.Struct):
    """What is seen of a text; ``reasons`` are why it is not a read, each with what it acts on.

    ``own`` are variables that the text sets, ``plain`` those of them that hold one harmless word, with all that it may be, ``ids`` those
    that hold nothing but names and ids, with the kind of word that they become;
    ``remedies`` has one entry per part that never ends; ``simple`` says that the text is one command, so that another can stand
    in front of it; ``heard`` are texts that may be for another shell, and were read, ``assigned`` values that it gives to variables;
    ``sessions`` make the sessions of databases ones that only read, in ``source``, the whole text.
    ``invocations`` are the programs that print, in order and behind their wrappers, each with whether it is behind a pipe;
    ``calls`` are all of the programs, wrappers too.
    ``folders`` are the directories that files may count from, as far as they are known.
    ``bearing`` is the command of this pipeline that shows an environment, ``kept`` one whose output became words.
    ``settings`` says that this pipeline shows a file of settings (1, or 2 where names may be on other lines than values), ``any_settings`` that
    some part does, ``kept_settings`` that one became words; ``parts`` that some part may leave out lines (1), or part values from names (2).
    """

    reasons: list[tuple[Reason, str | None]] = []
    programs: list[str] = []
    targets: list[str] = []
    variables: list[str] = []
    own: set[str] = set()
    plain: dict[str, tuple[str, ...]] = {}
    ids: dict[str, str] = {}
    remedies: list[Remedy] = []
    opens_editor: bool = False
    parsed: bool = True
    simple: bool = False
    heard: set[str] = set()
    assigned: list[str] = []
    invocations: list[tuple[Invocation, bool]] = []
    calls: list[Invocation] = []
    source: bytes = b""
    sessions: list[Edit] = []
    folders: list[str] = []
    bearing: str = ""
    kept: str = ""
    settings: int = 0
    any_settings: bool = False
    kept_settings: int = 0
    parts: int = 0

    def reason(self, risk: Risk, why: str, target: str | None = None) -> None:
        """Note a reason why this is not a read."""
        self.reasons.append((Reason(risk, why), target))

    def worst(self) -> tuple[Reason, str | None] | None:
        """The first of the gravest reasons, with what it acts on."""
        return max(self.reasons, key=lambda entry: entry[0].risk.rank, default=None)
