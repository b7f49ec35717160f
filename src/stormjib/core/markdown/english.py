"""The English words that decide what a line of a runbook means, as data: another language is another file like this one."""

from typing import Final

AFTER: Final = (
    r"\bpost-?\s?(?:incident|mortem)|\bretrospective|\bfollow-?\s?up|\bafterwards?\b|\blessons learned\b|"
    r"\bafter (?:(?:the|an) (?:incident|outage|emergency)|it(?: is|[’']s) (?:over|resolved|done)|(?:the )?(?:resolution|recovery))\b"
)
"""A phase with this in its title begins when the service is back."""
VERIFIES: Final = r"\bverif"
CLOSES: Final = r"\bclos(?:ure|ing|e)\b"
REVIEWS_METRICS: Final = r"\bmetrics?\b"
"""What the title of a step is about."""

_ACTIONS: Final = (
    r"^\W*(?:(?:document|list|record|write(?: down)?|create|define|identify|add|file)\b(?: (?:the|all|any|open|follow-up))*\W+)?"
    r"action items\b(?!.*\b(?:post-?mortem|retrospective|timeline|lessons|root cause)\b)"
)
"""Only what begins with this demand: a post-mortem that has to hold action items too is not done by adding one."""
DUTIES: Final[tuple[tuple[str, str], ...]] = (
    (
        "",
        r"\backnowledge\b.*\b(?:in|on|at)\b.*\b(?:monitoring|dashboards?|grafana|alertmanager|prometheus|pagerduty|opsgenie|ticket)\b",
    ),
    ("acknowledge", r"\backnowledge\b"),
    ("channel", r"\b(create|open)\b.*\bchannel\b"),
    ("page", r"\bpage\b.*\b(on-?call|engineer|primary)\b"),
    ("log", r"\b(begin|start|open)\b.*\bincident (?:log|timeline)\b"),
    ("customers", r"\bcustomer communication\b"),
    ("leadership", r"\b(?:notify|inform|tell|escalate to|alert)\b.*\b(?:leadership|management)\b"),
    ("mitigation", r"\bimplement\b.*\bmitigation\b"),
    ("investigation", r"\b(begin|start)\b.*\binvestigation\b"),
    ("stakeholders", r"\bupdate stakeholders\b"),
    ("severity", r"\bdetermine severity\b"),
    ("detected", r"\bautomatic alerts\b"),
    ("timeline", r"\bdocument\b.*\btimeline\b"),
    ("gather", r"\bgather\b.*\btimeline\b"),
    ("actions", _ACTIONS),
)
"""What kind of fact proves a task, by its words; the first that fits, and "" where only a person can say.

A check mark proves its sentence and nothing beside it: who acknowledged here has not acknowledged in the monitoring system,
one update is no regular updates, one measurement is no monitoring, and a post is no entry of a status page.
"""
CHATS: Final = ("slack", "teams", "mattermost", "discord", "zulip", "matrix", "zoom", "google chat", "webex", "telegram", "irc")
"""A channel in one of these is proven only by one that was opened there."""
PROVED_BY: Final[tuple[tuple[str, str], ...]] = (
    ("functional", r"functional|user flow"),
    ("latency", r"response time|performance|latency"),
    ("errors", r"error rate"),
)
"""What a check of the service measures of a verification task."""
ASKS: Final = (
    r"^\W*(?:please |first,? |then,? |but |and |or |else,? )*(?:ask|tell|inform|notify|call|phone|warn|page|talk|speak|ping|consult|"
    r"make sure|be (?:careful|sure|aware)|beware|remember|note|see|check (?:with|first)|get (?:the |a )?(?:ok|approval|permission))\b"
)
"""A sentence of a command's label that begins so asks for something beside the command."""
FORBIDS: Final = r"^\W*(?:do not|don['\u2019]t|never|not|avoid)\b"
"""A sentence that begins so says when something must not be done: its "if" is an "unless"."""
CLAUSE_ENDS: Final = r"(?<=[^\s.][.!?;])\s+|\s+[\u2013\u2014-]{1,2}\s+|,\s+(?=(?:but|and|then|or|else|otherwise)\b)"
"""Where a sentence, or a part of it that could be one, ends."""
METRICS: Final[tuple[tuple[str, str], ...]] = (
    ("latency", r"latency|response time"),
    ("errors", r"error (rate|percentage)"),
    ("4xx", r"4xx"),
    ("5xx", r"5xx"),
    ("throughput", r"throughput|requests per second"),
    ("cpu", r"\bcpu\b"),
    ("memory", r"\bmemory\b"),
    ("disk", r"\bdisk\b"),
    ("other", r"dependenc|traffic|network|external"),
)
"""What a task of a step about metrics asks for, all of it; ``other`` is what no metric tells whole."""
