"""Four weeks of a desk, simulated: `python -m tests.bench.four_weeks`.

Mail enters at the store and leaves by a relay on loopback; store, decisions, outbox and watch are
the product's own, at instants that are given. Exits 1 where a mail was lost or doubled, or a
promise broken of which the requester did not hear before, and for which no reason is recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from structlog.typing import EventDict

from tests.bench.simulated.figures import Figures, as_json, figures, findings, table
from tests.bench.simulated.house import Unforeseeing, open_house
from tests.bench.simulated.people import Policy
from tests.bench.simulated.picture import picture
from tests.bench.simulated.plan import Plan, four_weeks
from tests.bench.simulated.world import World
from triage.store.sqlite import SqliteStore

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


def store_of(policy: Policy) -> Callable[[Path], SqliteStore]:
    """Return what makes the store of a policy: who promises an hour knows nothing of the load."""
    return Unforeseeing if policy is Policy.NAIVE else SqliteStore


async def simulate(folder: Path, plan: Plan, policy: Policy) -> Figures:
    """Run a plan under a policy on a store of its own in `folder`, and count what came of it."""
    async with open_house(folder, plan, store_of(policy)) as house:
        return figures(await World(house, plan, policy).live())


def loudly(_logger: object, level: str, said: EventDict) -> EventDict:
    """Stop the run at whatever a stage calls an error; the rest of its log is not shown."""
    if level in {"error", "critical"}:
        raise RuntimeError(f"a stage says: {said}")
    raise structlog.DropEvent


def listen() -> None:
    """Have every stage's log listened to, in each process that simulates."""
    structlog.configure(
        processors=[loudly], wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR)
    )


def one_policy(plan: Plan, policy: Policy) -> Figures:
    """Simulate in a folder in memory, where there is one: no disk is to be measured."""
    within = MEMORY if MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="four-weeks.", dir=within) as folder:
        return asyncio.run(simulate(Path(folder), plan, policy))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.four_weeks", description=__doc__)
    every = ",".join(Policy)
    parser.add_argument("--policy", default=every, help=f"which, by commas (default: {every})")
    parser.add_argument("--load", type=float, default=0.93, help="work over capacity (0.93)")
    parser.add_argument("--days", type=int, default=28, help="from a Monday on (28)")
    parser.add_argument("--seed", type=int, default=1, help="another one is another month (1)")
    parser.add_argument("--jobs", type=int, default=1, help="policies at the same time (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a policy")
    parser.add_argument("--plot", type=Path, help="an SVG to write")
    return parser.parse_args()


def main() -> int:
    """Run what the command line says; return 1 where something must not be."""
    given = _arguments()
    plan = four_weeks(given.seed, given.load, given.days)
    done = []
    policies = [Policy(name) for name in given.policy.split(",")]
    with ProcessPoolExecutor(given.jobs, initializer=listen) as pool:
        for one in pool.map(partial(one_policy, plan), policies):
            done.append(one)
            if given.json:
                print(json.dumps(as_json(one), default=str), flush=True)  # noqa: T201
            elif said := findings(one):
                print(said, file=sys.stderr, flush=True)  # noqa: T201
    if not given.json:
        print(table(done))  # noqa: T201
    if given.plot:
        title = f"{given.days} days at {100 * given.load:.0f} % load, seed {given.seed}"
        given.plot.write_text(picture(done, title))
    return int(any(not one.faultless for one in done if one.policy is Policy.PRODUCT))


if __name__ == "__main__":
    sys.exit(main())
