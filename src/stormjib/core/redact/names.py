"""Which names say that a value is secret, and what is believed to be one."""

import re
from functools import lru_cache

from stormjib.core.redact.shapes import FOREIGN

SECRET_CHARS_MIN = 4
"""A shorter value stands in ordinary text too often; redacting it would destroy the output."""
_PART_CHARS_MIN = 8
JUDGED_CHARS = 256
"""So much of a value is looked at to say whether it is one."""

_NAME = re.compile(
    r"(?:^|[_.-])(?:TOKENS?|SECRETS?|PASS(?:WORD|WD|PHRASE|CODE)?|PWD|PW|PAT|KEYS?|CREDENTIALS?|CREDS?|AUTH|AUTHORIZATION|BEARER|JWT|COOKIES?"
    r"|DSN|WEBHOOKS?|PIN|OTP|SALT|SIGNATURE)(?:[_.-]|$)|(?:TOKEN|SECRET|PASSWORD|PASSWD|KEY|PASS|CREDENTIALS|COOKIE)$"
    r"|(?:DATABASE|DB|REDIS|MONGO(?:DB)?|AMQP|RABBITMQ|POSTGRES(?:QL)?|MYSQL|BROKER|CACHE|CONNECTION)_(?:UR[IL]|STRING)$|SECRET|PASSWORD|CREDENTIAL"
    rf"|{FOREIGN}",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"password|passwd|passphrase|secret|credential|api[_.-]?key|access[_.-]?key|private[_.-]?key|auth[_.-]?token|access[_.-]?token|refresh[_.-]?token"
    r"|(?:^|[_.-])token$|_pass$|_pwd$|_pw$|authentication_string$|basic_?auth$|account[_.-]?key|dsn$|jwt|cookie|authorization|webhook_ur[il]$|(?:database|db|redis|mongo(?:db)?|amqp|broker)_ur[il]$"
    rf"|{FOREIGN}",
    re.IGNORECASE,
)
"""In an output these are believed whatever the value; of any other secret name the value must look like one."""
_PLAIN = (
    "true false null none nil empty yes no ok on off set unset expired invalid missing required incorrect wrong denied rejected "
    "accepted failed failure error errors authentication authenticated is was not has must unexpected expected unknown default "
    "for and or the a an in of to from with by at user login enabled disabled valid changed updated rotated revoked found given "
    "filtered provided auth basic bearer string str int bool bytes undefined redacted hidden masked removed n/a optional reset changes created deleted policy prompt "
)
_PLAIN_VALUES = frozenset(_PLAIN.split())

_FIRST_WORD = re.compile(r"[^,;&(){}\[\]<>\"']*")
_ENTROPY = re.compile(r"(?=[^\n]*\d)(?=[^\n]*[A-Za-z])[\w+/=.~!@#$%^&*-]{8,}")


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether the name of a variable or a field says that its value is not for everyone's eyes."""
    return name not in {"PWD", "OLDPWD"} and bool(_NAME.search(name))


def is_done(value: str) -> bool:
    """Redacted already, or the name of a variable."""
    value = re.sub(r"^(?:bearer|basic|token)\s+", "", value, flags=re.IGNORECASE)
    if value.startswith(("$'", '$"')):
        return False
    return value.startswith(("[redacted", "[blanked", "$", "***", "<", "%", "{{")) or value.lower() in _PLAIN_VALUES


def is_value(name: str, value: str) -> bool:
    """Whether a value is believed to be the secret that its name says."""
    value, firm = value[:JUDGED_CHARS], is_firm(name)
    if len(value) < (SECRET_CHARS_MIN - 1 if firm else _PART_CHARS_MIN) or not (firm or _ENTROPY.fullmatch(value)):
        return False
    first = _FIRST_WORD.match(value)
    word = first[0].strip(".,;:!?").lower() if first else ""
    if is_done(value) or word in _PLAIN_VALUES:
        return False
    return (
        not value.isdigit()
        if not firm
        else not (name.lower().endswith("token") and value.isdigit() and len(value) < _PART_CHARS_MIN)
    )


@lru_cache(maxsize=4096)
def is_firm(name: str) -> bool:
    """Whether what a name says is believed whatever the value."""
    return bool(_FIRM.search(name))
