"""Every command as data: its words, what it takes, where it is done. The parser, the help and the reference read it."""

from stormjib.cli import values
from stormjib.cli.derived import ACTIONS, group
from stormjib.cli.vocabulary import (
    DATA_DIR,
    FILE,
    INC,
    INC_IF,
    LEVEL,
    LIMIT,
    SERVICE_IF,
    SETTINGS,
    Command,
    Word,
)

_SERVER = (
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
_STACK = Word(
    "--stack",
    "process (the default): the service as plain processes; docker: on a real Docker Engine, as root",
    choices=("process", "docker"),
    default="process",
)
_DRILLS = (
    Command("drill list", "List the faults that can be practised", "drill:overview", (_STACK,)),
    Command(
        "drill start",
        "Break a real service on purpose, see what is found, and repair it",
        "drill:start",
        (
            Word("name", "the fault, as drill list has it", "FAULT"),
            _STACK,
            Word("--respond", "play the runbook's response to the closed incident, where there is one", flag=True),
            Word("--quick", "do not wait for the evidence", flag=True),
            Word("--seed", "varies the load and the fault, the same way each time (default: 0)", "N", values.seed, default=0),
            Word("--dir", "a new or empty directory that is kept (default: a temporary one)", "DIR"),
        ),
    ),
)
_INCIDENT = (
    Command("incident list", "List incidents, the open ones first and the worst first", "incident:overview", (LIMIT,)),
    Command("incident show", "Show one incident: what is known, what is pending, what comes next", "room:show", (INC,)),
    Command(
        "incident timeline",
        "Show the timeline of an incident",
        "log:show",
        (
            INC,
            Word("--follow", "go on with new entries as they come; with --json, one line each", flag=True),
            Word("--after", "only entries after this number", "N", int, default=0),
        ),
    ),
)
_EVIDENCE = Command(
    "incident evidence",
    "List the stored outputs of an incident, or show one; nothing is run again",
    "evidence:show",
    (INC, Word("entry", "the number of an entry: its whole output, as it was stored", "ENTRY", values.count, optional=True)),
)
_RUNS = (
    Command("run list", "List the runbook's commands and what was run", "run:overview", (INC,)),
    Command(
        "approvals", "Show pending approvals: the exact command, who asked, what it destroys", "approval:overview", (INC_IF,)
    ),
)
_RUNBOOK = (
    Command("runbook show", "Show what stormjib understands of a runbook", "outline:show", (FILE, LEVEL, SETTINGS)),
    Command(
        "runbook lint",
        "List what is wrong with a runbook",
        "runbook:check",
        (FILE, Word("--strict", "exit with 1 when there is any finding", flag=True)),
    ),
    Command(
        "runbook check",
        "Run every proven read of a runbook now, and report which do not work",
        "check:check",
        (
            FILE,
            Word("--every", "go on, a round every 30m, 24h or 7d, one line each, until Ctrl-C", "TIME", values.span),
            Word("--strict", "exit with 1 for a finding of runbook lint too, not only for a failing command", flag=True),
            Word("--format", "text (the default), json or sarif", choices=("text", "json", "sarif")),
            Word("--sarif", "also write the report as SARIF 2.1.0 to this file", "FILE"),
            SETTINGS,
            DATA_DIR,
        ),
    ),
    Command("runbook plan", "Show what would happen when, at each severity", "runbook:plan", (FILE, LEVEL)),
)
_LOOKING = (
    Command(
        "logs",
        "Summarize log files: errors by the minute, patterns, what is new; no server is needed",
        "logs:show",
        (
            Word("file", "a log file, also gzipped or rotated; - reads standard input", "FILE", repeated=True),
            Word("--since", "only lines from then on: 15m (ago), 08:10 or 2026-03-01T08:10, in UTC", "TIME"),
            Word("--new-since", "compare with what was before: a deployment, the start of the incident", "TIME"),
            Word("--top", "how many patterns at most (default: 10)", "N", values.count, default=10),
            Word("--follow", "go on with what is written, until Ctrl-C; with --json, one object a line", flag=True),
        ),
    ),
)
_METRICS = (
    Command(
        "metrics",
        "Show the metrics now, against what is usual; no incident is needed",
        "metrics:show",
        (
            Word("--service", "what the service is called (default: the settings)", "SERVICE", default=""),
            Word("--all", "also those that do not stand out", flag=True),
        ),
    ),
)
_TELLING = (
    Command(
        "status preview", "Show the text that would be posted to an audience", "status:preview", ACTIONS["status post"].takes
    ),
    Command("postmortem draft", "Print the post-mortem as it stands now", "postmortem:draft", (INC,)),
    Command(
        "postmortem export",
        "Write the post-mortem to a file",
        "export:export",
        (INC, Word("--output", "the file (default: postmortem-INC.md)", "FILE")),
    ),
)
_CATALOGUE = (
    Command("service list", "List the services, those that need attention first", "services:overview"),
    Command(
        "service show",
        "Show one service: what is wrong, what proves that it works, its runbooks, whom to ask",
        "services:show",
        (Word("service", "the service, by its name or an alias", "SERVICE"),),
    ),
    Command(
        "config check",
        "List what is wrong with a catalogue, with file, line and column; no server is needed",
        "config:check",
        (Word("dir", "the directory of the catalogue", "DIR"),),
    ),
    Command(
        "config init",
        "Write a first catalogue from what is found, for you to correct; no file is overwritten",
        "config:init",
        (
            Word("dir", "the directory of the catalogue", "DIR"),
            Word(
                "--from",
                "a compose file, manifests of Kubernetes (a file or a directory), the address of a Prometheus server, or systemd (the default)",
                "SOURCE",
                default="systemd",
            ),
        ),
    ),
    Command("config reload", "Read the catalogue again, all or nothing; the server does it by itself, too", "services:reload"),
    Command("config schema", "Print the JSON Schema of the catalogue's files, for editors", "config:schema"),
)
_EXPIRES = Word(
    "--expires", "how long it is good, such as 90d (default: for ever, or as long as the one before)", "TIME", values.life
)
_SAVE = Word("--save", "keep it here, for --as NAME", flag=True)
_KEEPING = (
    Command("alerts list", "List alerts, those that fire first", "alert:overview", (LIMIT,)),
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
                "what it may do: read, respond, alert or admin; may be repeated",
                "SCOPE",
                choices=("read", "respond", "alert", "admin"),
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

GROUPS = (
    group("An incident", "declare", "ack", *_INCIDENT),
    group("Its commands", *_RUNS),
    ("The evidence", (_EVIDENCE, *_LOOKING, *_METRICS)),
    ("The runbook", _RUNBOOK),
    group("Communication", "status post", *_TELLING),
    ("The services", _CATALOGUE),
    ("Practice", _DRILLS),
    ("The installation", (*_SERVER, *_KEEPING)),
)
COMMANDS = tuple(command for _, commands in GROUPS for command in commands)
