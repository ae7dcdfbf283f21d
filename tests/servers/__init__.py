"""Real servers on loopback for the tests: IMAP, SMTP, web, and a proxy that behaves badly."""

from tests.servers.certificates import Certificate, make_certificate
from tests.servers.chaos import ChaosProxy, chaos_proxy
from tests.servers.dovecot import Account, Dovecot, dovecot_server
from tests.servers.listening import listening
from tests.servers.pymap_imap import PymapServer, pymap_server
from tests.servers.scripted import Conversation, ScriptedImap, scripted_imap
from tests.servers.sink import Cut, Delivery, SmtpSink, Step, smtp_sink
from tests.servers.web import Posted, WebSink, web_sink

__all__ = [
    "Account",
    "Certificate",
    "ChaosProxy",
    "Conversation",
    "Cut",
    "Delivery",
    "Dovecot",
    "Posted",
    "PymapServer",
    "ScriptedImap",
    "SmtpSink",
    "Step",
    "WebSink",
    "chaos_proxy",
    "dovecot_server",
    "listening",
    "make_certificate",
    "pymap_server",
    "scripted_imap",
    "smtp_sink",
    "web_sink",
]
