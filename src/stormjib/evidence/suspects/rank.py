"""Ranking: signals → suspects. What a sick dependency explains is taken off those who need it."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from stormjib.core.incident import Incident
from stormjib.core.log import SuspectsRanked
from stormjib.core.observation import Suspect
from stormjib.core.policy import Policy
from stormjib.evidence.suspects.alerts import of_alerts
from stormjib.evidence.suspects.impact import impact_of
from stormjib.evidence.suspects.logs import newest_error, of_logs
from stormjib.evidence.suspects.metrics import began, of_metrics
from stormjib.evidence.suspects.outputs import of_output
from stormjib.evidence.suspects.releases import of_releases
from stormjib.evidence.suspects.signal import EFFECTS, SYMPTOMS, UPSTREAM, WELL, Signal, together
from stormjib.evidence.suspects.texts import quoted
from stormjib.evidence.suspects.tree import GROUND, Tree, tree_of
from stormjib.evidence.suspects.words import CPU, DEPLOYMENT, MAINTENANCE

SUSPECTS_MAX: Final = 5
SCORE_MIN: Final = 0.12
"""Weaker ones are not named."""
CLEAR_SCORE_MIN: Final = 0.35
CLEAR_MARGIN: Final = 0.08
"""The first has to be so much ahead of the second."""
CLAUSES_MAX: Final = 3
ENTRIES_MAX: Final = 8

_EXPLAINED_SYMPTOM: Final = 0.85
_EXPLAINED_EFFECT: Final = 0.35
_HEARSAY_AGAINST_WELL: Final = 0.75
"""What others say of a component that answers when it is asked itself."""
_PAST_AGAINST_WELL: Final = 0.15
"""What lines from before the detection say of a component that is well when it is checked now."""
_SLOW_ALONE: Final = 0.5
_SPOKEN_FOR: Final = 0.25
"""A sick component whose dependents show symptoms is the more likely the cause."""
_UNTROUBLED_RELEASE: Final = 0.35
"""A release of something that shows no trouble itself is only worth mentioning."""


_NOT_REACHED: Final = {"hung", "refused", "unreachable"}
"""What is said of a component that is not reached, though it may be well."""


class Case(msgspec.Struct):
    """Everything that is said of one component."""

    component: str
    signals: list[Signal]
    well: float = 0.0
    answers: bool = False
    """It was asked itself, and answered; that its container runs is less than that."""

    def strength(self, *, own: bool = False) -> float:
        """All signs but that it is well; ``own`` leaves out what others say."""
        return together(one for one in self.signals if one.own or not own)

    def left(self, symptoms: float, effects: float) -> float:
        """What stays of it where the trouble below explains so much of its symptoms and of its effects."""
        taken = {**dict.fromkeys(SYMPTOMS, _EXPLAINED_SYMPTOM * symptoms), **dict.fromkeys(EFFECTS, _EXPLAINED_EFFECT * effects)}
        factors = {one.kind: 1.0 - taken.get(one.kind, 0.0) for one in self.signals}
        return together(msgspec.structs.replace(one, strength=one.strength * factors[one.kind]) for one in self.signals)


def rank(incident: Incident, policy: Policy, *, at: float, missing: tuple[str, ...]) -> SuspectsRanked:
    """Rank what the log holds at ``at`` (seconds since the epoch); ``missing`` is what had not answered by then."""
    since = incident.declared.at if incident.declared else at
    tree = tree_of(incident, policy)
    meant = any("maintenance" in debt for debt in incident.debts)  # a responder has switched it on
    cases = _cases(tree, (one for one in _signals(tree, incident) if not meant or one.component != MAINTENANCE))
    scores = _scores(tree, cases)
    order = sorted(scores, key=lambda component: (-round(scores[component], 3), component))
    suspects = tuple(_suspect(cases[name], scores[name]) for name in order if scores[name] >= SCORE_MIN)[:SUSPECTS_MAX]
    clear = _is_clear(suspects)
    impact = impact_of(incident, policy)
    return SuspectsRanked(
        suspects,
        clear=clear,
        sentence=_sentence(suspects, clear=clear),
        seconds=round(max(at - since, 0.0), 3),
        proposed=impact.proposed,
        impact=impact.sentence,
        missing=missing,
    )


def differs(before: SuspectsRanked, now: SuspectsRanked) -> bool:
    """Whether a new ranking tells something new: another first suspect, or another proposed severity."""
    first = (before.clear, [suspect.component for suspect in before.suspects[:1]], before.proposed)
    return first != (now.clear, [suspect.component for suspect in now.suspects[:1]], now.proposed)


def _signals(tree: Tree, incident: Incident) -> Iterator[Signal]:
    """Of everything that was checked; of a command that ran twice the newest, and nothing that was stored before a run."""
    yield from of_alerts(tree, incident)
    read = {fact.line for _, fact in incident.logs if fact.lines}
    newest = {(fact.text.strip(), fact.target): (when, fact) for when, fact in incident.evidence if not fact.before_run}
    for when, fact in newest.values():
        yield from of_output(tree, when, fact, grouped=fact.line in read)
    alike = len({fact.component for _, fact in incident.logs} & tree.replicas()) > 1
    for when, logs in {fact.line: (when, fact) for when, fact in incident.logs}.values():
        yield from of_logs(tree, when, logs, alike=alike, incident=incident)
    review = incident.metrics[1] if incident.metrics else None
    if incident.metrics and review:
        yield from of_metrics(tree, incident.metrics[0], review)
    yield from _since_release(
        tree, incident, tuple(of_releases(tree, incident, min(incident.detected_at, began(review) or incident.detected_at)))
    )


def _since_release(tree: Tree, incident: Incident, releases: tuple[Signal, ...]) -> Iterator[Signal]:
    """The releases, and beside one of just before the new error that came with it."""
    yield from releases
    for one in releases:
        component = one.component.removeprefix(DEPLOYMENT)
        new = newest_error(tree, incident, component) if one.strength >= _NEAR_RELEASE else None
        if new:
            seq, text, a_minute = new
            often = f", {a_minute:.0f} a minute" if a_minute >= 1 else ""
            yield Signal(one.component, "erroring", 0.6 * one.strength, seq, f"a new error came with it{often}: {quoted(text)}")


_NEAR_RELEASE: Final = 0.4


def _cases(tree: Tree, signals: Iterable[Signal]) -> dict[str, Case]:
    """By component. What only some of several replicas show is those replicas' own."""
    found = [one for one in signals if one.component and one.strength > 0.0]
    for name in sorted({one.component for one in found}):
        tree.meet(name)
    shut = any(one.component == tree.front and one.kind in {"refused", "down"} for one in found)
    found = [one for one in found if not (shut and one.component == tree.service and one.kind == "down" and not one.own)]
    sick = _sick_replicas(tree, found)
    cases: dict[str, Case] = {}
    for one in sorted(found, key=lambda one: (one.entry, one.component, one.kind, one.says)):
        component = one.component
        if component == tree.service and one.thing in sick:
            component = _replica(one.thing)
            tree.needs.setdefault(tree.service, set()).add(component)
            tree.needs.setdefault(component, set()).update(GROUND)
        case = cases.setdefault(component, Case(component, []))
        if one.kind in WELL:
            case.well = max(case.well, one.strength)
            case.answers = case.answers or one.kind == "answers"
        else:
            case.signals.append(one)
    for case in cases.values():
        case.signals = [_lowered(one) if one.past and case.well else one for one in case.signals]
    return cases


def _lowered(one: Signal) -> Signal:
    return msgspec.structs.replace(one, strength=one.strength * _PAST_AGAINST_WELL)


def _replica(thing: str) -> str:
    """One of several alike, by its container or by its address behind the proxy."""
    return f"replica at {thing.removeprefix(UPSTREAM)}" if thing.startswith(UPSTREAM) else f"replica {thing}"


def _sick_replicas(tree: Tree, signals: list[Signal]) -> set[str]:
    """Of the containers and of the upstreams that are the service, those that are sick while at least as many are not."""
    bad = {
        one.thing
        for one in signals
        if one.component == tree.service and one.thing and one.kind not in WELL and one.strength >= _SICK
    }
    upstreams = {thing for thing in bad if thing.startswith(UPSTREAM)}
    several = tree.replicas()
    sick = {name for name in bad & several if len(bad & several) * 2 <= len(several)}
    return sick | (upstreams if len(upstreams) == 1 and len(tree.upstreams) > 1 else set())


_SICK: Final = 0.25


def _scores(tree: Tree, cases: dict[str, Case]) -> dict[str, float]:
    """Bottom-up: first what needs nothing, then those who need it, less what is explained."""
    done: dict[str, float] = {}
    late = together(one for one in cases[tree.service].signals if one.kind == "slow") if tree.service in cases else 0.0
    blamed: dict[str, float] = {}
    for component in sorted(cases, key=lambda name: (len(tree.below(name)), name)):
        if component.startswith(DEPLOYMENT) or component == MAINTENANCE:
            continue
        below = tree.below(component)
        symptoms = max((blamed.get(name, 0.0) for name in below), default=0.0)
        effects = max((done.get(name, 0.0) for name in below), default=0.0)
        if component == tree.front:  # that it takes no connections is not brought about by what is behind it
            effects = max((done.get(name, 0.0) for name in below.intersection(GROUND)), default=0.0)
        case = _slowed(cases[component], tree, late)
        # What somebody says of a dependency explains that somebody's errors, even where the dependency is well itself.
        blamed[component] = case.left(symptoms, effects)
        done[component] = _heard(case, tree).left(symptoms, effects)
    _raised(tree, cases, done)
    _released(tree, cases, done)
    return done


def _slowed(case: Case, tree: Tree, late: float) -> Case:
    """A slow dependency makes slow, and so do busy processors and more traffic; where the service is not slow itself, it is hardly the trouble."""
    if case.component in {tree.service, tree.front}:
        return case
    factor = _SLOW_ALONE + (1.0 - _SLOW_ALONE) * late
    kept = [
        msgspec.structs.replace(one, strength=one.strength * factor)
        if (one.kind in {"slow", "surge"} and not one.own) or case.component == CPU
        else one
        for one in case.signals
    ]
    return Case(case.component, kept, case.well)


def _heard(case: Case, tree: Tree) -> Case:
    """Less of what others say of a component that is well when it is asked itself."""
    if not case.well or case.component in {tree.service, tree.front}:
        return case
    factor = 1.0 - case.well * (1.0 - _HEARSAY_AGAINST_WELL) / 0.5
    kept = [one if one.own else msgspec.structs.replace(one, strength=one.strength * factor) for one in case.signals]
    return Case(case.component, kept, case.well)


def _raised(tree: Tree, cases: dict[str, Case], done: dict[str, float]) -> None:
    """What the service suffers from speaks for the sick things that it needs."""
    suffered = together(one for one in cases[tree.service].signals if one.kind in SYMPTOMS) if tree.service in cases else 0.0
    for component in tree.below(tree.service) & set(done):
        done[component] += (1.0 - done[component]) * done[component] * _SPOKEN_FOR * suffered


def _released(tree: Tree, cases: dict[str, Case], done: dict[str, float]) -> None:
    """A release, and maintenance mode left on, are as suspicious as what they would explain is not explained otherwise."""
    for component in sorted(cases):
        if component == MAINTENANCE:
            done[component] = cases[component].strength()
            done[tree.service] = done.get(tree.service, 0.0) * (1.0 - done[component] * _EXPLAINED_SYMPTOM)
        elif component.startswith(DEPLOYMENT):
            of = component.removeprefix(DEPLOYMENT)
            strength, trouble = cases[component].strength(), done.get(of, 0.0)
            if any(one.kind != "changed" for one in cases[component].signals):
                done[component] = strength
            else:
                done[component] = strength * (_UNTROUBLED_RELEASE + (1.0 - _UNTROUBLED_RELEASE) * trouble)
            done[of] = trouble * (1.0 - strength)
    for name in [name for name in done if name not in cases]:
        del done[name]


def _is_clear(suspects: tuple[Suspect, ...]) -> bool:
    if not suspects or suspects[0].score < CLEAR_SCORE_MIN:
        return False
    return len(suspects) == 1 or suspects[0].score - suspects[1].score >= CLEAR_MARGIN


def _sentence(suspects: tuple[Suspect, ...], *, clear: bool) -> str:
    if clear:
        return suspects[0].sentence
    if not suspects:
        return "There is no clear suspect."
    names = ", ".join(suspect.component for suspect in suspects[:3])
    return f"There is no clear suspect; what there is points to {names}."


def _suspect(case: Case, score: float) -> Suspect:
    """Its strongest signs, one of each kind first, each with its entry."""
    ordered = sorted(case.signals, key=lambda one: (-one.strength, one.entry, one.says))
    firsts = list({one.kind: one for one in reversed(ordered)}.values())
    others = [one for one in ordered if one not in firsts]
    told = [*sorted(firsts, key=lambda one: (-one.strength, one.entry)), *others]
    clauses: dict[str, int] = {}
    for one in told:
        clauses.setdefault(one.says, one.entry)
    said = "; ".join(f"{says} (entry {entry})" for says, entry in list(clauses.items())[:CLAUSES_MAX])
    silent = any(one.own and one.kind in {"down", "hung", "refused"} for one in case.signals)
    if case.answers and not silent and any(not one.own and one.kind in _NOT_REACHED for one in case.signals):
        said += "; it answers when it is checked from here, so also check the network path"
    entries = tuple(dict.fromkeys(one.entry for one in told))[:ENTRIES_MAX]
    return Suspect(case.component, round(score, 3), f"{case.component}: {said}.", entries)
