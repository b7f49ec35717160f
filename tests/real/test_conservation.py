"""kill -9 under a mixed intake: every alert that was answered for has one outcome; and a build that loses one is found out."""

import resource
import socket

import pytest
from bench import sabotage
from bench.conservation import run
from tests.real.site import Site


def test_conservation_holds_over_kills(tmp_path):
    assert run(3, 7, tmp_path, lambda _: None) == []


def test_a_build_that_loses_one_is_found_out(tmp_path):
    with sabotage.running(sabotage.INTAKE_BUILDS["forget-joined"], tmp_path):
        assert run(1, 7, tmp_path / "site", lambda _: None) != []


@pytest.mark.parametrize("name", sabotage.INTAKE_BUILDS)
def test_every_sabotage_still_fits_the_program(tmp_path, name):
    """Its line is there, once: one that changes nothing would be found out by nobody."""
    sabotage.build(sabotage.INTAKE_BUILDS[name], tmp_path / "src")


def test_f8_64_idle_connections_do_not_keep_an_alert_out_of_64_files(tmp_path):
    """The bound on connections lies below the files that the process may have; the oldest idle ones make room."""
    site = Site(tmp_path)
    idle = []
    try:
        site.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
        for number in range(100):
            idle.append(socket.create_connection(("127.0.0.1", site.port)))
            idle[-1].sendall(b"" if number % 2 else b"POST /api/v1/alerts HT")
        assert site.alert() == "INC-1"
        assert site.alert(name="Again", service="db") == "INC-2"
    finally:
        for line in idle:
            line.close()
        site.close()
