"""guard(): run, ask, refuse; what a command destroys, what undoes it, whether it did what it was for."""

from functools import lru_cache

import msgspec

from stormjib.core.incident import Incident, Missing, Run
from stormjib.core.place import elsewhere
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Runbook, Step
from stormjib.core.shell import judge, missing
from stormjib.core.shell.maintenance import maintenance, switched
from stormjib.core.text.same import Same

MAINTENANCE = "maintenance mode"


class Verdict(msgspec.Struct, frozen=True):
    """What may be done with a command here and now. While it lacks values (``needs``) it does not run, whoever asks."""

    risk: Risk
    unattended: bool
    approvals_needed: int
    second_person: bool
    reason: str
    needs: tuple[str, ...] = ()
    misplaced: str = ""
    """Why it must not run where the runbook has it run, as a sentence: then it does not, whoever asks."""


def placed(runbook: Runbook, policy: Policy, service: str, own: str = "") -> Runbook:
    """The runbook as it holds for a service: each command with where it runs. ``own``: the service's target when the incident began.

    Where the service is gone since, with a file that was moved away, its commands run nowhere: never where the site's do.
    """
    # All services that the site does not know are one, so that what was found for the one holds for the next.
    known = own or policy.service_of(service)
    return _placed_book(Same(runbook), Same(policy), service if known else "", own)


@lru_cache(maxsize=64)
def _placed_book(book: Same[Runbook], site: Same[Policy], service: str, own: str) -> Runbook:
    runbook, policy = book.thing, site.thing
    if own and policy.service_of(service) is None:
        gone = f"{service}, whose commands run at {own}, is gone from the catalogue and the settings. Put it back, or end this incident."
        return msgspec.structs.replace(
            runbook, commands=tuple(msgspec.structs.replace(command, place=own, misplaced=gone) for command in runbook.commands)
        )
    usual, refused = policy.place_for(service, "")
    if not (usual or refused or any(command.place for command in runbook.commands)):
        return runbook
    return msgspec.structs.replace(runbook, commands=tuple(_placed(command, policy, service) for command in runbook.commands))


def _placed(command: Command, policy: Policy, service: str) -> Command:
    place, refused = policy.place_for(service, command.place)
    # The usual place is "" where it is this machine, whatever the runbook calls it.
    return (
        command if (place, refused) == (command.place, "") else msgspec.structs.replace(command, place=place, misplaced=refused)
    )


def guard(command: Command, policy: Policy) -> Verdict:
    """Run, ask one, or ask a second person. Only a proven read, or one that the site's operator vouches for, just runs."""
    risk = effective_risk(command, policy)
    needs = lacking(command, policy)
    misplaced = command.misplaced or elsewhere(command.target, command.place or policy.target)
    if risk is Risk.READ and not command.approvals:
        alone = not (needs or misplaced)
        return Verdict(risk, alone, 0, second_person=False, reason=command.reason, needs=needs, misplaced=misplaced)
    second = risk is Risk.DESTROY
    # Who asks for what destroys is one of the people that it takes, and may not approve it.
    yes = max((command.approvals or 1) - second, 1)
    return Verdict(risk, False, yes, second_person=second, reason=command.reason, needs=needs, misplaced=misplaced)


def effective_risk(command: Command, policy: Policy) -> Risk:
    """The computed risk, unless the site's settings vouch for exactly this text.

    A variable that the site gives stays one: then what it may become counts, and not that it would be one word.
    """
    if policy.trusts(command.text):
        return Risk.READ
    stays = any(name in policy.variables for name in command.variables)
    return command.risk.worst(_as_it_stands(command.text)) if stays else command.risk


@lru_cache(maxsize=1024)
def _as_it_stands(text: str) -> Risk:
    return judge(text).risk


def lacking(command: Command, policy: Policy) -> tuple[str, ...]:
    """The values without which the command must not run: variables that the site does not set, placeholders."""
    return missing(command.text, policy.variables)


def find(runbook: Runbook, command_id: str) -> Command:
    """The command of the runbook; there is no other way to name one, so a client can't send text to run."""
    command = runbook.command(command_id)
    if command is None:
        raise Missing(f"The runbook has no command {command_id}; `stormjib run list INC` shows those that it has.")
    return command


def conclude(text: str, exit_code: int | None, output: str) -> tuple[bool, str]:
    """Whether a command did what it was for, and a sentence when its exit code alone does not tell."""
    if exit_code is None:
        return False, "It did not end in time and was stopped."
    wanted = maintenance(text)
    if exit_code or wanted is None:
        return exit_code == 0, "" if exit_code == 0 else f"It ended with exit code {exit_code}."
    return switched(text, wanted, output)


SNAPSHOT_SPARE_SECONDS = 5.0
"""What a snapshot gets beside its own timeout, and by how much a timer may be late without anything being wrong."""


def waits_again(run: Run, at: float, policy: Policy) -> bool:
    """Whether the time for the snapshots ended while nobody could take them: the server was down, so they get it anew."""
    return at - run.waited_since[0] > policy.probe_timeout_seconds + 2 * SNAPSHOT_SPARE_SECONDS


def belongs(incident: Incident, runbook: Runbook, policy: Policy, command: Command) -> bool:
    """Whether the command may run in the incident's state.

    What takes a temporary measure back may always. After the resolution it is what closing asks for, and reads; after closing, nothing.
    """
    if repays(incident, command):
        return True
    if incident.open or incident.closed or incident.declared is None:
        return incident.open
    return effective_risk(command, policy) is Risk.READ or command.step in {step.id for step in closing_steps(runbook)}


def repays(incident: Incident, command: Command) -> bool:
    """Whether it takes back a temporary measure that is in force."""
    return command.id in {debt.repaid_by for debt in incident.debts.values()}


def closing_steps(runbook: Runbook) -> tuple[Step, ...]:
    """The steps that close the incident."""
    return tuple(step for step in runbook.steps if step.closes)
