"""What a shell of MongoDB is told: a question is one call of a closed list, and no script."""

import re
from collections.abc import Iterator

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation, Reason
from stormjib.core.shell.syntax import is_database
from stormjib.core.text.table import rows_of

_PARTS = {kind: "|".join(words) for kind, *words in map(str.split, rows_of(__package__, "mongo.txt"))}
# Values are plain ones: `$` begins an operator, and some of those run code.
_CALL = (
    rf"(?:(?:rs|sh)\.(?:{_PARTS['replica']})\(\)"
    rf"|db(?:\.getSiblingDB\(['\"][\w-]+['\"]\))?\.(?:(?:{_PARTS['database']})\((?:true|1|\{{ ?[\w\"': ,.-]* ?\}})?\)"
    rf"|(?:adminCommand|runCommand)\(\{{ ?['\"]?(?:{_PARTS['command']})['\"]?: ?(?:1|['\"]\w+['\"]) ?\}}\)"
    rf"|adminCommand\(['\"](?:{_PARTS['command']})['\"]\)"
    rf"|(?!system\b)\w+\.(?:{_PARTS['collection']})\([\w\"':{{}}, .\[\]-]*\)"
    rf"(?:\.(?:limit|skip)\(\d{{1,4}}\)|\.sort\(\{{[\w\"': ,.-]*\}}\)|\.(?:{_PARTS['cursor']})\(\))*)"
    r")(?:\.\w+|\[\d+\])*"
)
_ASKS = re.compile(rf"(?:show (?:{_PARTS['show']})|(?:printjson|print|JSON\.stringify)\({_CALL}\)|{_CALL});?")
_TEXT_MAX = 2_000
# Any other free word may be the file of a script.
_WHERE = re.compile(
    r"(?:mongodb(?:\+srv)?://)?(?:[\w.%:*-]+@)?[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?(?:,[\w.-]+(?::\d{1,5})?)*/[\w-]*(?:\?[\w=&,:%-]*)?"
    r"|mongodb(?:\+srv)?://(?:[\w.%:*-]+@)?[\w.,:-]+|[\w.-]+:\d{1,5}|[\w-]+",
    re.ASCII,
)
_FILE = re.compile(r".*\.(?:[cm]?js|mongo\w*|tsx?)", re.IGNORECASE | re.DOTALL)


def asked_of_mongo(call: Invocation) -> Iterator[Reason]:
    """Why a shell of MongoDB is told more than to show something."""
    told = [option.value.text.strip() for option in call.options if option.name == "--eval" and option.value]
    strange = any(not is_database(word) and (not _WHERE.fullmatch(word.text) or _FILE.fullmatch(word.text)) for word in call.free)
    if strange or len(told) != 1 or len(call.free) > 1 or len(told[0]) > _TEXT_MAX or not _ASKS.fullmatch(told[0]):
        yield Reason(Risk.UNKNOWN, f"{call.called} runs a script, and not one that is known to only ask")
