"""A daemon that gives fixed answers on a Unix socket.

usage: daemon.py SOCKET ANSWERS

Says READY on a line when it accepts connections, then one line per request: method, target and
body. GET /v1/NAME is answered with the file NAME.json of the directory ANSWERS, with NAME-step.json
or NAME-columns.json where a step or a number of columns is asked for.
"""

import sys
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

socket_path, answers = sys.argv[1], sys.argv[2]

ERRORS = {
    "/v1/latest?venue=nowhere": (404, "the plan has no venue 'nowhere'"),
    "/v1/latest?venue=wrong": (400, "'wrong' makes no sense"),
    "/v1/latest?venue=busy": (503, "too many questions at once, try again"),
    "/v1/latest?venue=broken": (500, "something fell over"),
    "/v1/alarms/over/ack": (409, "the alarm 'over' is over already"),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "unix"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def note(self, body=b""):
        print(self.command, self.path, body.decode("utf-8").strip(), flush=True)

    def do_GET(self):
        self.note()
        if self.path in ERRORS:
            status, words = ERRORS[self.path]
            self.answer(status, b'{"error":"%s"}\n' % words.encode())
        elif self.path.startswith("/v1/history/long/"):
            self.long_history()
        elif self.path.startswith("/v1/history/cut/"):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"[\n")
            self.close_connection = True
        elif self.path.endswith("/watch"):
            self.watch()
        else:
            name = self.path.split("?")[0].split("/")[2]
            if self.path.startswith("/v1/alarms/stats"):
                name = "alarms-stats"
            if "venue=none" in self.path or "parameter=none" in self.path:
                name = "empty"
            elif "step=" in self.path:
                name += "-step"
            elif "columns=" in self.path:
                name += "-columns"
            with open(f"{answers}/{name}.json", "rb") as file:
                self.answer(200, file.read())

    def long_history(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for second in range(30_000):
            clock = "%02d:%02d:%02d" % (second // 3600, second // 60 % 60, second % 60)
            row = (
                '%s\n{"venue":"long","pool":"main","parameter":"ph",'
                '"time":"2026-01-21T%s.000+08:00","value":7.25,"unit":"","flag":"good"}'
                % ("," if second else "[", clock)
            ).encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(row), row))
        self.wfile.write(b"3\r\n\n]\n\r\n0\r\n\r\n")

    def watch(self):
        """Messages in pieces that end anywhere, then the end."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with open(f"{answers}/watch.ndjson", "rb") as file:
            text = b"\n" * 16 + file.read()
        for start in range(0, len(text), 100):
            piece = text[start : start + 100]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.note(body)
        if self.path in ERRORS:
            status, words = ERRORS[self.path]
            self.answer(status, b'{"error":"%s"}\n' % words.encode())
        else:
            name = "replayed" if self.path == "/v1/quarantine/replay" else "acknowledged"
            name = "registered" if self.path.startswith("/v1/closures") else name
            with open(f"{answers}/{name}.json", "rb") as file:
                self.answer(200, file.read())


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # a client that went away


server = Server(socket_path, Handler)
print("READY", flush=True)
server.serve_forever()
