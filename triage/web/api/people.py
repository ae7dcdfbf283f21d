"""What of the page programs do not do, or do by another way, and why: by its paths."""

from __future__ import annotations

from collections.abc import Mapping

_TOKEN = "A program has a token: no login, no password."  # noqa: S105 - a sentence
_DRAFT = "Drafts are of people, who write slowly: a program sends all of a mail at once."
RULES = (
    "Rules and models are put in force by people alone, on the page or by `triage rules` and"
    " `triage model` on the machine: a token that got lost must not change how the desk judges."
)
"""Why nothing of the rules' views is here."""

FOR_PEOPLE: Mapping[str, str] = {
    "GET /login": _TOKEN,
    "POST /login": _TOKEN,
    "GET /login/provider": _TOKEN,
    "GET /login/provider/back": _TOKEN,
    "POST /logout": _TOKEN,
    "POST /logout/everywhere": _TOKEN,
    "POST /me": "How a page is read, people decide for themselves.",
    "POST /me/password": _TOKEN,
    "GET /static/{digest}/{name}": "Looks and scripts of the page.",
    "POST /ticket/{ticket}/presence": "A program is not there.",
    "POST /ticket/{ticket}/hold": "A program is not asked whether it wants to call its mail back.",
    "GET /ticket/{ticket}/answer": _DRAFT,
    "GET /new": _DRAFT,
    **{
        f"POST {path}/{name}": _DRAFT
        for path in ("/ticket/{ticket}", "/new")
        for name in ("draft", "discard", "attachment", "detach")
    },
    "GET /ticket/{ticket}/message/{message}/original": "It is made harmless for a browser:"
    " `mail.eml` holds the HTML as it came.",
    "GET /rules": RULES,
    "GET /rules/model": RULES,
    "POST /rules/apply": RULES,
    "POST /rules/rollback": RULES,
    "POST /rules/model/approve": RULES,
    "POST /rules/model/reject": RULES,
    "POST /rules/model/rollback": RULES,
    "GET /rules/try": "`triage explain --json` tells the same of any mail.",
    "POST /rules/try": "`triage explain --json` tells the same of any mail.",
    "GET /events": "What happens is posted to the address of `[events]`, and signed.",
    "GET /audit": "`triage user audit --json` tells the same, on the machine: a token that got lost"
    " must not tell what was done with it.",
}
"""What is left to people, by method and path."""

INSTEAD: Mapping[str, str] = {
    "GET /": "/views/{view}",
    "GET /next": "/views/{view}",
    "GET /view/{view}": "/views/{view}",
    "GET /queue/{queue}": "/queues/{queue}",
    "GET /search": "/search",
    "GET /me": "/me",
    "GET /ticket/{ticket}": "/tickets/{ticket}",
    "GET /ticket/{ticket}/more": "/tickets/{ticket}",
    "GET /ticket/{ticket}/alike": "/tickets/{ticket}/alike",
    "GET /ticket/{ticket}/macro": "/tickets/{ticket}/macros",
    "GET /new/macro": "/macros",
    "GET /ticket/{ticket}/message/{message}/file/{file}": (
        "/tickets/{ticket}/messages/{message}/files/{file}"
    ),
    "GET /ticket/{ticket}/message/{message}/source": (
        "/tickets/{ticket}/messages/{message}/mail.eml"
    ),
    "GET /ticket/{ticket}/message/{message}/mail.eml": (
        "/tickets/{ticket}/messages/{message}/mail.eml"
    ),
    "GET /filed/{filed}": "/filed/{filed}",
    "GET /team/hour": "/switches",
    "GET /team/service": "/service",
    **{
        f"GET /team{path}": "/report"
        for path in ("", "/answers", "/missed", "/staffing", "/voices", "/goodwill")
    },
}
"""What programs read by another path than people, below the version of the API."""
