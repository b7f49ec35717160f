"""Whether one command takes back what another one did, by its words alone."""

import re
from typing import Final

_PAIRS: Final = (
    "on off,enable disable,enabled disabled,true false,1 0,yes no,start stop,up down,add remove,add delete,add del,create delete,-i -d,-a -d,"
    "--insert --delete,--append --delete,block unblock,block allow,ban unban,deny allow,drain uncordon,cordon uncordon,drain undrain,pause resume,"
    "pause unpause,suspend resume,mask unmask,lock unlock,set unset,attach detach,mount umount,freeze thaw,hold unhold,insert delete,down up"
)
_OPPOSITE: Final = {frozenset(pair.split()) for pair in _PAIRS.split(",")}
_ENDS: Final = {"off", "reset", "clear", "default", "restore", "undo"}
_WORD: Final = re.compile(r"[^\s'\"=:{},/]+")


def undoes(text: str, before: str, *, exactly: bool = False) -> bool:
    """Whether a command is for the same program and says the opposite of the one before.

    "disable search" and "enable search"; ``exactly``: nothing else of it is different. Otherwise "--off" takes back "--rate 50", too.
    """
    words, those = ([word.lower() for word in _WORD.findall(one) if word != "sudo"] for one in (text, before))
    if words[:1] != those[:1] or words == those:
        return False
    new, old = [word for word in words if word not in those], [word for word in those if word not in words]
    opposite = [(one, other) for one in new for other in old if _is_opposite(one, other)]
    if exactly:
        return len(new) == len(old) == len(opposite) == 1
    return bool(opposite) or bool(_ENDS & {word.lstrip("-") for word in new})


def _is_opposite(one: str, other: str) -> bool:
    return frozenset((one, other)) in _OPPOSITE or frozenset((one.lstrip("-"), other.lstrip("-"))) in _OPPOSITE
