"""An HTTP server on a Unix socket.

usage: http_server.py SOCKET DIRECTORY

Says READY on a line when it accepts connections. What it answers depends on the path.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

socket_path, directory = sys.argv[1], sys.argv[2]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "unix"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, bytes):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(bytes), bytes))
        self.wfile.flush()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/echo":
            length = int(self.headers.get("Content-Length", 0))
            seen = {
                "method": self.command,
                "target": self.path,
                "type": self.headers.get("Content-Type"),
                "expect": self.headers.get("Expect"),
                "body": self.rfile.read(length).decode("utf-8"),
            }
            self.answer(200, json.dumps(seen, sort_keys=True).encode())
        elif path == "/large":
            self.answer(200, bytes(index % 251 for index in range(1_000_000)))
        elif path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.chunk(b"first,")
            # The second part leaves when the client has seen the first one.
            while not os.path.exists(directory + "/seen"):
                time.sleep(0.002)
            self.chunk(b"second")
            self.chunk(b"")
        elif path == "/broken":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"only this")
            self.close_connection = True
        elif path == "/redirect":
            self.answer(302, b"elsewhere", [("Location", "http://localhost/echo")])
        elif path == "/silent":
            time.sleep(30)
        else:
            self.answer(404, b'{"error":"no such thing"}\n')

    do_POST = do_GET


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


server = Server(socket_path, Handler)
print("READY", flush=True)
server.serve_forever()
