"""The tables of the settings that say what customers read, and where it goes."""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_VARIABLE: Final = r"^(\$\{[A-Za-z_][A-Za-z0-9_]*\})?$"


def value_of(variable: str, variables: Mapping[str, str]) -> str:
    """What ``${NAME}`` stands for, "" for none; raises ``ValueError`` where it is not set."""
    name = variable[2:-1]
    if name and not variables.get(name):
        raise ValueError(f"${name}, which [status_page] names, is not set; put it into the file that command_env_file names")
    return variables.get(name, "")


class SubscribersTable(BaseModel):
    """``[status_page.subscribers]``: whether customers may have updates sent to them, and how those leave."""

    model_config = ConfigDict(extra="forbid")

    mail_server: str = ""
    """HOST:PORT of the server that mail leaves by; "" where none is sent."""
    mail_from: str = ""
    mail_user: str = ""
    mail_password: str = Field(default="", pattern=_VARIABLE)
    """Written as the name of a variable of command_env_file, such as ${STATUS_MAIL_PASSWORD}."""
    mail_starttls: bool = True
    webhooks: bool = False
    webhook_networks: tuple[str, ...] = ()
    """Networks of our own that a webhook may lead into all the same: ["10.1.0.0/16"]."""

    @field_validator("webhook_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(one)) for one in value)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if bool(self.mail_server) != bool(self.mail_from):
            raise ValueError('mail needs both: mail_server = "smtp.example.org:587" and mail_from = "status@example.org"')
        return self

    @property
    def kinds(self) -> tuple[Literal["email", "webhook"], ...]:
        """How updates can be sent."""
        return (*(("email",) if self.mail_server else ()), *(("webhook",) if self.webhooks else ()))


class StatuspageTable(BaseModel):
    """``[status_page.statuspage]``: a page at Atlassian Statuspage where the posts stand as well."""

    model_config = ConfigDict(extra="forbid")

    page_id: str = Field(default="", pattern=r"^[A-Za-z0-9]*$")
    key: str = Field(default="${STATUSPAGE_API_KEY}", pattern=_VARIABLE)
    """The name of the variable with the key of the API."""
    url: str = Field(default="https://api.statuspage.io/v1", pattern="^https?://[^/]")


class S3Table(BaseModel):
    """``[status_page.s3]``: a bucket that the files are put into."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(default="", pattern="^(https?://[^/?#]+(/[^?#]*)?)?$")
    """Of the bucket, or of a folder in it: https://BUCKET.s3.eu-central-1.amazonaws.com."""
    region: str = "us-east-1"
    key_id: str = Field(default="${AWS_ACCESS_KEY_ID}", pattern=_VARIABLE)
    secret: str = Field(default="${AWS_SECRET_ACCESS_KEY}", pattern=_VARIABLE)


class StatusPageTable(BaseModel):
    """``[status_page]``: what customers call the site, where the page is found, and whether it is there at all."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="Status", min_length=1, max_length=120)
    url: str = ""
    """Where customers find it; without it ``/status`` of this server."""
    publish_dir: Path | None = None
    """A directory that another server hands out, and that nothing else writes into."""
    served: bool = False
    """Whether this server shows it as well, to everybody, below ``/status/``."""
    subscribers: SubscribersTable = SubscribersTable()
    statuspage: StatuspageTable = StatuspageTable()
    rsync: str = Field(default="", pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.@-]*:/[^\x00-\x1f]*)?$")
    """Where rsync copies the files over ssh: ops@web-1:/srv/status."""
    s3: S3Table = S3Table()

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("this is no address that can be opened; give one such as https://status.example.com")
        return value.rstrip("/")

    @property
    def on(self) -> bool:
        """Whether anybody can read it."""
        return bool(self.served or self.publish_dir or self.rsync or self.s3.url)
