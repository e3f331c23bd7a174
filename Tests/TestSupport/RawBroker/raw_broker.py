"""A broker for tests: MQTT 3.1.1 and 5 on a raw socket, written from the OASIS specifications.

It does what the test tells it to and nothing else: it holds back SUBACK, closes in the middle,
delivers again with DUP, refuses CONNECT. It shares no code with the client under test.

    raw_broker.py [CERTIFICATE KEY]     with both: TLS

Prints its port on 127.0.0.1. Then one JSON object a line on standard input is a command, and one
on standard output its answer. Before it answers, it reads everything that the client has sent:
on loopback that is there to be read as soon as the client's system call has returned, so counts
are exact. It ends with its standard input.

Commands:
    {"do": "configure", ...}  any of Broker's settings below, for what comes after
    {"do": "publish", "count": n, "topic": t, "retain": b, "size": k}
                              n QoS 1 messages whose payloads are their numbers, from 0 on,
                              padded to k bytes
    {"do": "publish", "texts": [...], "topic": t}
                              one QoS 1 message for each of the payloads
    {"do": "close"}           closes the connection at once
    {"do": "reset"}           the same with a reset, as the end of a process that has not read all
    {"do": "release_suback"}  sends the SUBACKs that were held back
    {"do": "state"}           only the answer
The answer is the state: see Broker.state.
"""

import json
import os
import selectors
import socket
import ssl
import struct
import sys

from packets import (CONNACK, CONNECT, DISCONNECT, NAMES, PINGREQ, PINGRESP, PUBACK, PUBLISH,
                     SUBACK, SUBSCRIBE, Connection, packet, text)


class Broker:
    """One session, whoever connects."""

    def __init__(self, context):
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.connection = None
        self.opening = []
        # Settings.
        self.connack_code = 0
        self.hold_suback = False
        self.suback_code = 1
        self.suback_code_qos0 = 0
        # What a SUBSCRIBE with QoS 0 is answered with: "suback", "close", or with MQTT 5 "disconnect".
        self.answer_qos0 = "suback"
        self.answer_ping = True
        self.forget_session = False
        # The session: message number by packet number, in order of sending.
        self.has_session = False
        self.messages = []
        self.waiting = []
        self.unacknowledged = {}
        self.next_packet_number = 1
        # What was seen.
        self.connects = []
        self.subscriptions = []
        self.acknowledged = []
        self.acknowledged_here = 0
        self.sent = []
        self.redelivered = []
        self.trace = []
        self.pings = 0
        self.farewells = 0
        self.problems = []

    def step(self, timeout):
        for connection in self.opening + ([self.connection] if self.connection else []):
            connection.send()
        self.selector.select(timeout)
        self.serve()

    def serve(self):
        """Accepts and reads everything there is."""
        while True:
            try:
                sock, _ = self.listener.accept()
            except BlockingIOError:
                break
            connection = Connection(sock, self.context)
            self.opening.append(connection)
            self.selector.register(connection.sock, selectors.EVENT_READ, connection)
        for connection in list(self.opening):
            self.read(connection)
        if self.connection:
            self.read(self.connection)

    def read(self, connection):
        connection.receive()
        try:
            for kind, flags, reader in connection.packets():
                self.handle(connection, kind, flags, reader)
        except (AssertionError, UnicodeDecodeError) as error:
            self.problems.append(str(error))
            connection.close()
        connection.send()
        if not connection.is_open:
            self.drop(connection)

    def drop(self, connection):
        if connection.sock.fileno() != -1:
            self.selector.unregister(connection.sock)
            connection.sock.close()
        if connection in self.opening:
            self.opening.remove(connection)
        if connection is self.connection:
            self.connection = None

    def handle(self, connection, kind, flags, reader):
        self.trace.append(NAMES.get(kind, str(kind)))
        if kind == CONNECT:
            self.connect(connection, reader)
            return
        assert connection is self.connection, "packet before CONNECT"
        if kind == SUBSCRIBE:
            self.subscribe(connection, flags, reader)
        elif kind == PUBACK:
            number = reader.word()
            if not reader.at_end:
                assert reader.byte() < 0x80, "PUBACK with an error"
            assert number in self.unacknowledged, "PUBACK for what was not sent"
            self.acknowledged.append(self.unacknowledged.pop(number))
            self.acknowledged_here += 1
            self.flow()
        elif kind == PINGREQ:
            assert flags == 0 and reader.at_end, "malformed PINGREQ"
            self.pings += 1
            if self.answer_ping:
                connection.outgoing += packet(PINGRESP, 0, b"")
        elif kind == DISCONNECT:
            self.farewells += 1
            connection.close()
        else:
            raise AssertionError("unexpected packet %d" % kind)

    def connect(self, connection, reader):
        assert reader.string() == b"MQTT", "protocol name"
        connection.version = reader.byte()
        assert connection.version in (4, 5), "protocol version"
        flags, keep_alive = reader.byte(), reader.word()
        properties = reader.properties() if connection.version == 5 else {}
        seen = {
            "version": connection.version, "clean": bool(flags & 2), "keep_alive": keep_alive,
            "session_expiry": properties.get(0x11), "receive_maximum": properties.get(0x21),
            "client_id": reader.string().decode(), "will": None, "username": None, "password": None,
        }
        if flags & 4:
            if connection.version == 5:
                reader.properties()
            seen["will"] = {"topic": reader.string().decode(), "payload": reader.string().decode(),
                            "qos": flags >> 3 & 3, "retain": bool(flags & 32)}
        if flags & 128:
            seen["username"] = reader.string().decode()
        if flags & 64:
            seen["password"] = reader.string().decode()
        assert reader.at_end, "CONNECT too long"
        self.connects.append(seen)
        # A new connection of the same client ends the old one.
        if self.connection and self.connection is not connection:
            self.connection.close()
            self.drop(self.connection)
        if connection in self.opening:
            self.opening.remove(connection)
        self.connection = connection
        self.acknowledged_here = 0
        if self.connack_code:
            self.connack(connection, 0, self.connack_code)
            connection.send()
            connection.close()
            return
        if flags & 2 or self.forget_session:
            self.has_session = False
            self.waiting, self.unacknowledged = [], {}
        present = self.has_session
        self.has_session = True
        self.receive_maximum = properties.get(0x21, 65535)
        self.connack(connection, 1 if present else 0, 0)
        # MQTT-4.4.0-1: what is unacknowledged is sent again, with DUP and its packet number.
        for number, message in list(self.unacknowledged.items()):
            self.redelivered.append(message)
            self.transmit(number, message, is_again=True)
        if present:
            self.flow()

    def connack(self, connection, present, code):
        body = bytes([present, code]) + (b"\0" if connection.version == 5 else b"")
        connection.outgoing += packet(CONNACK, 0, body)

    def subscribe(self, connection, flags, reader):
        assert flags == 2, "SUBSCRIBE flags"
        number = reader.word()
        if connection.version == 5:
            reader.properties()
        codes = bytearray()
        while not reader.at_end:
            topic, options = reader.string().decode(), reader.byte()
            self.subscriptions.append({"filter": topic, "qos": options & 3})
            codes.append(self.suback_code if options & 3 else self.suback_code_qos0)
        assert codes, "SUBSCRIBE to nothing"
        if self.answer_qos0 != "suback" and not options & 3:
            if self.answer_qos0 == "disconnect":
                # Not authorized: MQTT 5, 3.14.2.1.
                connection.outgoing += packet(DISCONNECT, 0, b"\x87\0")
                connection.send()
            connection.close()
            return
        body = struct.pack("!H", number) + (b"\0" if connection.version == 5 else b"") + codes
        connection.held.append(packet(SUBACK, 0, body))
        if not self.hold_suback:
            self.release_suback()

    def release_suback(self):
        if self.connection:
            for held in self.connection.held:
                self.connection.outgoing += held
            self.connection.held = []
            self.flow()

    def publish_numbers(self, count, topic, retain, size):
        first = len(self.messages)
        self.publish([str(number).rjust(size) for number in range(first, first + count)], topic,
                     retain)

    def publish(self, payloads, topic, retain=False):
        for payload in payloads:
            self.waiting.append(len(self.messages))
            self.messages.append((topic, payload, retain))
        self.flow()

    def flow(self):
        """Sends what waits, as far as the client's receive maximum goes."""
        if not self.connection or not self.connects:
            return
        while self.waiting and len(self.unacknowledged) < self.receive_maximum:
            message = self.waiting.pop(0)
            while self.next_packet_number in self.unacknowledged:
                self.next_packet_number = self.next_packet_number % 65535 + 1
            number = self.next_packet_number
            self.next_packet_number = number % 65535 + 1
            self.unacknowledged[number] = message
            self.transmit(number, message, is_again=False)

    def transmit(self, number, message, is_again):
        topic, payload, retain = self.messages[message]
        body = text(topic) + struct.pack("!H", number)
        if self.connection.version == 5:
            body += b"\0"
        flags = (8 if is_again else 0) | 2 | (1 if retain else 0)
        self.connection.outgoing += packet(PUBLISH, flags, body + payload.encode())
        self.sent.append(message)

    def state(self):
        return {
            # Connections with a CONNECT, and what each said.
            "connects": self.connects,
            "is_connected": self.connection is not None,
            # Filters of every SUBSCRIBE ever.
            "subscriptions": self.subscriptions,
            # Message numbers: acknowledged, in order of PUBACK; not acknowledged; sent again.
            "acknowledged": self.acknowledged,
            "acknowledged_here": self.acknowledged_here,
            "unacknowledged": list(self.unacknowledged.values()),
            "waiting": self.waiting,
            "sent": len(self.sent),
            "redelivered": self.redelivered,
            "pings": self.pings,
            "farewells": self.farewells,
            # Every packet, in order of arrival.
            "trace": self.trace,
            # Violations of the specification.
            "problems": self.problems,
        }

    def command(self, order):
        # What came before the order was given is seen before it is carried out.
        self.serve()
        what = order.pop("do")
        if what == "configure":
            for name, value in order.items():
                assert hasattr(self, name), name
                setattr(self, name, value)
        elif what == "publish" and "texts" in order:
            self.publish(order["texts"], order["topic"])
        elif what == "publish":
            self.publish_numbers(order["count"], order["topic"], order.get("retain", False),
                                 order.get("size", 0))
        elif what == "close":
            if self.connection:
                self.connection.close()
                self.read(self.connection)
        elif what == "reset":
            if self.connection:
                self.connection.sock.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.drop(self.connection)
        elif what == "release_suback":
            self.release_suback()
        else:
            assert what == "state", what
        if self.connection:
            self.connection.send()
        return self.state()


def main():
    context = None
    if len(sys.argv) == 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
    broker = Broker(context)
    print(broker.listener.getsockname()[1], flush=True)
    orders = bytearray()
    sys.stdin.reconfigure(encoding="utf-8")
    stdin = sys.stdin.buffer.raw
    os.set_blocking(stdin.fileno(), False)
    broker.selector.register(stdin, selectors.EVENT_READ)
    while True:
        broker.step(0.05 if broker.connection and broker.connection.outgoing else None)
        data = stdin.read(65536)
        if data == b"":
            return
        orders += data or b""
        while b"\n" in orders:
            line, _, rest = orders.partition(b"\n")
            orders = bytearray(rest)
            print(json.dumps(broker.command(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
