"""What must hold between the settings of `[web]`, `[web.oidc]` and `[events]`."""

from __future__ import annotations

from importlib.util import find_spec
from ipaddress import ip_address

from triage.config.alertchecks import check_address
from triage.config.faults import Document, Faults, Loc
from triage.config.pagesettings import EventsSettings, OidcSettings, WebSettings
from triage.config.servers import Secret
from triage.config.sources import NAME_ONE, SOURCES, check_source
from triage.config.values import is_loopback, url_of


def check_web(web: WebSettings, document: Document, faults: Faults) -> None:
    """Keep a fault for a page that nobody could log in to, or that would believe anybody."""
    loc: Loc = ("web", "url") if web.url else ("web", "host")
    url = url_of(web.address)
    if web.url and (url.scheme not in {"http", "https"} or not url.hostname):
        faults.add(document.fault(loc, "this is no address of the web", '"https://…"'))
    elif url.path or url.query or url.fragment or url.username:
        text = "the page stands at the root of a name of its own"
        faults.add(document.fault(loc, text, f"{url.scheme}://{url.hostname}"))
    elif url.scheme == "http" and not is_loopback(url.hostname or ""):
        text = f"without https nobody can log in at {url.hostname}: a session could be taken"
        faults.add(document.fault(loc, text, 'url = "https://…", through a proxy that has https'))
    for at, proxy in enumerate(web.proxies):
        if not _is_number(proxy):
            text = f"'{proxy}' is no address of a proxy"
            faults.add(document.fault(("web", "proxies", at), text, "a number such as 127.0.0.1"))
    if web.oidc is not None:
        _check_oidc(web.oidc, document, faults)


def _check_oidc(oidc: OidcSettings, document: Document, faults: Faults) -> None:
    loc: Loc = ("web", "oidc")
    url = url_of(oidc.issuer)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        text = "this is no address of a provider"
        faults.add(document.fault((*loc, "issuer"), text, '"https://…"'))
    elif url.scheme == "http" and not is_loopback(url.hostname):
        text = f"an open connection to {url.hostname} would let anybody log in"
        faults.add(document.fault((*loc, "issuer"), text, "use https"))
    for key, value in (("client_id", oidc.client_id), ("claim", oidc.claim)):
        if not value.strip():
            faults.add(document.fault((*loc, key), f"'{key}' is empty"))
    place = (*loc, "client_secret")
    check_source(oidc.client_secret, place, "'client_secret'", NAME_ONE, document, faults)
    if find_spec("authlib") is None or find_spec("httpx") is None:
        text = "a provider needs Authlib, which is not installed"
        faults.add(document.fault(loc, text, "pip install 'inbox-triage[oidc]'", key=True))


def check_events(events: EventsSettings, document: Document, faults: Faults) -> None:
    """Keep a fault for events that would be posted for all to see, or that nobody could verify."""
    loc: Loc = ("events",)
    if events.webhook:
        instead = "leave it out: who takes them in knows them by their signature"
        check_address(events.webhook, (*loc, "webhook"), instead, document, faults)
        if events.webhook_secret == Secret() and (*loc, "webhook_secret") not in document.values:
            text = "events are signed, and no key is named"
            remedy = f"webhook_secret = {SOURCES}"
            faults.add(document.fault((*loc, "webhook"), text, remedy, key=True))
    elif events != EventsSettings():
        text = "it is not said where events are posted to"
        faults.add(document.fault(loc, text, 'webhook = "https://…"', key=True))
    place = (*loc, "webhook_secret")
    check_source(events.webhook_secret, place, "'webhook_secret'", NAME_ONE, document, faults)


def _is_number(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
