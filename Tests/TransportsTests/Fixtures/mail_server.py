"""A mail server that keeps what it gets, one file per message in DIRECTORY, byte for byte.

usage: mail_server.py PORT DIRECTORY [CERTIFICATE KEY starttls|tls]

Says READY on a line when it accepts connections. What it answers depends on the recipient:
refused@ 550, busy@ 451, both at once; full@ 552 after the message; everybody else 250.
"""

import ssl
import sys

from aiosmtpd.controller import Controller

port, directory = int(sys.argv[1]), sys.argv[2]
count = 0


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("busy@"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global count
        if envelope.rcpt_tos[0].startswith("full@"):
            return "552 5.2.2 mailbox full"
        count += 1
        with open(f"{directory}/{count}.eml", "wb") as file:
            file.write(envelope.content)
        with open(f"{directory}/{count}.envelope", "w") as file:
            file.write(f"{envelope.mail_from} {' '.join(envelope.rcpt_tos)}\n")
        return f"250 2.0.0 kept as {count}"


options = {}
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    if sys.argv[5] == "starttls":
        options = {"tls_context": context, "require_starttls": True}
    else:
        options = {"ssl_context": context}

controller = Controller(Keeper(), hostname="127.0.0.1", port=port, **options)
controller.start()
print("READY", flush=True)
sys.stdin.read()
controller.stop()
