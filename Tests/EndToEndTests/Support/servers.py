"""Servers on loopback that backups go to: rclone's WebDAV, SFTP and FTP, moto's S3, one whose connections break, and one
that does not say what is there."""

import http.client
import http.server
import threading
import urllib.request

from scratch import *


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def current():
    """A current rclone, from PyPI; None where it is not installed: see Tests/Scripts/rclone.sh."""
    own = os.path.realpath(os.path.join(BIN, "..", "..", "rclone", "bin", "rclone"))
    return own if os.access(own, os.X_OK) else None


def serving_program(kind):
    """An rclone that serves that: Debian's serves no FTP."""
    need("rclone")
    for program in ("rclone", current()):
        if program and f"  {kind} " in subprocess.run([program, "serve", "--help"], capture_output=True, text=True).stdout:
            return program
    skip(f"rclone serves no {kind} here: see Tests/Scripts/rclone.sh")


class Server:
    """`rclone serve`, with a user and a password, over a directory."""

    def __init__(self, kind, folder, *more, port=None):
        program = serving_program(kind)
        self.kind, self.port, self.folder = kind, port or free_port(), folder
        self.log = open(folder + ".log", "ab")
        self.process = subprocess.Popen(
            [program, "serve", kind, folder, "--addr", f"127.0.0.1:{self.port}", "--user", "owner", "--pass",
             "hunter2", *more], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={"PATH": os.environ["PATH"], "HOME": os.path.dirname(folder)})
        atexit.register(self.stop)
        until(self.listens, f"rclone serves {kind}", 20)

    def listens(self):
        check(self.process.poll() is None, f"rclone serve {self.kind} ended")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def obscured(password):
    return subprocess.run(["rclone", "obscure", password], check=True, capture_output=True, text=True).stdout.strip()


def remote(home, server, password="hunter2", name="place", more=()):
    """Writes rclone's configuration for a server, in the home of this test; behind it, `more` lines."""
    folder = os.path.join(home.path, ".config", "rclone")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    lines = [f"[{name}]"]
    if server.kind == "s3":
        lines += ["type = s3", "provider = Other", "region = us-east-1", f"endpoint = http://127.0.0.1:{server.port}",
                  "access_key_id = AKIAIOSFODNN7EXAMPLE", f"secret_access_key = {password * 3}", ""]
    else:
        if server.kind == "webdav":
            lines += ["type = webdav", f"url = {getattr(server, 'scheme', 'http')}://127.0.0.1:{server.port}", "vendor = other"]
        else:
            lines += [f"type = {server.kind}", "host = 127.0.0.1", f"port = {server.port}"]
        lines += ["user = owner", f"pass = {obscured(password)}", ""]
    lines += more
    with open(os.path.join(folder, "rclone.conf"), "w") as file:
        file.write("\n".join(lines))


def said(home, *arguments):
    """What rclone itself says of the remote of a home."""
    done = subprocess.run(
        ["rclone", *arguments], capture_output=True, timeout=60, text=True,
        env={"PATH": os.environ["PATH"], "HOME": home.path})
    equal(done.returncode, 0, f"rclone {arguments} ({done.stderr})")
    return done.stdout


class Buckets:
    """moto's S3 server: the one that `make test` gets from PyPI, or an installed one."""

    kind = "s3"

    def __init__(self, folder, port=None):
        own = os.path.join(BIN, "..", "..", "moto", "bin", "moto_server")
        program = next((path for path in (own, shutil.which("moto_server")) if path and os.path.exists(path)), None)
        if not program:
            skip("moto_server is not installed: see Tests/Scripts/moto.sh")
        self.port = port or free_port()
        self.log = open(os.path.join(folder, "moto.log"), "ab")
        self.process = subprocess.Popen(
            [program, "-H", "127.0.0.1", "-p", str(self.port)], stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log)
        atexit.register(self.stop)
        until(self.listens, "the S3 server listens")

    def listens(self):
        check(self.process.poll() is None, "moto_server ended")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def allow(self, requests):
        """Answers so many requests whoever asks, and then only those whom it knows: nobody."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/moto-api/reset-auth", str(requests).encode(), {"Content-Type": "text/plain"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            reply.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Breaking(threading.Thread):
    """Passes connections on until a megabyte less than needed has gone through, then breaks all of them."""

    def __init__(self, port, most):
        super().__init__(daemon=True)
        self.target, self.most, self.count = port, most, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.broken = False
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            for source, sink, counts in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.copy, args=(source, sink, counts), daemon=True).start()

    def copy(self, source, sink, counts):
        try:
            while data := source.recv(16384):
                self.count += len(data) if counts else 0
                if self.count > self.most:
                    self.broken = True
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        self.listener.close()


class Lying(http.server.ThreadingHTTPServer):
    """Stands in front of a WebDAV server and passes requests on; `lie` may answer one in its place, or change an answer:
    it is given the method, the path and the answer as (status, octets), None before the server was asked. What it returns
    may have headers as a third; those with None are left out. A fourth is how many of the octets get through before the
    connection ends, or, with `holds`, so many seconds later."""

    kind = "webdav"
    daemon_threads = True

    def __init__(self, server):
        super().__init__(("127.0.0.1", 0), LyingRequest)
        self.target, self.port, self.lie = server.port, self.server_address[1], lambda *_: None
        self.asked = self.holds = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """Clients hang up."""


class LyingRequest(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self):
        self.server.asked += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        headers = {}
        answer = self.server.lie(self.command, self.path, None)
        if answer is None:
            upstream = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=PATIENCE)
            passed = {name: value for name, value in self.headers.items()
                      if name.lower() not in ("transfer-encoding", "content-length", "expect", "connection")}
            upstream.request(self.command, self.path, body, passed)
            reply = upstream.getresponse()
            answer = reply.status, reply.read()
            headers = dict(reply.getheaders())
            upstream.close()
            answer = self.server.lie(self.command, self.path, answer) or answer
        code, octets, own, most = answer + ({}, None)[len(answer) - 2:]
        headers = {name: value for name, value in headers.items()
                   if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server")}
        self.send_response(code)
        for name, value in (headers | {"Content-Length": str(len(octets))} | own).items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(octets[:most])
        if most is not None:
            self.wfile.flush()
            time.sleep(self.server.holds)
            self.close_connection = True

    def log_message(self, *_):
        """Nothing."""
