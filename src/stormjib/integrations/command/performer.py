"""Performs Collect and RunCommand: runs the command on its target and says what came of it."""

from collections.abc import Callable, Mapping

import msgspec

from stormjib.core.effects import AnyEffect, Collect, RunCommand
from stormjib.core.log import EvidenceCollected, RunFinished
from stormjib.evidence.readers import Reading, finding_of
from stormjib.integrations.command.output import excerpt
from stormjib.integrations.command.process import Feed
from stormjib.integrations.command.run import Ran, run
from stormjib.ports import DeliveryError, Outcome

RUN = "STORMJIB_RUN"
"""The variable that tells an approved command which run it is, so that a script can leave it in its own log."""

Conclude = Callable[[str, int | None, str], tuple[bool, str]]
"""Text, exit code and output → whether it did what it was for, and a sentence where the exit code does not tell."""

Read = Callable[[str, int | None, str, tuple[int, ...]], Reading]
"""Text, exit code, output and the exit codes of a pipeline's parts → the facts in it and what stands out."""

FACTS_LOGGED_MAX = 120
"""So many facts of one output go into the log; the output itself holds them all."""
_TIME_IS_UP = 124
"""How ``timeout`` ends."""
_EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class Target(msgspec.Struct, frozen=True):
    """Where commands run: a directory, a search path and variables. Everything is on this host.

    ``prefix`` are words before the shell, such as ``nsenter`` with its options; what they start must stay in its process group.
    """

    cwd: str = ""
    path: str = ""
    env: dict[str, str] = {}
    prefix: tuple[str, ...] = ()


class CommandPerformer:
    """``Performer`` of commands on this host."""

    def __init__(
        self,
        *,
        targets: Mapping[str, Target],
        secrets: Mapping[str, str],
        conclude: Conclude,
        read: Read,
    ) -> None:
        """``targets``: name → target, "" for every other name. ``secrets``: name → value; a command gets those it names."""
        self._targets = targets
        self._secrets = secrets
        self._conclude = conclude
        self._read = read

    def perform(self, effect: AnyEffect, **_: object) -> Outcome:
        """Run it; raises ``DeliveryError`` where a look could not start, and never for a guarded command."""
        match effect:
            case Collect():
                return self._collect(effect)
            case RunCommand():
                return self._run(effect)
            case _:
                raise DeliveryError("command", f"{type(effect).__name__} is no command.", permanent=True)

    def stream(
        self, target: str, text: str, timeout_seconds: float, secrets: tuple[str, ...], feed: Feed
    ) -> tuple[int | None, bool]:
        """Run a command where looks run and hand its output over as it comes, with whatever it holds.

        Gives the exit code (None where it had to be stopped) and whether it had to; raises ``DeliveryError`` where it did not start.
        """
        ran = self._ran(target, text, timeout_seconds, secrets, tap=feed)
        return ran.exit_code, ran.timed_out

    def _collect(self, effect: Collect) -> Outcome:
        ran = self._ran(effect.target, effect.run_as, effect.timeout_seconds, effect.secrets, parts=True)
        output = ran.output.decode()
        as_expected = effect.expect in output
        # A command that never ends by itself was given a time, and that time is up: it did what it was for.
        code = 0 if ran.exit_code == _TIME_IS_UP and effect.run_as != effect.text else ran.exit_code
        reading = self._read(effect.text, code, output, ran.parts)
        fact = EvidenceCollected(
            command_id=effect.command_id,
            line=effect.line,
            text=effect.text,
            target=effect.target,
            ok=code == 0 and as_expected,
            exit_code=ran.exit_code,
            seconds=round(ran.seconds, 3),
            output_sha256=ran.sha256,
            output_bytes=len(ran.output),
            excerpt=excerpt(ran.output),
            finding=finding_of(reading, code) if as_expected else _unexpected(effect),
            source=reading.source if reading.understood else "",
            weight=reading.level if as_expected else "bad",
            facts=reading.facts[:FACTS_LOGGED_MAX],
            ran_as=effect.run_as if effect.run_as != effect.text else "",
            before_run=effect.before_run,
            timed_out=ran.timed_out,
            truncated=ran.truncated,
            blanked=ran.redacted,
            parts=ran.parts,
        )
        return Outcome((fact,), (ran.output,))

    def _run(self, effect: RunCommand) -> Outcome:
        try:
            ran = self._ran(effect.target, effect.text, effect.timeout_seconds, effect.secrets, about={RUN: effect.run_id})
        except DeliveryError as error:
            # It did not start, which is a known outcome: nobody has to look whether it took effect.
            return Outcome((_not_run(effect, error.reason),))
        ok, conclusion = self._conclude(effect.text, ran.exit_code, ran.output.decode())
        fact = RunFinished(
            run_id=effect.run_id,
            command_id=effect.command_id,
            ok=ok,
            exit_code=ran.exit_code,
            seconds=round(ran.seconds, 3),
            output_sha256=ran.sha256,
            output_bytes=len(ran.output),
            excerpt=excerpt(ran.output),
            conclusion=conclusion,
            timed_out=ran.timed_out,
            truncated=ran.truncated,
            blanked=ran.redacted,
        )
        return Outcome((fact,), (ran.output,))

    def _ran(
        self,
        name: str,
        text: str,
        timeout_seconds: float,
        secrets: tuple[str, ...],
        *,
        about: Mapping[str, str] | None = None,
        tap: Feed | None = None,
        parts: bool = False,
    ) -> Ran:
        target = self._target(name)
        given = {secret: self._secrets[secret] for secret in secrets if secret in self._secrets}
        return run(
            text,
            cwd=target.cwd,
            path=target.path,
            prefix=target.prefix,
            env={**given, **target.env, **(about or {})},
            timeout_seconds=timeout_seconds,
            secrets=secrets,
            redact=self._secrets,
            tap=tap,
            parts=parts,
        )

    def _target(self, name: str) -> Target:
        target = self._targets.get(name)
        if target is None and name.startswith("ssh:"):
            reason = f"It was not run, because {name} is another host and commands run only here. Run it there by hand and note the result."
            raise DeliveryError("command", reason, permanent=True)
        return target or self._targets.get("", Target())


def _unexpected(effect: Collect) -> str:
    return f"The runbook expects “{effect.expect}”, and the output does not hold it."


def _not_run(effect: RunCommand, reason: str) -> RunFinished:
    return RunFinished(
        run_id=effect.run_id,
        command_id=effect.command_id,
        ok=False,
        exit_code=None,
        seconds=0.0,
        output_sha256=_EMPTY_SHA256,
        output_bytes=0,
        excerpt="",
        conclusion=reason,
    )
