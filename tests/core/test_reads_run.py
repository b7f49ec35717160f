"""What is called a read is one: made-up texts are run by real bash in a box without network, and nothing may come of them."""

import pytest
from bench.box import Box, missing
from bench.reads import fuzz

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

# Each of these escapes in another way, so a box that misses one of them proves nothing.
PLANTED = [
    ("touch hit", "starts"),
    ("echo $(reboot)", "starts"),
    ("cat <<true\ntrue # $(touch /tmp/zz)\ntrue", "starts"),
    ("ssh h 'uptime; reboot'", "starts"),
    ("docker exec api sh -c 'rm f'", "starts"),
    ("ls | xargs -n1 rm", "starts"),
    ("echo x > hit", "written"),
    ("echo x >> f", "written"),
    ("sort -o f f", "written"),
    ("find . -name f -delete", "written"),
    ("sed -n 'w /etc/new' f", "written"),
    ("sort < /dev/watchdog", "opened"),
    ("read -r x < /proc/kmsg; sort /sys/kernel/debug/x", "opened"),
    ("sort .env", "shown"),
    ("env", "shown"),
    ('echo "$AMBIENT"', "shown"),
]


@pytest.mark.parametrize(("text", "kind"), PLANTED)
def test_s1_the_box_sees_what_escapes(text: str, kind: str) -> None:
    with Box() as box:
        quiet, seen = box.run(["echo one; test -f f"], {}), box.run([text], {})
    assert quiet == ([], [], [], [], None)
    if kind == "starts":
        assert {argv[0] for _, argv in seen.starts} & {"touch", "reboot", "rm"}
    else:
        assert getattr(seen, kind)


def test_s1_a_few_hundred_reads_escape_nowhere() -> None:
    tally = fuzz(200, seed=7)
    assert tally.escapes == []
    assert tally.read == 200
    assert tally.started > 100
