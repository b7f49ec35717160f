"""Performs Collect and RunCommand: runs the command on its target and says what came of it."""

from collections.abc import Callable, Mapping

from stormjib.core.effects import AnyEffect, Collect, RunCommand
from stormjib.core.log import EvidenceCollected, OutcomeUnknown, RunFinished
from stormjib.core.place import elsewhere
from stormjib.core.redact import shown
from stormjib.evidence.readers import Reading, finding_of
from stormjib.integrations.command.output import excerpt
from stormjib.integrations.command.places import Places, Target
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
_TRIED = (("docker-context:", "docker version"), ("kube:", "kubectl auth can-i get pods"))
"""What is run to see whether a place can be reached, by its beginning; elsewhere it is what does nothing."""
_TIME_IS_UP = 124
"""How ``timeout`` ends."""
_EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class CommandPerformer:
    """``Performer`` of commands, each at its place."""

    def __init__(
        self,
        *,
        here: Target,
        secrets: Mapping[str, str],
        conclude: Conclude,
        read: Read,
        places: Places,
    ) -> None:
        """``here``: what commands get. ``secrets``: name → value; a command gets those it names. ``places`` knows how to get elsewhere."""
        self._here = here
        self.places = places
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

    def reach(self, place: str, timeout_seconds: float) -> str:
        """Why no command can run there now, as a sentence with what to do; "" where one can."""
        try:
            ran = _whole(
                self._ran(place, next((text for kind, text in _TRIED if place.startswith(kind)), "true"), timeout_seconds, ())
            )
        except DeliveryError as error:
            return error.reason
        if ran.exit_code == 0:
            return ""
        said = excerpt(ran.output).strip().rpartition("\n")[2] or "it said nothing"
        return f"It does not answer within {timeout_seconds:g} s." if ran.timed_out else f"It can't be used: {said.rstrip('.')}."

    def stream(
        self, place: str, text: str, timeout_seconds: float, secrets: tuple[str, ...], feed: Feed
    ) -> tuple[int | None, bool]:
        """Run a command at a place and hand its output over as it comes, with whatever it holds.

        Gives the exit code (None where it had to be stopped) and whether it had to; raises ``DeliveryError`` where it did not
        start, or its connection broke.
        """
        ran = _whole(self._ran(place, text, timeout_seconds, secrets, tap=feed))
        return ran.exit_code, ran.timed_out

    def _collect(self, effect: Collect) -> Outcome:
        _must_be_here(effect)
        ran = _whole(self._ran(effect.place, effect.run_as, effect.timeout_seconds, effect.secrets, parts=True))
        output = ran.output.decode()
        as_expected = effect.expect in output
        # A command that never ends by itself was given a time, and that time is up: it did what it was for.
        code = 0 if ran.exit_code == _TIME_IS_UP and effect.run_as != effect.text else ran.exit_code
        reading = self._read(effect.text, code, output, ran.parts)
        fact = EvidenceCollected(
            command_id=effect.command_id,
            line=effect.line,
            text=shown(effect.text),
            target=effect.target,
            place=effect.place,
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
            ran_as=shown(effect.run_as) if effect.run_as != effect.text else "",
            before_run=effect.before_run,
            timed_out=ran.timed_out,
            truncated=ran.truncated,
            blanked=ran.redacted,
            parts=ran.parts,
        )
        return Outcome((fact,), (ran.output,))

    def _run(self, effect: RunCommand) -> Outcome:
        try:
            _must_be_here(effect)
            ran = self._ran(effect.place, effect.text, effect.timeout_seconds, effect.secrets, about={RUN: effect.run_id})
        except DeliveryError as error:
            # It did not start, which is a known outcome: nobody has to look whether it took effect.
            return Outcome((_not_run(effect, error.reason),))
        if ran.unknown:
            return Outcome((OutcomeUnknown(effect.run_id, effect.command_id, ran.unknown),))
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
        place: str,
        text: str,
        timeout_seconds: float,
        secrets: tuple[str, ...],
        *,
        about: Mapping[str, str] | None = None,
        tap: Feed | None = None,
        parts: bool = False,
    ) -> Ran:
        target = self.places.target(place, self._here, text, timeout_seconds)
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
            away=target.away,
            parts=parts,
        )


def _must_be_here(effect: Collect | RunCommand) -> None:
    """The last door before a command that itself goes to another machine: whoever lists it has said so before."""
    if reason := elsewhere(effect.target, effect.place):
        raise DeliveryError("command", f"It was not run. {reason}", permanent=True)


def _whole(ran: Ran) -> Ran:
    """What a read printed, where it came through to its end; reading it once more is harmless."""
    if ran.broke:
        raise DeliveryError("ssh", ran.unknown, permanent=False)
    return ran


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
