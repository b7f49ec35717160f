"""The commands of the installation: the server, its log, its copies and who may use it. As in ``grammar``, all data."""

from stormjib.cli import values
from stormjib.cli.vocabulary import DATA_DIR, INC_IF, LIMIT, SERVICE_IF, SETTINGS, Command, Word

SERVER = (
    Command(
        "serve",
        "Run the server",
        "server:serve",
        (
            SETTINGS,
            DATA_DIR,
            Word("--host", "the address to listen on (default: 127.0.0.1)", "HOST"),
            Word("--port", "the port to listen on (default: 8700)", "PORT", values.port),
            Word("--runbook", "the Markdown runbook that incidents follow", "FILE"),
            Word(
                "--log-format", "how its own log is written: text (the default) or json", choices=("text", "json"), default="text"
            ),
        ),
    ),
    Command(
        "demo",
        "See a real outage handled from the alert to the post-mortem",
        "server:demo",
        (
            Word("--interactive", "approve each change yourself", flag=True),
            Word("--fault", "what breaks (default: redis-stopped); see drill list", "NAME", default="redis-stopped"),
            Word("--fast", "do not stop to ask (the default)", flag=True),
            Word("--keep", "leave everything running at the end", flag=True),
        ),
    ),
    Command("doctor", "Check the installation", "doctor:examine", (SETTINGS, DATA_DIR)),
    Command(
        "completion",
        'Print what makes bash complete commands: eval "$(stormjib completion)"',
        "completion:show",
        (Word("typed", "what is typed so far, after --", "WORD", repeated=True, optional=True),),
    ),
    Command("health", "Check the protected service from outside; see stormjib health --help", "health:typed", bare=True),
)
_EXPIRES = Word(
    "--expires", "how long it is good, such as 90d (default: for ever, or as long as the one before)", "TIME", values.life
)
_SAVE = Word("--save", "keep it here, for --as NAME", flag=True)
KEEPING = (
    Command("alert list", "List alerts, those that fire first", "alert:overview", (LIMIT,)),
    Command(
        "alert explain",
        "Say why an alert did or did not page anybody, rule by rule",
        "alert:explain",
        (Word("alert", "its number, as alert list shows it", "ID", values.count),),
    ),
    Command(
        "alert preview",
        "Say what a message of a sender, from standard input, would be taken for; nothing is kept",
        "alert:preview",
        (
            Word(
                "sender",
                "alertmanager, generic, grafana, opsgenie, pagerduty, pagerduty-webhook, or a name of the catalogue's intake/",
                "NAME",
            ),
        ),
    ),
    Command("intake", "Show what each source sent, and the outcome of every alert", "intake:show"),
    Command("baseline take", "Record a healthy baseline of the service", "baseline:take", (SERVICE_IF,)),
    Command("baseline show", "Show what a recovery is measured against", "baseline:show", (SERVICE_IF,)),
    Command(
        "log verify",
        "Check the hash chains of the log's file; no server is needed",
        "log_file:verify",
        (
            INC_IF,
            Word("--against", "heads of the log that were kept elsewhere: a file of them, or a journal that holds some", "FILE"),
            DATA_DIR,
            SETTINGS,
        ),
    ),
    Command(
        "log head", "Print the head of all hash chains, to be kept on another machine", "log_file:head", (DATA_DIR, SETTINGS)
    ),
    Command(
        "export write",
        "Copy closed incidents into files, with their evidence; nothing is removed, and the server may run",
        "exports:write",
        (
            Word("dir", "a directory; what is in it already is not written again", "DIR"),
            Word("--incident", "only this one", "INC"),
            Word("--older-than", "only those closed for so many days (default: 0)", "DAYS", float, default=0.0),
            DATA_DIR,
            SETTINGS,
        ),
    ),
    Command(
        "export verify",
        "Check exported incidents; no log and no server is needed",
        "exports:verify",
        (
            Word("path", "a directory of exports, or single files", "PATH", repeated=True),
            Word("--heads", "heads of the log that were kept elsewhere", "FILE"),
            Word("--key", "log-head.key of the installation, to check who wrote the manifest", "FILE"),
        ),
    ),
    Command("export script", "Print the script that checks exports with Python alone", "exports:script"),
    Command(
        "backup",
        "Copy the log as it is now into a new directory; the server may run",
        "backup:back_up",
        (Word("dir", "a new or empty directory", "DIR"), DATA_DIR, SETTINGS),
    ),
    Command(
        "restore",
        "Put a backup in the place of the log; the server must be stopped",
        "backup:restore",
        (Word("dir", "the directory of a backup", "DIR"), DATA_DIR, SETTINGS),
    ),
    Command(
        "recover",
        "Get out of a damaged log what can be read; no server is needed",
        "backup:recover",
        (Word("file", "the log's file, or its directory", "FILE"), Word("--to", "a new directory", "DIR", required=True)),
    ),
    Command(
        "token create",
        "Make a token; it is printed once",
        "token:create",
        (
            Word("name", "who it is for", "NAME", values.name),
            Word(
                "--scope",
                "what it may do: read, respond, alert, calendar or admin; may be repeated",
                "SCOPE",
                choices=("read", "respond", "alert", "calendar", "admin"),
                required=True,
                repeated=True,
            ),
            Word("--machine", "a program holds it: it may ask for commands, and never approves any", flag=True),
            _EXPIRES,
            _SAVE,
            DATA_DIR,
            SETTINGS,
        ),
    ),
    Command("token list", "List who has a token, until when, and when it was used", "token:overview", (DATA_DIR, SETTINGS)),
    Command(
        "token rotate",
        "Make a new token in place of another, which works for a day more",
        "token:rotate",
        (
            Word("name", "whose token", "NAME"),
            Word("--now", "the one before ends at once", flag=True),
            _EXPIRES,
            _SAVE,
            DATA_DIR,
            SETTINGS,
        ),
    ),
    Command(
        "token revoke",
        "Revoke the tokens of a name, or one by its id",
        "token:revoke",
        (
            Word("name", "whose tokens, or the id of one", "NAME"),
            Word("--reason", "why, in words", "TEXT", default=""),
            DATA_DIR,
            SETTINGS,
        ),
    ),
)
