"""The table of actions: everything that a person may do. A face of the program loops over it; a new action is one file."""

from typing import Any, Final

from stormjib.core.actions.acknowledge import ACKNOWLEDGE
from stormjib.core.actions.action import Action, Context, Scope, Words
from stormjib.core.actions.action_item import ADD_ACTION_ITEM, COMPLETE_ACTION_ITEM
from stormjib.core.actions.break_glass import BREAK_GLASS
from stormjib.core.actions.cancel import CANCEL
from stormjib.core.actions.checklist import CHECK_OFF, UNCHECK
from stormjib.core.actions.choose_runbook import CHOOSE_RUNBOOK
from stormjib.core.actions.clear_alert import CLEAR_ALERT
from stormjib.core.actions.contact import TEST_CONTACT
from stormjib.core.actions.declare import DECLARE
from stormjib.core.actions.duplicate import DUPLICATE
from stormjib.core.actions.false_alarm import FALSE_ALARM
from stormjib.core.actions.maintenance import END_MAINTENANCE, PLAN_MAINTENANCE
from stormjib.core.actions.merge import MERGE
from stormjib.core.actions.note import NOTE
from stormjib.core.actions.on_call import OVERRIDE, REMOVE_OVERRIDE, SWAP
from stormjib.core.actions.page import HAND_OVER, PAGE
from stormjib.core.actions.parameter import Parameter, Spelling, parameters_of
from stormjib.core.actions.postmortem import WRITE_POSTMORTEM
from stormjib.core.actions.recovery import CLOSE, OVERRULE, RESOLVE, VERIFY
from stormjib.core.actions.reopen import REOPEN
from stormjib.core.actions.role import DECLINE_ROLE, OFFER_ROLE, STATE_NEEDS, TAKE_ROLE
from stormjib.core.actions.run_answer import APPROVE, RECORD_OUTCOME, REJECT
from stormjib.core.actions.run_request import COLLECT, PROPOSE
from stormjib.core.actions.set_value import SET_VALUE
from stormjib.core.actions.severity import CHANGE_SEVERITY
from stormjib.core.actions.silence import END_SILENCE, SILENCE
from stormjib.core.actions.split import SPLIT
from stormjib.core.actions.token import CALENDAR_ADDRESS, CREATE_TOKEN, REVOKE_TOKEN, ROTATE_TOKEN
from stormjib.core.actions.update import POST_UPDATE

TABLE: Final[tuple[Action[Any], ...]] = (
    DECLARE,
    ACKNOWLEDGE,
    PAGE,
    HAND_OVER,
    OFFER_ROLE,
    TAKE_ROLE,
    DECLINE_ROLE,
    STATE_NEEDS,
    NOTE,
    CHANGE_SEVERITY,
    CHOOSE_RUNBOOK,
    VERIFY,
    CHECK_OFF,
    UNCHECK,
    OVERRULE,
    RESOLVE,
    CLOSE,
    FALSE_ALARM,
    CANCEL,
    DUPLICATE,
    MERGE,
    SPLIT,
    REOPEN,
    ADD_ACTION_ITEM,
    COMPLETE_ACTION_ITEM,
    WRITE_POSTMORTEM,
    SET_VALUE,
    PROPOSE,
    COLLECT,
    APPROVE,
    BREAK_GLASS,
    REJECT,
    RECORD_OUTCOME,
    POST_UPDATE,
    CLEAR_ALERT,
)
SITE_TABLE: Final[tuple[Action[Any], ...]] = (
    OVERRIDE,
    SWAP,
    REMOVE_OVERRIDE,
    SILENCE,
    END_SILENCE,
    PLAN_MAINTENANCE,
    END_MAINTENANCE,
    TEST_CONTACT,
)
"""What concerns the installation and no incident."""
TOKEN_TABLE: Final[tuple[Action[Any], ...]] = (CREATE_TOKEN, ROTATE_TOKEN, REVOKE_TOKEN, CALENDAR_ADDRESS)
"""What concerns who may use it."""
BY_NAME: Final = {action.name: action for action in TABLE}
BY_FORM: Final = {action.form or action.path.rpartition("/")[2]: action for action in TABLE if action.on != "new"}

__all__ = [
    "BY_FORM",
    "BY_NAME",
    "SITE_TABLE",
    "TABLE",
    "TOKEN_TABLE",
    "Action",
    "Context",
    "Parameter",
    "Scope",
    "Spelling",
    "Words",
    "parameters_of",
]
