"""Programs as processes of their own, forked from one that has imported everything: only the first pays for the imports.

What a test starts this way is a process like any other: it has its own session, can be killed, and ends with its own code.
What is tested of the start itself (a closed descriptor, a limit, no privilege) starts the interpreter as people do.
"""

import atexit
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from multiprocessing import forkserver
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.preloaded"])


# Waited for at the end, so that the time that its children took is counted as the tests' time.
atexit.register(forkserver._forkserver._stop)


class Program:
    """``python ARGV`` with these variables; what it says is added to the two files. As much of ``Popen`` as tests use."""

    def __init__(self, argv, *, stdout, stderr, env):
        self._process = _FORKS.Process(
            target=_become, args=(argv, str(stdout), str(stderr), dict(env), str(Path.cwd())), daemon=True
        )
        self._process.start()
        self.pid = self._process.pid

    def poll(self):
        return self._process.exitcode

    @property
    def returncode(self):
        return self._process.exitcode

    def wait(self, timeout=None):
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


def run(argv, env, timeout=240):
    """Its exit code, and what it said on both streams."""
    with tempfile.TemporaryDirectory() as where:
        out, err = Path(where) / "out", Path(where) / "err"
        program = Program(argv, stdout=out, stderr=err, env=env)
        if program.wait(timeout) is None:
            program.kill()
        code = program.wait()
        return code, out.read_text(errors="replace"), err.read_text(errors="replace")


def _become(argv, stdout, stderr, env, cwd):
    """The process turns into the program."""
    os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for number, path, how in ((0, os.devnull, os.O_RDONLY), (1, stdout, _ADD), (2, stderr, _ADD)):
        opened = os.open(path, how, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    if argv[0] == "-m":
        sys.argv = [argv[1], *argv[2:]]
        runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [str(one) for one in argv]
        runpy.run_path(sys.argv[0], run_name="__main__")


_ADD = os.O_WRONLY | os.O_CREAT | os.O_APPEND
