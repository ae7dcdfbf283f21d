"""`triage version`."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

import click

from triage import __version__
from triage.cli.opening import with_json
from triage.cli.output import print_json

_TOLD = ("imapclient", "aiosmtplib", "sqlite-utils", "onnxruntime", "transformers")


@click.command()
@with_json
def version(*, as_json: bool) -> None:
    """Print the version.

    --json prints {"triage", "python", "libraries": {name: version}}.
    """
    if not as_json:
        click.echo(f"triage {__version__}")
        return
    libraries = {name: _installed(name) for name in _TOLD}
    print_json({"triage": __version__, "python": platform.python_version(), "libraries": libraries})


def _installed(name: str) -> str | None:
    try:
        return installed(name)
    except PackageNotFoundError:
        return None
