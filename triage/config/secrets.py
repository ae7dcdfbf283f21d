"""Fetches passwords from where the settings say they are; none is ever logged or quoted."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from triage.config.settings import Secret
from triage.errors import ConfigError, Fault

COMMAND_TIMEOUT = 20.0
"""Seconds that a command has to print its password."""


class Password(str):
    """A password: the text itself wherever it is used, hidden wherever it is shown by `repr`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Password(hidden)"


def read_secret(
    secret: Secret, where: str, environment: Mapping[str, str] = os.environ
) -> Password:
    """Return the password of `where` ("mailbox support", "relay"); empty where none is named.

    One trailing newline of a file's or a command's text is not part of the password.

    Raises: ConfigError, which names the source and never the password.
    """
    if secret.credential:
        text = _credential(secret.credential, where, environment)
    elif secret.variable:
        text = environment.get(secret.variable, "")
        if not text:
            name = secret.variable
            raise _fault(where, f"the environment variable {name} is empty or not set")
    elif secret.command:
        text = _command(secret.command, where)
    else:
        return Password("")
    password = Password(text.removesuffix("\n").removesuffix("\r"))
    if not password:
        raise _fault(where, "its password is empty")
    return password


def _credential(name: str, where: str, environment: Mapping[str, str]) -> str:
    folder = environment.get("CREDENTIALS_DIRECTORY", "")
    if not folder:
        remedy = f"start it by systemd with LoadCredential={name}:…, or name another source"
        raise _fault(where, f"there is no credential '{name}' outside systemd", remedy)
    if Path(name).name != name:
        raise _fault(where, f"'{name}' is not the name of a credential")
    try:
        return (Path(folder) / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        # Not `from exc`: a decoding error quotes the bytes it met.
        remedy = f"add LoadCredential={name}:… to the unit"
        raise _fault(where, f"the credential '{name}' cannot be read", remedy) from None


def _command(command: tuple[str, ...], where: str) -> str:
    name = command[0]
    try:
        done = subprocess.run(  # noqa: S603 - the admin's own command, without a shell
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_TIMEOUT,
            check=False,
        )
    except OSError as exc:
        reason = (exc.strerror or type(exc).__name__).lower()
        raise _fault(where, f"the command {name} did not start: {reason}") from exc
    except subprocess.TimeoutExpired:
        # Not `from exc`: it carries what the command has printed.
        raise _fault(where, f"the command {name} took over {COMMAND_TIMEOUT:.0f} s") from None
    if done.returncode != 0:
        raise _fault(where, f"the command {name} ended with {done.returncode}")
    try:
        return done.stdout.decode()
    except UnicodeDecodeError:
        raise _fault(where, f"the command {name} did not print UTF-8 text") from None


def _fault(where: str, text: str, remedy: str = "") -> ConfigError:
    return ConfigError((Fault(where, 0, 0, text, remedy),))
