"""A command run by root works as the store's owner, so that nothing of root's is left in it.

A journal or a database made by root beside the daemon's could not be opened by the daemon.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from triage.cli.ending import Finding


def drop_to_owner(store: Path) -> None:
    """Become the owner of `store`, or of the folder it will lie in; only root changes anything.

    Real, effective and saved ids and the groups all change: there is no way back.
    """
    if os.geteuid() != 0:
        return
    place = next(path for path in (store, *store.absolute().parents) if path.exists())
    owner = place.stat()
    if owner.st_uid == 0:
        return
    try:
        account = pwd.getpwuid(owner.st_uid)
    except KeyError:  # an owner without an account, as in a container
        os.setgroups([])
        group, home = owner.st_gid, "/"
    else:
        os.initgroups(account.pw_name, account.pw_gid)
        group, home = account.pw_gid, account.pw_dir
    os.setresgid(group, group, group)
    os.setresuid(owner.st_uid, owner.st_uid, owner.st_uid)
    os.environ["HOME"] = home


def check_access(store: Path, *, write: bool) -> None:
    """See to it that this account may use `store`. Raises: Finding, saying whose it is.

    A store that is not there yet is no matter of this check.
    """
    try:
        owner = store.stat()
    except FileNotFoundError:
        return
    except PermissionError as exc:
        raise Finding(f"store {store}: permission denied; run this as its owner or root") from exc
    needed = os.R_OK | os.W_OK if write else os.R_OK
    # Whoever writes makes a journal beside it.
    beside = not write or os.access(store.parent, os.W_OK | os.X_OK)
    if beside and os.access(store, needed):
        return
    try:
        name = pwd.getpwuid(owner.st_uid).pw_name
    except KeyError:
        name = f"uid {owner.st_uid}"
    accounts = " or ".join(dict.fromkeys((name, "root")))
    raise Finding(f"store {store}: permission denied; run this as {accounts}")
