"""What closed sets are called on the page, in words that people understand."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale, UnknownLocaleError

from triage.core.ticket import Status
from triage.web.render import Reader, marked

KINDS: Mapping[str, str] = {
    "human": marked("a person"),
    "auto_reply": marked("automatic reply"),
    "out_of_office": marked("out of office"),
    "bounce": marked("could not be delivered"),
    "dsn_other": marked("delivery report"),
    "bulk": marked("mass mail"),
    "list": marked("mailing list"),
    "calendar": marked("invitation"),
    "challenge": marked("asks to prove that we are human"),
    "own_loop": marked("our own mail"),
    "spam": marked("spam"),
    "phishing": marked("swindle"),
    "unreadable": marked("unreadable"),
}

REASONS: Mapping[str, str] = {
    **{name: word for name, word in KINDS.items() if name != "human"},
    "verified": marked("the sender is who they say"),
    "unverified": marked("nothing proves who the sender is; once a day that is enough"),
    "doubtful": marked("it may not be a person who wrote: somebody has to look first"),
    "no_single_sender": marked("it names no sender, or several"),
    "own_address": marked("it comes from an address of our own"),
    "colleague": marked("a colleague wrote"),
    "forwarded_by_colleague": marked("a colleague passed it on: the requester wrote to them"),
    "form_without_address": marked("the contact form names no address to write to"),
    "not_addressed_to_us": marked("it is not addressed to us"),
    "suppressed_by_sender": marked("the mail itself asks for no automatic answers"),
    "sender_not_authenticated": marked(
        "the sender is forged: our mail server could not confirm it"
    ),
    "unverified_sender": marked("nothing proves who the sender is"),
    "unverified_once_a_day": marked("nothing proves who the sender is, and they had a note today"),
    "in_thread": marked("it belongs to a conversation that was acknowledged before"),
    "third_party": marked("it comes from somebody who takes no part in this ticket"),
    "too_late": marked("it was found too late: a note now would only annoy"),
    "before_restore": marked("it came before this store was restored from a backup"),
    "rule": marked("a rule says so"),
    "queue_never_acknowledges": marked("mail of this queue gets none"),
    "no_owner": marked("nobody is there in whose name it could be written"),
    "already_waiting": marked("the same person has one for another question that still waits"),
    "requester_wishes_none": marked("the requester wants no automatic notes"),
    "same_subject_again": marked("the same subject came today already: it may be a robot"),
    "same_text_again": marked("the same text came within the hour: it may be a robot"),
    "too_many_replies": marked("its subject is a long chain of replies: it may be a robot"),
    "answered_within_a_minute": marked(
        "it came within a minute of a note of ours, as robots answer"
    ),
    "sender_hour_cap": marked("this sender had the most notes that anybody gets in an hour"),
    "sender_day_cap": marked("this sender had the most notes that anybody gets in a day"),
    "domain_hour_cap": marked("this domain had the most notes that any gets in an hour"),
    "breaker": marked("far more mail came than usual: notes are held until somebody has looked"),
    "shadow": marked("the desk runs in shadow mode: nothing automatic leaves"),
    "pilot": marked("the desk runs in pilot mode, and this address is not on its list"),
    "answered": marked("it was answered first"),
    "closed": marked("it was closed first"),
    "merged": marked("it was merged with another ticket"),
    "no_longer_waiting": marked("nothing waits any more"),
    "nothing_was_told": marked("no time had been told"),
    "none": marked("none was due"),
}

RISKS: Mapping[str, str] = {
    "runs": marked("may run a program when it is opened"),
    "two_endings": marked("pretends to be another kind of file: look at its last ending"),
    "macros": marked("holds macros, which are programs"),
    "locked": marked("is encrypted: no scanner could look into it"),
}

STATUSES: Mapping[Status, str] = {
    Status.OPEN: marked("waiting"),
    Status.WAITING: marked("with requester"),
    Status.SNOOZED: marked("snoozed"),
    Status.DONE: marked("done"),
    Status.MERGED: marked("merged"),
}

EVENTS: Mapping[str, str] = {
    "opened": marked("opened"),
    "acknowledgement_sent": marked("acknowledgement sent"),
    "acknowledgement_cancelled": marked("acknowledgement not sent"),
    "acknowledgement_expired": marked("acknowledgement not sent"),
    "acknowledgement_failed": marked("acknowledgement refused"),
    "acknowledgement_unknown": marked("acknowledgement may have left"),
    "acknowledgement_withheld": marked("acknowledgement withheld"),
    "alert_sent": marked("somebody was warned"),
    "reply_put": marked("wrote an answer"),
    "new_put": marked("wrote first"),
    "third_party_put": marked("asked a third party"),
    "forward_put": marked("forwarded"),
    "reply_taken_back": marked("called a mail back"),
    "reply_sent_again": marked("sent a mail again"),
    "reply_did_arrive": marked("said that a mail arrived"),
    "not_finished": marked("could not be left as its writer wanted"),
    "stepped_in": marked("stepped in"),
    "handed_over": marked("handed over"),
    "remarked": marked("wrote a note"),
    "marked_answered": marked("marked as answered"),
    "answered_outside": marked("answered where nobody looks"),
    "reply_sent": marked("answer sent"),
    "reply_failed": marked("answer refused"),
    "reply_unknown": marked("answer may have left"),
    "delay_sent": marked("delay notice sent"),
    "check_back_set": marked("wants to ask later whether all is well"),
    "check_back_sent": marked("asked whether all is well"),
    "answered": marked("answered"),
    "answered_earlier": marked("had been answered before"),
    "answer_bounced": marked("the answer came back"),
    "probably_answered": marked("probably answered"),
    "reassigned": marked("given to another owner"),
    "claimed": marked("taken"),
    "owner_told": marked("the new owner was told"),
    "answer_said": marked("answer entered for somebody"),
    "joined": marked("wrote again"),
    "reopened": marked("reopened"),
    "corrected": marked("set right"),
    "correction_undone": marked("correction taken back"),
    "snoozed": marked("put off"),
    "woken": marked("back from being put off"),
    "closed": marked("closed"),
    "resolved": marked("done by itself"),
    "merged": marked("merged"),
    "merge_undone": marked("merge taken back"),
    "split": marked("split"),
    "split_undone": marked("split taken back"),
    "warning": marked("warned"),
    "breach": marked("late"),
    "update_owed": marked("an update is owed"),
    "update_written": marked("the owed update was written"),
    "update_dropped": marked("the owed update is owed no more"),
    "update_proposed": marked("an update seems to be owed"),
    "goodwill": marked("goodwill given"),
    "goodwill_undone": marked("goodwill taken back"),
    "remedy": marked("remedy written down"),
    "wish": marked("wishes kept"),
    "forwarded": marked("passed on by a colleague"),
    "filed": marked("automatic mail filed"),
    "linked": marked("linked with another ticket"),
    "written": marked("wrote again"),
    "cause": marked("what brought it was set"),
    "kind_said": marked("a mail was set right"),
    "lies_in_junk": marked("a reply lies in junk"),
    "breach_explained": marked("why it was late was written down"),
}


def language_name(code: str, language: str) -> str:
    """Return what a language is called in another one; what names none, as it is."""
    try:
        return Locale.parse(code).get_display_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code


def said(words: Mapping[str, str], name: str, read: Reader) -> str:
    """Return what `name` is called; a name that the set does not hold is made readable."""
    known = words.get(name)
    return read.say(known) if known else name.replace("_", " ")
