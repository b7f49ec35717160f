"""Every command as data: its words, what it takes, where it is done. The parser, the help and the reference read it."""

from stormjib.cli import values
from stormjib.cli.derived import ACTIONS, group
from stormjib.cli.installation import KEEPING, SERVER
from stormjib.cli.vocabulary import (
    DATA_DIR,
    FILE,
    INC,
    INC_IF,
    LEVEL,
    LIMIT,
    SETTINGS,
    Command,
    Word,
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
    Command("incident report", "Report conditions, actions and needs of an incident", "incident:report", (INC,)),
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
            Word("--service", "as this service has it (default: those that follow the file, by the settings)", "SERVICE"),
            Word("--every", "go on, a round every 30m, 24h or 7d, one line each, until Ctrl-C", "TIME", values.span),
            Word("--strict", "exit with 1 for a finding of runbook lint too, not only for a failing command", flag=True),
            Word("--format", "text (the default), json or sarif", choices=("text", "json", "sarif")),
            Word("--sarif", "also write the report as SARIF 2.1.0 to this file", "FILE"),
            SETTINGS,
            DATA_DIR,
        ),
    ),
    Command(
        "runbook plan",
        "Show what runs by itself and what a person decides",
        "runbook:plan",
        (FILE, LEVEL, Word("--all", "every line, however long a part is", flag=True), SETTINGS),
    ),
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
    Command("status draft", "Draft an update from the timeline since the last one; nothing is sent", "status:draft", (INC,)),
    Command("status show", "Show the components of the status page, and maintenance with its numbers", "status:show"),
    Command("status publish", "Write the files of the status page now; the server does it by itself, too", "status:publish"),
    Command("status subscribers", "List who has updates of the status page sent to them, with their ids", "status:subscribers"),
    Command(
        "status subscriber-add",
        "Send a link to an address, which subscribes whoever confirms there",
        "status:subscriber_add",
        (
            Word("to", "an address of mail, or of a webhook", "ADDRESS"),
            Word("--components", "only about these components, with commas between", "NAMES"),
        ),
    ),
    Command(
        "status subscriber-remove",
        "Erase a subscriber of the status page",
        "status:subscriber_remove",
        (Word("to", "the address or the id", "ADDRESS"),),
    ),
    Command("postmortem draft", "Print the post-mortem as it stands now", "postmortem:draft", (INC,)),
    Command(
        "postmortem export",
        "Write the post-mortem to a file",
        "export:export",
        (INC, Word("--output", "the file (default: postmortem-INC.md)", "FILE")),
    ),
)
_SCHEDULE = Word("name", "the schedule", "NAME")
_ON_CALL = (
    Command("oncall now", "Say who is on call", "oncall:now"),
    Command("oncall next", "Say who is on call next", "oncall:following"),
    Command(
        "oncall who",
        "Say who is on call for a schedule at a time",
        "oncall:who",
        (
            _SCHEDULE,
            Word(
                "--at", "2026-12-24 18:00 by the clock of the schedule, or with a zone: 2026-12-24T17:00Z (default: now)", "TIME"
            ),
        ),
    ),
    Command(
        "oncall list",
        "List the turns to come, where nobody is on call, and the overrides",
        "oncall:overview",
        (Word("--days", "how far (default: 28)", "DAYS", values.count, default=28),),
    ),
    Command(
        "oncall reach",
        "Say when in the next four weeks an incident would reach nobody in time",
        "oncall:reach",
        (Word("--service", "of this service alone", "SERVICE"),),
    ),
    Command(
        "oncall export",
        "Print the turns of a schedule",
        "oncall:export",
        (
            _SCHEDULE._replace(help="the schedule; with --ics also a person"),
            Word("--ics", "as a calendar for other programs, iCalendar", flag=True),
        ),
    ),
    Command(
        "oncall address",
        "Make your private address for calendars; it is shown once, and the one before ends",
        "oncall:address",
        (Word("--stop", "close it, and make no new one", flag=True),),
    ),
)
_CONTACT = (Command("contact list", "List everybody's contact methods, and which have been proven", "contact:overview"),)
_ARRIVED = (Word("--days", "how far back (default: 30)", "DAYS", values.count, default=30), SETTINGS, DATA_DIR)
_HEARTBEATS = (
    Command(
        "heartbeat list", "List the heartbeats: which checked in, which stay away, when the next is due", "heartbeat:overview"
    ),
    Command(
        "heartbeat send",
        "Check in for a heartbeat, or say that its job failed; the token needs the scope alert",
        "heartbeat:send",
        (
            Word("name", "the heartbeat, as heartbeats/NAME.yaml has it", "NAME"),
            Word("--fail", "it failed: an alert at once", flag=True),
            Word("--note", "what to say of it, at most 1,024 characters", "TEXT", default=""),
        ),
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
        (Word("dir", "the directory of the catalogue", "DIR"), SETTINGS),
    ),
    Command(
        "config diff",
        "Say who would be woken otherwise than by another state of the catalogue, by the alerts that really arrived; no server is needed",
        "config_diff:diff",
        (
            Word("base", "a directory, or a revision of git: main, HEAD~1", "BASE"),
            Word("changed", "the directory of the catalogue (default: that of the settings)", "CHANGED", optional=True),
            *_ARRIVED,
            Word("--intake", "the alerts, as config intake prints them (default: the log of the server)", "FILE"),
        ),
    ),
    Command(
        "config intake", "Print the alerts that arrived as JSON lines, for config diff elsewhere", "config_diff:intake", _ARRIVED
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
    Command(
        "import",
        "Bring people, teams, schedules, policies and services of another system into a catalogue",
        "imports:bring",
        (
            Word("system", "what it comes from", "SYSTEM", choices=("dispatch", "goalert", "oncall", "opsgenie", "pagerduty")),
            Word("file", "answers of its API, as JSON, each called after what is in it: users.json", "FILE", repeated=True),
            Word("--into", "the directory of the catalogue", "DIR", required=True),
            Word("--check", "only report; write nothing", flag=True),
            Word("--replace", "write over files that are there and say something else", flag=True),
        ),
    ),
    Command("config reload", "Read the catalogue again, all or nothing; the server does it by itself, too", "services:reload"),
    Command("config schema", "Print the JSON Schema of the catalogue's files, for editors", "config:schema"),
)
_SHADOW = (
    Command(
        "shadow report",
        "Say where we would have paged otherwise than the system that pages today, and why",
        "shadow:report",
        (
            Word("--days", "how far back (default: 7)", "DAYS", values.count, default=7),
            Word("--late", "paging later or earlier by more is a difference (default: 60)", "SECONDS", values.count, default=60),
        ),
    ),
)
GROUPS = (
    group("An incident", "declare", "ack", *_INCIDENT),
    group("Its commands", *_RUNS),
    ("The evidence", (_EVIDENCE, *_LOOKING, *_METRICS)),
    ("The runbook", _RUNBOOK),
    group("Communication", "status post", *_TELLING[:1], "status maintenance", "status maintenance-end", *_TELLING[1:]),
    group("Alerts", Command("silence list", "List the silences, with their numbers", "intake:silences"), *_HEARTBEATS, *_SHADOW),
    group("On call", *_ON_CALL, *_CONTACT),
    ("The services", _CATALOGUE),
    ("Practice", _DRILLS),
    ("The installation", (*SERVER, *KEEPING)),
)
COMMANDS = tuple(command for _, commands in GROUPS for command in commands)
