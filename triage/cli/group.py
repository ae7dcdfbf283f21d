"""The group of commands: each is imported when it is run, so that `--help` is there at once."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click

from triage import __version__
from triage.cli.ending import end, end_of_system
from triage.errors import TriageError


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is defined (`module:name`), and what it does in a line."""

    place: str
    summary: str


COMMANDS: Mapping[str, Entry] = {
    "demo": Entry("triage.cli.demo:demo", "Watch a whole desk at work, on this machine alone."),
    "check": Entry("triage.cli.check:check", "Check settings, rules and prompts."),
    "run": Entry("triage.cli.run:run", "Run the daemon."),
    "queue": Entry("triage.cli.queue:queue", "List what waits for an answer, in its order."),
    "show": Entry("triage.cli.show:show", "Show everything about a ticket."),
    "explain": Entry("triage.cli.explain:explain", "Say why mail is judged as it is."),
    "answered": Entry("triage.cli.answered:answered", "Mark a ticket as answered elsewhere."),
    "owe": Entry("triage.cli.owe:owe", "Put down an update that was promised."),
    "correct": Entry("triage.cli.correct:correct", "Set right what was judged wrong."),
    "breach": Entry("triage.cli.breach:breach", "Say why a deadline was missed."),
    "close": Entry("triage.cli.closing:close", "Close a ticket: by a referral, or for a reason."),
    "away": Entry("triage.cli.away:away", "Say that somebody is away, or back."),
    "closed": Entry("triage.cli.closed:closed", "Say that the desk is closed for now."),
    "notice": Entry("triage.cli.notice:notice", "Tell every requester something today."),
    "goodwill": Entry("triage.cli.goodwill:goodwill", "Give, put right, and list what was given."),
    "wish": Entry("triage.cli.wish:wish", "Keep how a requester wants to be treated."),
    "report": Entry("triage.cli.report:report", "Tell how a time went: answers, promises, causes."),
    "pause": Entry("triage.cli.pausing:pause", "Hold what leaves by itself, or let it go on."),
    "sender": Entry("triage.cli.sender:sender", "Say that a sender is a machine, or a person."),
    "history": Entry("triage.cli.history:history", "List the rules that were in force."),
    "rules test": Entry("triage.cli.rules_test:test", "Run the tests beside the rules."),
    "rules replay": Entry("triage.cli.rules_replay:replay", "Show what a draft would change."),
    "rules apply": Entry("triage.cli.rules_apply:apply", "Put the rules on disk in force."),
    "rules rollback": Entry("triage.cli.rules_apply:rollback", "Go back to an earlier set."),
    "model evaluate": Entry("triage.cli.model_evaluate:evaluate", "Measure how well it judges."),
    "model train": Entry("triage.cli.model_train:train", "Teach the model now."),
    "model convert": Entry("triage.cli.model_convert:convert", "Make an encoder ready."),
    "model history": Entry("triage.cli.model_history:history", "List what the model was taught."),
    "model rollback": Entry("triage.cli.model_history:rollback", "Let earlier heads judge again."),
    "user add": Entry("triage.cli.user:add", "Let somebody log in to the page."),
    "user change": Entry("triage.cli.user:change", "Change what somebody may do."),
    "user list": Entry("triage.cli.user:list_", "List who may log in."),
    "user token": Entry("triage.cli.user:token", "Make a token for a program."),
    "user tokens": Entry("triage.cli.useraudit:tokens", "List tokens, and when each was used."),
    "user audit": Entry("triage.cli.useraudit:audit", "List what was done, and what refused."),
    "version": Entry("triage.cli.version:version", "Print the version."),
}
"""Every command, in the order of the help; `rules test` is the command `test` of a group."""

GROUPS: Mapping[str, str] = {
    "model": "Teach, measure, convert and take back the model.",
    "user": "Say who may use the page.",
    "rules": "Test, rehearse, apply and take back rules.",
}
"""What the commands of a group have to do with each other, in a line."""


class Commands(click.Group):
    """Commands that are imported when they are asked for, and errors that end in one line.

    `within` is the group whose commands they are, or "".
    """

    within = ""

    @property
    def _entries(self) -> Mapping[str, Entry]:
        """The commands one step down, by their last word; a group stands where its first one is."""
        before, found = self.within and f"{self.within} ", dict[str, Entry]()
        for name, entry in COMMANDS.items():
            if name.startswith(before):
                word, _, more = name.removeprefix(before).partition(" ")
                found[word] = Entry("", GROUPS[word]) if more else entry
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the help."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None where there is none of that name."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        if not entry.place:
            group = Commands(name=cmd_name, help=entry.summary, short_help=entry.summary)
            group.within = cmd_name
            return group
        module, _, name = entry.place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        command.short_help = entry.summary
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of the help from the table alone, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error of ours becomes one clear line and an exit code."""
        try:
            return super().invoke(ctx)
        except TriageError as error:
            ctx.exit(end(error))
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe has seen enough
                raise
            ctx.exit(end_of_system(error))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="triage %(version)s")
def cli() -> None:
    """Acknowledge every customer's mail at once, and guard the hour in which a human answers.

    Data goes to stdout, talk to stderr. Every list and report takes --json.

    Exit codes: 0 fine, 1 a finding, 2 wrong usage, 78 a fault in settings, rules or prompts.
    """
