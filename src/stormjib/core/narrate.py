"""A fact as one sentence for people: the same words in the terminal, the page and the post-mortem."""

from typing import assert_never

from stormjib.core import log
from stormjib.core.access import ID_CHARS
from stormjib.core.log.ends import linked
from stormjib.core.log.messages import ROOM, TEST, circle_of
from stormjib.core.log.people import held, opened, requested
from stormjib.core.log.roles import told_role
from stormjib.core.log.site import changed
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.opinion import checked_said
from stormjib.core.status_page import words as status_page
from stormjib.core.timer_words import checked


def narrate(fact: log.AnyFact) -> str:
    """One sentence, with the warning of what was done all the same; the raw output of a command stays one click away."""
    warning = getattr(fact, "warning", "")
    return f"{_told(fact)}. {warning}" if warning else _told(fact)


def _told(fact: log.AnyFact) -> str:
    if isinstance(fact, log.Detection):
        return _detection(fact)
    if isinstance(fact, log.People):
        return _people(fact)
    if isinstance(fact, log.Telling):
        return _telling(fact)
    if isinstance(fact, log.Evidence):
        return _evidence(fact)
    if isinstance(fact, log.Tasks):
        return _tasks(fact)
    if isinstance(fact, log.Runs):
        return _runs(fact)
    if isinstance(fact, log.Recovery):
        return _recovery(fact)
    if isinstance(fact, log.Ends):
        return _ends(fact)
    if isinstance(fact, log.Roles):
        return told_role(fact)
    if isinstance(fact, log.Site):
        return _site(fact)
    return _access(fact)


def _detection(fact: log.Detection) -> str:
    match fact:
        case log.AlertReceived():
            since = _and(f"from {fact.moved_from}" if fact.moved_from else fact.reason)
            return f"alert {fact.name} fires: {fact.summary or fact.service}{since}{_and(fact.runbook, 'another runbook is meant for it: ')}"
        case log.AlertAcknowledged():
            return f"alert {fact.name} is acknowledged by {fact.who}, in {fact.source}, which is about this alert alone"
        case log.AlertCleared():
            says = f", says {fact.sender}" if fact.sender else ""
            return f"alert {fact.name} is clear" + (
                f": cleared by {fact.who}, not by its sender: {fact.reason}" if fact.who else says
            )
        case log.AlertsCounted():
            return f"{fact.total} alerts have joined by now"
        case log.AlertWaits():
            said = f"the severity {fact.said!r} is not known" if fact.said else "it names no severity"
            return f"alert {fact.name} waits for a person: {said}"
        case log.ChangeReported():
            return f"change{fact.service and f' of {fact.service}'}: {fact.summary} (reported by {fact.sender})"
        case log.IncumbentReported():
            about = _and(", ".join(fact.who))
            return f"{fact.source} has {fact.did} {fact.reference}{_and(fact.title)}{about}"
        case log.OpinionAsked():
            return f"alert {fact.name} waits for {fact.seconds:g} s at most: are users of {fact.service} well?"
        case log.UsersChecked():
            return checked_said(fact)
        case log.SourceAnswered():
            told = "acknowledged in" if fact.status == "acknowledged" else "over for"
            return f"alert {fact.name} is {told} {fact.source}, too{_and(fact.reference, 'silence ')}"
        case log.Declared():
            found, book = fact.found and f"service {fact.service} {fact.found}", fact.runbook and f"runbook {fact.runbook}"
            why = _and("; ".join(filter(None, (fact.reason, found, book))))
            return f"declared {fact.called or fact.severity.value}: {fact.title}{why}"
        case log.PolicyChanged():
            return f"the settings have changed; responders: {', '.join(fact.policy.responders)}"
        case log.SeverityChanged():
            return f"severity is now {fact.called or fact.severity.value}: {fact.reason}"
        case log.RiskLowered():
            return f"the site's settings allow line {fact.line} to run by itself: {fact.reason}"
        case _:
            assert_never(fact)


def _people(fact: log.People) -> str:
    match fact:
        case log.ChannelOpened():
            return opened(fact) + _problems(fact.lacking)
        case log.PageSent():
            others = f", with word of {fact.more:,} more incidents" if fact.more else ""
            return f"paged {fact.who} through {fact.integration}{others}"
        case log.PageHeld():
            return held(fact)
        case log.PageRequested():
            return requested(fact)
        case log.Escalated():
            return f"NOT ACKNOWLEDGED: escalated to level {fact.level}, which pages {', '.join(fact.who)}"
        case log.Acknowledged():
            return f"acknowledged by {fact.who}" + (f", in {fact.through}" if fact.through else "")
        case log.RunbookChosen():
            return f"follows the runbook {fact.name} from now on" + _because(fact.reason)
        case log.NoteAdded():
            return f"note: {fact.text}"
        case _:
            assert_never(fact)


def _telling(fact: log.Telling) -> str:
    match fact:
        case log.StatusPosted():
            return status_page.posted(fact)
        case log.MessageSent():
            how = f" through {fact.integration}" if fact.integration != ROOM else ", which nothing sends out of stormjib"
            return f"message to {fact.audience}{how}: {fact.text}"
        case log.Posted():
            return f"posted to {fact.channel} through {fact.integration}, up to entry {fact.until}" + _problems(fact.lacking)
        case log.EffectFailed():
            final = "for good" if fact.permanent else f"at attempt {fact.attempt}"
            circle = circle_of(fact.effect, fact.audience)
            instead = f" {fact.instead} stands in." if fact.instead and fact.attempt == 1 else ""
            what = f"page to {fact.who}" if fact.who else f"message to {circle}" if circle else fact.effect
            what = f"the test for {fact.audience}" if fact.effect.startswith(TEST) else what
            how = f": outcome unknown at attempt {fact.attempt}" if fact.unknown else f" failed {final}"
            return f"{what} through {fact.integration}{how}: {fact.reason}{instead}"
        case _:
            assert_never(fact)


def _evidence(fact: log.Evidence) -> str:
    match fact:
        case log.MetricsReviewed():
            return f"metrics from {fact.source}: {fact.sentence or 'no findings'}" + _problems(fact.problems)
        case log.LogsRead():
            said = fact.sentence or "no findings"
            return f"{fact.lines:,} log lines of {fact.component} (line {fact.line}): {said}" + _problems(fact.problems)
        case log.SuspectsRanked():
            lacking = f" Without: {', '.join(fact.missing)}." if fact.missing else ""
            impact = f" {fact.impact}" if fact.impact else ""
            return f"suspects, ranked {fact.seconds:.0f} s after the declaration: {fact.sentence}{impact}{lacking}"
        case log.EvidenceCollected():
            what = f"snapshot before {fact.before_run}" if fact.before_run else "checked"
            return f"{what}: {fact.text} (line {fact.line}) → {fact.finding or (fact.verdict if fact.ok else _ended(fact.exit_code))}"
        case log.CollectRequested():
            return f"check requested: {fact.text} (line {fact.line})"
        case _:
            assert_never(fact)


def _tasks(fact: log.Tasks) -> str:
    match fact:
        case log.TimerDue():
            return checked(fact.key)
        case log.ItemTicked():
            proof = f"proof: entry {fact.proof_seq}" if fact.proof_seq else f"confirmed by {fact.who}"
            return f"done: {fact.text} (line {fact.line}; {proof})" + _because(fact.note)
        case log.ItemUnticked():
            return f"{fact.item_id} is not done after all" + _because(fact.reason)
        case log.ItemOverdue():
            return f"OVERDUE: {fact.text} (line {fact.line}, due after {fact.deadline_minutes:g} minutes)"
        case log.DebtTaken():
            return f"{fact.debt} is on: it blocks resolving and closing until it is off"
        case log.DebtRepaid():
            return f"{fact.debt} is off again"
        case _:
            assert_never(fact)


def _runs(fact: log.Runs) -> str:
    match fact:
        case log.RunProposed():
            return f"proposed {fact.run_id}: {fact.text} (line {fact.line}, {fact.risk.value}, on {fact.on})" + _because(
                fact.reason
            )
        case log.RunApproved():
            return f"{fact.run_id} approved by {fact.who}" + _because(fact.reason)
        case log.RunForced():
            return f"BREAK-GLASS: {fact.who} alone runs {fact.run_id}, which needs two people: {fact.reason}"
        case log.RunRefused():
            return f"{fact.run_id} rejected by {fact.who}" + _because(fact.reason)
        case log.RunExpired():
            return f"{fact.run_id} is withdrawn: {fact.reason}" if fact.reason else f"{fact.run_id} expired: not approved in time"
        case log.RunReleased():
            missing = f", {fact.missing} could not be stored" if fact.missing else ""
            kept = {0: "nothing to store", 1: "one snapshot stored"}.get(fact.snapshots, f"{fact.snapshots} snapshots stored")
            failed = f" ({fact.failed} of them failed)" if fact.failed else ""
            return f"{fact.run_id} may start; {kept} before it{failed}{missing}"
        case log.RunStarted():
            return f"{fact.run_id} started"
        case log.RunFinished():
            took = f"in {fact.seconds:.1f} s"
            return f"{fact.run_id} {'done' if fact.ok else 'FAILED'} {took}" + _because(fact.conclusion)
        case log.ValueGiven():
            source = f" ({fact.source})" if fact.source else ""
            return f"the value of {fact.name} is {fact.value}{source}, says {fact.who}"
        case log.OutcomeUnknown():
            why = fact.reason or "It was running when the server stopped."
            return f"{fact.run_id}: OUTCOME UNKNOWN. {why} Check, then record what it did"
        case log.OutcomeSettled():
            return (
                f"{fact.run_id}: outcome recorded by {fact.who}: it {'took' if fact.took_effect else 'did not take'} effect"
                + _because(fact.note)
            )
        case _:
            assert_never(fact)


def _recovery(fact: log.Recovery) -> str:
    match fact:
        case log.Resolved():
            return "resolved" + (f": {fact.reason}" if fact.reason else "") + (f" ({fact.proof})" if fact.proof else "")
        case log.Reopened():
            return f"reopened: {fact.reason}"
        case log.Closed():
            return "closed" + (f" ({fact.proof})" if fact.proof else "")
        case log.Exported():
            return f"exported to {fact.file}: the {fact.entries} entries before this one are in that file and no longer here"
        case log.PostmortemDrafted():
            return f"post-mortem drafted; {len(fact.fields_left)} fields are left to write"
        case log.ActionItemAdded():
            return f"action item for {fact.owner} due {fact.due}: {fact.text}"
        case log.ActionItemDone():
            return f"action item {fact.number} is done" + _because(fact.note)
        case log.PostmortemWritten():
            return f"post-mortem, {fact.field}: {fact.text or 'taken back'}"
        case log.VerificationStarted():
            return f"measurement of the recovery started by {fact.who}"
        case log.Verified():
            result = "passed" if fact.ok else "FAILED" if fact.measured else "was not measured"
            result += f" ({', '.join(fact.by)})" if fact.by else ""
            return f"verification {fact.name}{f' (line {fact.line})' if fact.line else ''} {result}: {fact.detail}"
        case log.ProofOverruled():
            return f"overruled by {fact.who}, not proven: {fact.text}{f' (line {fact.line})' if fact.line else ''}: {fact.reason}"
        case _:
            assert_never(fact)


def _ends(fact: log.Ends) -> str:
    match fact:
        case log.Ended():
            return f"ended by {fact.who}: {fact.how} {fact.into}".rstrip() + f": {fact.reason}"
        case log.Linked():
            return linked(fact)
        case _:
            assert_never(fact)


def _access(fact: log.Access) -> str:
    match fact:
        case log.TokenMade():
            made = "was there before tokens were written down" if fact.found else "made"
            kind = "a machine" if fact.machine else "a person"
            until = f", good until {utc_minute(fact.expires_at)}" if fact.expires_at else ""
            return f"token {fact.digest[:ID_CHARS]} of {fact.name} ({kind}) {made}: {', '.join(fact.scopes)}{until}"
        case log.TokenEnded():
            return f"token {fact.digest[:ID_CHARS]} of {fact.name} is good until {utc_minute(fact.at)}" + _because(fact.reason)
        case _:
            assert_never(fact)


def _site(fact: log.Site) -> str:
    match fact:
        case log.CatalogueChanged():
            return changed(fact)
        case log.ContactTestRequested():
            return f"a test goes to {fact.who} through {fact.method}"
        case log.ReachReported():
            return f"{', '.join(fact.told)} is told when nobody would be reached in time: {' '.join(fact.sentences)}"
        case log.OverrideMade():
            span = f"from {utc_minute(fact.start)} to {utc_minute(fact.end)}"
            return f"{fact.person} is on call for {fact.schedule} {span}" + _because(fact.reason)
        case log.OverrideRemoved():
            return f"override {fact.override} of {fact.schedule}, for {fact.person}, is taken back" + _because(fact.reason)
        case log.SilenceMade():
            which = ", ".join(fact.alerts) or "all alerts"
            span = f"from {utc_minute(fact.start)} to {utc_minute(fact.end)}"
            return f"{which} of {fact.service} up to {fact.up_to.value} page nobody {span}" + _because(fact.reason)
        case log.SilenceEnded():
            return f"silence {fact.silence} of {fact.service} is over" + _because(fact.why)
        case log.ComponentsListed() | log.MaintenancePlanned() | log.MaintenanceEnded():
            return status_page.narrated(fact)
        case _:
            assert_never(fact)


def _problems(problems: tuple[str, ...]) -> str:
    return f" (not answered: {'; '.join(problems)})" if problems else ""


def _and(said: str, opening: str = "") -> str:
    return f" ({opening}{said})" if said else ""


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _ended(exit_code: int | None) -> str:
    return "timed out" if exit_code is None else f"exit code {exit_code}"
