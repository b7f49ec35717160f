"""The corpus: prose from the docstrings of the standard library, which every Python installation carries."""

import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from watermark_lab.words import tokenize

SOURCE_BYTES_MAX = 600_000
_DOCSTRING = re.compile(r'^[ \t]*[rRuU]?"""(.*?)"""', re.DOTALL | re.MULTILINE)
_PLAIN_WORD = re.compile(r"[\"'(`*]*[A-Za-z]+(?:['-][a-z]+)?[\"')`*]*[.,;:?!]?")
_MARKS = frozenset(".,;:?!")
_WORDS_MIN = 5
_PLAIN_SHARE_MIN = 0.8

# A fixed list, in a fixed order: replicas that run the same Python build the same model.
_NAMES = """
abc argparse ast asyncio/base_events asyncio/events asyncio/streams asyncio/tasks base64 bdb bisect calendar cmd code codecs
collections/__init__ concurrent/futures/_base configparser contextlib copy csv dataclasses datetime decimal difflib dis doctest
email/header email/message email/policy enum filecmp fileinput fnmatch fractions ftplib functools gettext glob graphlib gzip
hashlib heapq hmac html/parser http/client http/cookiejar http/cookies http/server imaplib importlib/_bootstrap
importlib/_bootstrap_external importlib/abc inspect io ipaddress json/__init__ json/decoder json/encoder linecache locale
logging/__init__ logging/config logging/handlers mailbox mimetypes multiprocessing/managers multiprocessing/shared_memory netrc
ntpath numbers operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posixpath pprint profile
pstats pyclbr pydoc queue quopri random reprlib rlcompleter sched secrets selectors shelve shlex shutil smtplib socket
socketserver ssl statistics string stat subprocess symtable sysconfig tabnanny tarfile tempfile textwrap threading timeit token
tokenize trace traceback tracemalloc turtle types typing unittest/case unittest/loader unittest/mock unittest/suite urllib/parse
urllib/request urllib/robotparser uuid venv/__init__ warnings wave weakref webbrowser xml/dom/minidom xml/sax/handler
xml/sax/xmlreader xmlrpc/client xmlrpc/server zipfile zipfile/__init__ zoneinfo/_zoneinfo
"""
MODULES = _NAMES.split()


def tokens() -> Iterator[str]:
    """Give the corpus token by token, paragraph after paragraph; each paragraph ends a sentence."""
    root = Path(sysconfig.get_path("stdlib"))
    for module in MODULES:
        yield from _module_tokens(root / f"{module}.py")


def _module_tokens(path: Path) -> Iterator[str]:
    try:
        if path.stat().st_size > SOURCE_BYTES_MAX:
            return
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):  # not every Python has every module, and some ship without sources
        return
    for docstring in _DOCSTRING.findall(source):
        for paragraph in re.split(r"\n\s*\n", docstring):
            if _is_prose(paragraph):
                words = tokenize(paragraph)
                while words[-1] in _MARKS:
                    words.pop()
                yield from words
                yield "."


def _is_prose(paragraph: str) -> bool:
    """Tell whether a paragraph is sentences; examples, tables and signatures would teach the model nonsense."""
    chunks = paragraph.split()
    if len(chunks) < _WORDS_MIN or ">>>" in paragraph:
        return False
    plain = sum(1 for chunk in chunks if _PLAIN_WORD.fullmatch(chunk))
    return plain >= _PLAIN_SHARE_MIN * len(chunks)
