"""A headless Chromium, driven over its DevTools protocol: of it and of WebSocket (RFC 6455) as much as tests of pages need."""
import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile

CHROMIUM = shutil.which("chromium")
# Without a sandbox, as tests run as root; as on a desktop with a mouse, which a headless one does not claim to have.
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0",
           "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"]
TEXT, LAST, MASKED = 0x1, 0x80, 0x80


class Connection:
    def __init__(self, port, path):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.stream = self.socket.makefile("rb")
        while self.stream.readline().strip():
            pass

    def send(self, message):
        data, mask = json.dumps(message).encode(), os.urandom(4)
        size = len(data)
        length = bytes([MASKED | size]) if size < 126 else bytes([MASKED | 126]) + struct.pack(">H", size) if size < 65536 \
            else bytes([MASKED | 127]) + struct.pack(">Q", size)
        self.socket.sendall(bytes([LAST | TEXT]) + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def receive(self):
        parts, last = [], False
        while not last:
            first, size = self.stream.read(2)
            last = bool(first & LAST)
            if size >= 126:
                size = int.from_bytes(self.stream.read(2 if size == 126 else 8), "big")
            parts.append(self.stream.read(size))
        return json.loads(b"".join(parts))

    def close(self):
        self.stream.close()
        self.socket.close()


class Browser:
    """One page of its own; `problems` are errors and warnings of its console, `requests` what it asked for."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={self.profile.name}", "about:blank"]
        self.process = subprocess.Popen(command, text=True, stderr=subprocess.PIPE)
        said = []
        for line in self.process.stderr:
            said.append(line)
            if address := re.search(r"ws://127\.0\.0\.1:(\d+)(/\S+)", line):
                break
        else:
            raise RuntimeError("chromium did not start: " + "".join(said))
        self.connection = Connection(int(address[1]), address[2])
        self.number, self.session, self.problems, self.requests = 0, None, [], []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        session = {"sessionId": self.session} if self.session else {}
        self.connection.send({"id": self.number, "method": method, "params": parameters, **session})
        while (message := self.connection.receive()).get("id") != self.number:
            self.note(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]

    def note(self, message):
        if message["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            self.problems.append(json.dumps(message["params"])[:1000])
        if message["method"] == "Browser.downloadWillBegin":
            self.name = message["params"]["suggestedFilename"]
        if message["method"] == "Browser.downloadProgress" and message["params"]["state"] == "completed":
            self.saved = self.name
        if message["method"] == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])

    def download(self, folder, expression):
        """The file that the expression makes the page save."""
        session, self.session = self.session, None
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), eventsEnabled=True)
        self.session = session
        self.saved = None
        self.evaluate(expression)
        while self.saved is None:
            self.note(self.connection.receive())
        return folder / self.saved

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, condition):
        """Until a condition in the page's own language holds, looked at at every frame."""
        look = f"const look = () => ({condition}) ? done(true) : requestAnimationFrame(look); look();"
        self.evaluate("new Promise((done) => { %s })" % look)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, file):
        self.call("Page.navigate", url=file.resolve().as_uri())

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.communicate(timeout=30)
        self.connection.close()
        self.profile.cleanup()
