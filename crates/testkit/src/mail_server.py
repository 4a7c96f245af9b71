"""A mail server for the tests: keeps what it takes, and refuses when the address says so.

Prints one JSON line when it listens and one for every letter it took, each after the work is done, so that
a test never has to wait for a time. Ends when its standard input does.
"""

import argparse
import asyncio
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--tls", choices=["start", "whole"])
parser.add_argument("--smtputf8", action="store_true")
options = parser.parse_args()

# The tests want what aiosmtpd warns of: sign-in without TLS, handshakes that fail. Whatever else goes wrong
# in a handler becomes a 500 reply, and the test shows it.
warnings.simplefilter("ignore")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


def say(**words):
    print(json.dumps(words), flush=True)


class Handler:
    def __init__(self):
        self.sessions = []

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if address.startswith("refused-sender@"):
            return "550 5.7.1 You may not send as this"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = address.split("@")[0]
        if name == "refused":
            return "550 5.1.1 Nobody has this\x1b[2J address"
        if name == "busy":
            return "451 4.7.1 Greylisted"
        if name == "signin":
            return "530 5.7.0 Authentication required"
        if name == "drop":
            server.transport.close()
            return "421 4.3.0 Gone"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "spam":
            return "554 5.6.0 This looks like spam"
        if name == "full":
            return "452 4.3.1 No room"
        if name == "silent":
            await asyncio.Event().wait()
        if session not in self.sessions:
            self.sessions.append(session)
        say(
            session=self.sessions.index(session),
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            options=envelope.mail_options,
            tls=session.ssl is not None or options.tls == "whole",
            user=(session.auth_data.login.decode() if session.auth_data else None),
            content=envelope.content.decode(),
        )
        return "250 Taken"


def sign_in(server, session, envelope, mechanism, data):
    known = (
        isinstance(data, LoginPassword)
        and data.login.decode() == options.user
        and data.password.decode() == options.password
    )
    return AuthResult(success=known, handled=False, auth_data=data if known else None)


context = None
if options.tls:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.certificate, options.key)

kind = dict(enable_SMTPUTF8=options.smtputf8)
if options.tls == "start":
    kind |= dict(tls_context=context, require_starttls=True)
if options.user:
    kind |= dict(
        authenticator=sign_in,
        auth_required=True,
        auth_require_tls=options.tls == "start",
    )

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
controller = UnthreadedController(
    Handler(),
    hostname="127.0.0.1",
    port=options.port,
    loop=loop,
    ssl_context=context if options.tls == "whole" else None,
    **kind,
)
controller.begin()
say(port=controller.server.sockets[0].getsockname()[1])
loop.add_reader(sys.stdin, loop.stop)
loop.run_forever()
