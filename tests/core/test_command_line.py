"""The programs behind a command line: those that print, whatever they are wrapped in, as the analysis of its risk sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormjib.core.shell.command_line import TEXT_CHARS_MAX, parse_command
from stormjib.core.shell.log_origin import origin_of_logs


def shown(text):
    command = parse_command(text)
    return [" ".join((*one.path, "|", *one.words)) for one in command.programs], [one.path[0] for one in command.filters]


@pytest.mark.parametrize(
    ("text", "programs", "filters"),
    [
        ("docker container ls -a", ["docker ps | -a"], []),
        ("docker-compose -f /srv/x.yml ps api", ["docker compose ps | api"], []),
        ("docker compose exec -T redis redis-cli -n 1 dbsize", ["redis-cli | -n 1 dbsize"], []),
        ("kubectl exec -n x api-1 -- redis-cli ping", ["redis-cli | ping"], []),
        ("sudo timeout 5 journalctl -u api -n 50 | grep -i error", ["journalctl | -u api -n 50"], ["grep"]),
        ("grep error /var/log/a.log | tail -5", ["grep | error /var/log/a.log"], ["tail"]),
        ("bash -c 'df -h | sort'", ["df | -h"], ["sort"]),
        ("(cd /srv && docker compose ps)", ["cd | /srv", "docker compose ps |"], []),
        ("for c in a b; do docker logs $c; done", ["docker logs | $c"], []),
        ("! grep -q x /var/log/a.log", ["grep | -q x /var/log/a.log"], []),
        ("docker inspect $(docker ps -q)", ["docker inspect | $(docker ps -q)"], []),
        ("pgrep -f api | xargs ps -o pid", ["pgrep | -f api", "ps | -o pid ${_}"], []),
        ("ip netns exec lab ss -ltn", ["ip | netns exec lab ss -ltn", "ss | -ltn"], []),
        ("ssh db1 'systemctl status api'", ["systemctl status | api"], []),
        ("watch -n 1 'docker ps'", ["docker ps |"], []),
        ("LANG=C git -C /srv log --oneline", ["git log | --oneline"], []),
        ('docker logs "$C" 2>&1 >/dev/null', ["docker logs | $C"], []),
        ("$PROGRAM --help", [], []),
        ("", [], []),
        ("x" * (TEXT_CHARS_MAX + 1), [], []),
    ],
)
def test_the_programs_that_print(text, programs, filters):
    assert shown(text) == (programs, filters)


@given(st.text(max_size=200))
def test_any_text_has_programs_with_names(text):
    command = parse_command(text)
    assert command.text == text
    assert all(one.path and one.path[0] for one in (*command.programs, *command.filters))


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("sudo docker logs --tail 50 shop-api 2>&1 | grep -i error", "docker logs shop-api"),
        ("journalctl -u api --since today", "journalctl -u api"),
        ("egrep -i error /var/log/app/*.log", "file /var/log/app/*.log"),
        ("uptime", ""),
    ],
)
def test_the_log_that_a_command_reads(text, origin):
    assert origin_of_logs(text) == origin
