"""MQTT packets and a non-blocking connection that carries them, for raw_broker.py.

Sections are those of the OASIS specifications of MQTT 3.1.1 and 5.
"""

import socket
import ssl
import struct

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 1, 2, 3, 4, 8, 9
PINGREQ, PINGRESP, DISCONNECT = 12, 13, 14
NAMES = {CONNECT: "CONNECT", PUBACK: "PUBACK", SUBSCRIBE: "SUBSCRIBE", PINGREQ: "PINGREQ",
         DISCONNECT: "DISCONNECT"}


def variable_length(number):
    """MQTT 5, 1.5.5: seven bits a byte, the least first."""
    encoded = bytearray()
    while True:
        number, digit = divmod(number, 128)
        encoded.append(digit | (128 if number else 0))
        if not number:
            return bytes(encoded)


def packet(kind, flags, body):
    return bytes([kind << 4 | flags]) + variable_length(len(body)) + body


def text(value):
    encoded = value.encode()
    return struct.pack("!H", len(encoded)) + encoded


class Reader:
    """Takes fields from the front of a packet's body."""

    def __init__(self, body):
        self.body, self.at = body, 0

    def take(self, count):
        assert self.at + count <= len(self.body), "packet too short"
        self.at += count
        return self.body[self.at - count:self.at]

    def byte(self):
        return self.take(1)[0]

    def word(self):
        return struct.unpack("!H", self.take(2))[0]

    def long(self):
        return struct.unpack("!I", self.take(4))[0]

    def string(self):
        return self.take(self.word())

    def varint(self):
        value = shift = 0
        while True:
            digit = self.byte()
            value |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return value

    def properties(self):
        """MQTT 5, 2.2.2.2: those that a client may send in the packets it sends here."""
        end = self.varint()
        end += self.at
        found = {}
        while self.at < end:
            identifier = self.varint()
            if identifier in (0x11, 0x27, 0x02, 0x18):
                found[identifier] = self.long()
            elif identifier in (0x21, 0x22):
                found[identifier] = self.word()
            elif identifier in (0x17, 0x19, 0x01):
                found[identifier] = self.byte()
            elif identifier == 0x0B:
                found[identifier] = self.varint()
            elif identifier in (0x15, 0x1F, 0x03, 0x08, 0x16, 0x09):
                found[identifier] = self.string().decode("latin-1")
            elif identifier == 0x26:
                found[identifier] = [self.string().decode(), self.string().decode()]
            else:
                raise AssertionError("unknown property %#x" % identifier)
        return found

    @property
    def at_end(self):
        return self.at == len(self.body)


class Connection:
    """One client's connection, and what is known of it."""

    def __init__(self, sock, context):
        self.sock = sock
        self.ready = context is None
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.version = 0
        self.is_open = True
        self.held = []
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            self.sock = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)

    def receive(self):
        """Reads whatever is there, without waiting."""
        try:
            if self.is_open and not self.ready:
                self.sock.do_handshake()
                self.ready = True
            while self.is_open:
                data = self.sock.recv(65536)
                if not data:
                    self.close()
                    return
                self.incoming += data
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except (OSError, ssl.SSLError):
            self.close()

    def send(self):
        try:
            while self.outgoing and self.is_open and self.ready:
                count = self.sock.send(self.outgoing)
                del self.outgoing[:count]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except (OSError, ssl.SSLError):
            self.close()

    def packets(self):
        while True:
            found = self.next_packet()
            if found is None:
                return
            yield found

    def next_packet(self):
        length = shift = 0
        for index in range(1, 5):
            if index >= len(self.incoming):
                return None
            digit = self.incoming[index]
            length |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                break
        end = index + 1 + length
        if len(self.incoming) < end:
            return None
        first, body = self.incoming[0], bytes(self.incoming[index + 1:end])
        del self.incoming[:end]
        return first >> 4, first & 15, Reader(body)

    def close(self):
        """Marks it; Broker.drop closes the socket."""
        self.is_open = False
