"""The statements of a block share variables, a directory and an environment, as when a person pastes it; real bash agrees."""

import subprocess

import pytest

from stormjib.core.markdown import compile_runbook
from stormjib.core.risk import Risk
from stormjib.core.shell import missing


def commands(block):
    source = f"# X\n\n## Investigation (0-15 minutes)\n\n### 1. Look\n\n```bash\n{block}\n```\n"
    return compile_runbook(source.encode()).commands


@pytest.mark.parametrize(
    ("block", "last", "risk"),
    [
        ("NS=prod\nkubectl get pods -n $NS", "kubectl get pods -n prod", Risk.READ),
        ("export NS='prod'\nkubectl get pods -n \"${NS}\"", 'kubectl get pods -n "prod"', Risk.READ),
        ("A=1 B=2\nkubectl logs web-$A --tail=$B", "kubectl logs web-1 --tail=2", Risk.READ),
        ("NS=a\nNS=b\nkubectl get pods -n $NS", "kubectl get pods -n b", Risk.READ),
        ("NS=a\nunset NS\nkubectl get pods -n $NS", "kubectl get pods -n $NS", Risk.READ),
        ("NS=a\nif true; then NS=b; fi\nkubectl get pods -n $NS", "kubectl get pods -n $NS", Risk.READ),
        ("NS=<namespace>\nkubectl get pods -n $NS", "kubectl get pods -n <namespace>", Risk.READ),
        ("DIR=\nrm -rf /srv/$DIR", "rm -rf /srv/$DIR", Risk.DESTROY),
        ("NS=prod\nkubectl delete ns $NS", "kubectl delete ns prod", Risk.DESTROY),
        ("NS=prod\necho '$NS'", "echo '$NS'", Risk.READ),
        ("OPTS='-a -b'\nls $OPTS", "OPTS='-a -b'; ls $OPTS", Risk.UNKNOWN),
        ("cd /srv/app\ndocker compose ps", "cd /srv/app || exit; docker compose ps", Risk.READ),
        ("cd /srv\ncd app\nls", "cd /srv || exit; cd app || exit; ls", Risk.READ),
        ("cd /srv\ncd /opt\nls", "cd /opt || exit; ls", Risk.READ),
        ("cd /srv\ncd -\nls", "ls", Risk.READ),
        ("cd /srv && ls\nmake deploy", "cd /srv || exit; make deploy", Risk.UNKNOWN),
        ("(cd /srv && ls)\nls", "ls", Risk.READ),
        ("cd /srv\nkubectl get pods", "kubectl get pods", Risk.READ),
        ("cd /srv\nkubectl diff -f web.yaml", "cd /srv || exit; kubectl diff -f web.yaml", None),
        ("cd <dir>\nls", "cd <dir> || exit; ls", Risk.READ),
        ("export KUBECONFIG=/etc/x\nkubectl get pods", "export KUBECONFIG=/etc/x; kubectl get pods", Risk.UNKNOWN),
        ("NS=prod kubectl get ns\nkubectl get pods -n $NS", "kubectl get pods -n $NS", Risk.READ),
    ],
)
def test_what_a_statement_leaves_to_the_next(block, last, risk):
    found = commands(block)[-1]
    assert found.text == last
    assert risk in {None, found.risk}


def test_a_read_whose_output_is_a_variable_is_run_for_its_output():
    computed, used = commands('POD="$(kubectl get pods -o name | head -1)"\nkubectl logs $POD')
    assert (computed.text, computed.assigns, computed.risk) == ("kubectl get pods -o name | head -1", "POD", Risk.READ)
    assert missing(used.text) == ("$POD",)


def test_what_is_computed_by_more_than_a_read_stays_what_it_is():
    computed, used = commands("ID=$(docker run -d redis)\ndocker logs $ID")
    assert (computed.text, computed.assigns) == ("ID=$(docker run -d redis)", "")
    assert missing(used.text) == ("$ID",)


@pytest.mark.parametrize(
    "block",
    [
        "A=x\nB='y z'\nprintf '[%s]' $A $B\nprintf '[%s]' \"$A$B\"",
        "cd sub\npwd | sed 's/.*\\///'\ncd deeper && pwd | sed 's/.*\\///'\npwd | sed 's/.*\\///'",
        "export A=1\nbash -c 'printf [%s] $A'\nA=2\nbash -c 'printf [%s] $A'",
        "A=x\nprintf '%s' '$A'\nprintf '%s' \"\\$A ${A}\"\ncat <<EOF\n$A\nEOF",
        "L='a b'\nfor i in $L; do printf '[%s]' $i; done\nprintf '%s' ${L#a}",
        "cd sub || exit 1\nls",
    ],
)
def test_one_by_one_they_print_what_the_whole_block_prints(block, tmp_path):
    (tmp_path / "sub" / "deeper").mkdir(parents=True)

    def printed(text):
        return subprocess.run(["/bin/bash", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    assert "".join(printed(command.text) for command in commands(block)) == printed(block)


NOTHING_ALONE = (
    "cd /srv/app",
    "NS=prod",
    "export NS=prod",
    "exit 1",
    "set -euo pipefail",
    "sleep 30",
    'echo "== pods =="',
    "cd ../shop # its checkout",
)


@pytest.mark.parametrize("text", NOTHING_ALONE)
def test_what_only_prepares_is_no_command(text: str) -> None:
    book = f"# Shop\n\n## Diagnosis\n\n```bash\n{text}\nkubectl get pods\n```\n\nRun `{text}` first.\n"
    assert [command.text.rsplit("; ", 1)[-1] for command in compile_runbook(book.encode()).commands] == ["kubectl get pods"]


def test_what_is_done_where_it_went_is_one() -> None:
    book = "# Shop\n\n## Diagnosis\n\n```bash\ncd /srv && git status\n```\n"
    assert [command.text for command in compile_runbook(book.encode()).commands] == ["cd /srv && git status"]
