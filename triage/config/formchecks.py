"""What must hold of the settings for mail that others pass on: contact forms and forwarders."""

from __future__ import annotations

from collections.abc import Mapping

from triage.config.faults import Document, Faults, Loc
from triage.config.settings import FormSettings, MailboxSettings, Names
from triage.config.values import is_address, is_host
from triage.core.patterns import pattern


def check_forms(forms: Mapping[int, FormSettings], document: Document, faults: Faults) -> None:
    """Keep a fault for every form that could name nobody; `forms` by their number in the file."""
    for at, form in forms.items():
        loc: Loc = ("form", at)
        if not is_address(form.sender):
            text = f"'{form.sender}' is not a mail address"
            faults.add(document.fault((*loc, "sender"), text, "write it bare: name@domain"))
        if form.requester is Names.BODY and not (form.email_label.strip() or form.email_pattern):
            text = "nothing says where the customer's address stands in the body"
            faults.add(document.fault((*loc, "requester"), text, 'email_label = "Email"'))
        for key in ("email_label", "name_label"):
            label = getattr(form, key)
            if label and not any(letter.isalnum() for letter in label):
                faults.add(document.fault((*loc, key), f"'{label}' is the label of no field"))
        for key in ("email_pattern", "name_pattern"):
            _pattern(getattr(form, key), (*loc, key), document, faults)


def _pattern(text: str, loc: Loc, document: Document, faults: Faults) -> None:
    if not text:
        return
    try:
        pattern(text)
    except ValueError as exc:
        faults.add(document.fault(loc, f"the pattern cannot be used: {exc}"))


def check_forwarders(
    mailboxes: Mapping[int, MailboxSettings], document: Document, faults: Faults
) -> None:
    """Keep a fault for every forwarder that is neither a host nor an address."""
    for at, mailbox in mailboxes.items():
        for number, name in enumerate(mailbox.forwarders):
            if not (is_address(name) or is_host(name)):
                text = f"'{name}' is neither a host nor a mail address"
                remedy = "mail.old.example, or info@old.example"
                loc: Loc = ("mailbox", at, "forwarders", number)
                faults.add(document.fault(loc, text, remedy))
