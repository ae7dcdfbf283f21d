"""`triage rules replay`: a draft against the applied set, over stored mail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from triage.cli.ending import Finding
from triage.cli.opening import opened, settings_file, with_config, with_json
from triage.cli.output import hint, print_json, say, stdout
from triage.cli.rehearsing import ALL, Span, rehearse
from triage.cli.replayview import draw_replay
from triage.config.load import load_applied, load_policy
from triage.report.tickets import when
from triage.trial.gate import too_much

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--since", type=Span(), default="30d", metavar="SPAN", help="How far back: 30d.")
@click.option("--limit", type=click.IntRange(1), default=ALL, metavar="N", help="Newest mails.")
@click.option("--rules", type=_FOLDER, metavar="DIR", help="Another folder of rules to try out.")
@click.option("--prompts", type=_FOLDER, metavar="DIR", help="Another folder of prompts.")
@with_json
@with_config
def replay(
    since: timedelta,
    limit: int,
    rules: Path | None,
    prompts: Path | None,
    *,
    as_json: bool,
    config: Path | None,
) -> None:
    """Show what the files on disk would change of stored mail; sends and writes nothing.

    The draft (rules and prompts on disk, or in DIR) is run beside the set that was applied last,
    over all mail that opened a ticket or was filed, by what was known and what the model said when
    it came. A model is loaded only where prompts differ, or for mail that nothing was kept of.

    Late mail is simulated: the answers that people gave are dealt out anew, each at its moment, in
    the order by answer-by minus boost. It compares two orders under one load, and forecasts
    nothing.

    \b
    --json prints
      {"now", "since", "applied": {"number", "digest"}, "draft": {"digest"}, "mails", "found",
       "skipped", "changed", "graver",
       "queue": [GROUP], "priority": [GROUP], "acknowledgement": [GROUP], "deadline": [GROUP],
       "agreement": {"n", "before", "after"}, "late": {"before", "after"}, "waits", "seconds"}
    GROUP is {"from", "to", "count", "mails": [reference or handle]}, the largest first. "graver"
    counts mails of which more than queue or priority differs; "waits" says why this draft would
    not go in force by itself, or is "".
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    path = settings_file(config)
    draft = load_policy(path, rules=rules, prompts=prompts)
    with opened(path, read_only=True) as at:
        kept = at.store.applied_set()
        if kept is None:
            raise Finding("nothing was applied yet: the first 'triage run' applies the files")
        applied = load_applied(path, kept.files)
        done = rehearse(applied, draft, at.store, at.now, since, limit)
        waits = too_much(done)
        if as_json:
            print_json(
                {
                    "now": when(at.now, at.zone),
                    "applied": {"number": kept.number, "digest": kept.digest},
                    "draft": {"digest": draft.digest},
                    **done.summary(named=None),
                    "waits": waits,
                }
            )
            return
        draw_replay(stdout(), done.summary(), at.zone)
    if draft.files == kept.files:
        say("\nthe draft is what was applied last")
    elif waits:
        say(f"\nit would wait for 'triage rules apply': {waits}")
    else:
        say("\nit would go in force by itself when the files are read again")
        hint("triage run --reload")
