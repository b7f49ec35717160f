"""The parts of one running lab, as its stand-ins and its control socket see them."""

from __future__ import annotations

from dataclasses import dataclass

from watermark_lab.lab.call import Refusal
from watermark_lab.lab.child import Child
from watermark_lab.lab.deploy import Deploy
from watermark_lab.lab.faults import Faults
from watermark_lab.lab.journal import Journal
from watermark_lab.lab.project import Project
from watermark_lab.lab.settings import StackSettings
from watermark_lab.lab.supervisor import Supervisor


@dataclass(frozen=True)
class Parts:
    """Everything that a command may look at or act on."""

    settings: StackSettings
    journal: Journal
    supervisor: Supervisor
    deploy: Deploy
    project: Project
    faults: Faults

    def container(self, name: str) -> Child:
        """Return a container by name or id; Refusal in docker's words when there is none."""
        child = self.supervisor.find(name)
        if child is None or child not in self.project.containers():
            msg = f"Error response from daemon: No such container: {name}"
            raise Refusal(msg)
        return child

    def unit(self, name: str) -> Child | None:
        """Return the process behind a systemd unit other than docker: nginx is the load balancer."""
        return self.supervisor.find(name) if name == "nginx" else None
