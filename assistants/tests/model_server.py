"""A local model server, as a process of its own, that speaks OpenAI's API and every fault of a network.

`POST /<run>/<step>,<step>,…/v1/chat/completions` plays the next step of that run (the last one for ever);
`POST /<run>/<steps>@<step>,…/v1/embeddings` plays those behind the `@`. `GET /<run>` and `GET /<run>/embeddings` answer
what the run was asked. A step is the name of a method below, with an argument after `~`.
Needs the standard library only: `python -m assistants.tests.model_server` prints its port.
"""

import base64
import hashlib
import json
import re
import socket
import struct
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "Abrimos de lunes a sábado de 10:00 a 20:00 y los domingos de 11:00 a 17:00."
asked: dict[str, list[dict[str, Any]]] = defaultdict(list)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.whole(200, "application/json", json.dumps(asked[self.path.strip("/")]))

    def do_POST(self) -> None:
        _, run, steps, *_, last = self.path.split("/")
        steps, _, embedding_steps = steps.partition("@")
        if last == "embeddings":
            run, steps = f"{run}/embeddings", embedding_steps
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked[run].append({"body": self.body, "authorization": self.headers["Authorization"]})
        script = steps.split(",")
        name, _, argument = script[min(len(asked[run]), len(script)) - 1].partition("~")
        getattr(self, f"play_{name}")(*([argument] if argument else []))

    # What goes well

    def play_ok(self) -> None:
        self.stream(ANSWER, "stop")

    def play_say(self, encoded: str) -> None:
        self.stream(base64.urlsafe_b64decode(encoded).decode(), "stop")

    def play_call(self, encoded: str) -> None:
        """Calls tools: `[[name, arguments], …]`, the arguments being text or what becomes JSON."""
        calls = json.loads(base64.urlsafe_b64decode(encoded))
        self.open()
        for index, (name, arguments) in enumerate(calls):
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            self.tool(index, id=f"call_{index}", type="function", function={"name": name, "arguments": ""})
            for start in range(0, len(text), 9):
                self.tool(index, function={"arguments": text[start : start + 9]})
        self.chunk("", "tool_calls")
        self.end()

    def play_no_done(self) -> None:
        self.stream(ANSWER, "stop", done=False)

    def play_slow(self) -> None:
        self.open()
        for piece in ANSWER:
            self.chunk(piece)
            time.sleep(0.05)
        self.chunk("", "stop")
        self.end()

    def play_vectors(self, encoded: str = "e30=") -> None:
        """Texts with the same words are near; the argument is `{word: the word it stands for}`."""
        alike = json.loads(base64.urlsafe_b64decode(encoded))
        self.embeddings([self.vector(text, alike) for text in self.body["input"]])

    def play_narrow(self) -> None:
        """Vectors of another model."""
        self.embeddings([[1.0] * 8 for _ in self.body["input"]])

    def play_nan(self) -> None:
        self.embeddings([[float("nan")] * 256 for _ in self.body["input"]])

    def play_few(self) -> None:
        self.embeddings([[1.0] * 256 for _ in self.body["input"][1:]])

    def play_uneven(self) -> None:
        self.embeddings([[1.0] * (1 + number) for number, _ in enumerate(self.body["input"])])

    # What a server says instead

    def play_429(self, retry_after: str = "") -> None:
        self.refuse(429, "Rate limit reached.", "rate_limit_exceeded", headers={"Retry-After": retry_after})

    def play_quota(self) -> None:
        self.refuse(429, "You exceeded your current quota.", "insufficient_quota")

    def play_401(self) -> None:
        self.refuse(401, "Incorrect API key provided.", "invalid_api_key")

    def play_404(self) -> None:
        self.refuse(404, "The model does not exist.", "model_not_found")

    def play_500(self) -> None:
        self.refuse(500, "The server had an error.", None)

    def play_503(self) -> None:
        self.whole(503, "text/html", "<html><body><h1>503 Service Unavailable</h1></body></html>")

    def play_picky(self, parameter: str) -> None:
        """Refuses a parameter as reasoning models do."""
        if parameter in self.body:
            self.refuse(400, f"Unsupported parameter: '{parameter}'.", "unsupported_parameter", param=parameter)
        else:
            self.play_ok()

    def play_old(self) -> None:
        """Knows three parameters only, and says so in words."""
        unknown = [name for name in self.body if name not in ("model", "messages", "stream", "max_tokens")]
        if unknown:
            self.refuse(400, f"Unrecognized request argument supplied: {unknown[0]}", None)
        else:
            self.play_ok()

    def play_thinker(self) -> None:
        """Thinks a small ceiling away."""
        if self.body["max_completion_tokens"] <= 500:
            self.stream("", "length")
        else:
            self.play_ok()

    # What breaks

    def play_hang(self) -> None:
        time.sleep(30)

    def play_broken_json(self) -> None:
        self.whole(200, "application/json", '{"id": "chatcmpl-1", "choices": [{"mess')

    def play_empty_choices(self) -> None:
        self.open()
        for _ in range(3):
            self.event({"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": []})
        self.end()

    def play_tcp_cut(self) -> None:
        self.open()
        self.chunk("Abrimos de lunes a")
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def play_clean_cut(self) -> None:
        self.open()
        self.chunk("Abrimos de lunes a")
        self.end(done=False)

    def play_done_without_finish(self) -> None:
        self.open()
        self.chunk("Abrimos de lunes a")
        self.end()

    def play_stall(self) -> None:
        self.open()
        self.chunk("Abrimos de lunes a")
        time.sleep(30)

    def play_drip(self) -> None:
        """A byte at a time of an event that never ends: each one restarts a read timeout."""
        self.open()
        self.chunk("Abrimos")
        for _ in range(300):
            self.raw(b"x")
            time.sleep(0.1)

    def play_error_event(self) -> None:
        self.open()
        self.chunk("Abrimos de lunes a")
        self.event({"error": {"message": "The server is overloaded.", "type": "server_error", "code": None}})
        self.end()

    def play_garbage(self) -> None:
        self.open()
        self.chunk("Abrimos")
        self.raw(b"data: {not json\n\n")
        self.end()

    def play_odd(self) -> None:
        self.open()
        self.event({"choices": [{"index": 0, "delta": None, "finish_reason": None}]})
        self.end()

    def play_bytes(self) -> None:
        self.open()
        self.raw(b"data: \xff\xfe\n\n")
        self.end()

    def play_empty(self) -> None:
        self.stream("", "stop")

    def play_length(self) -> None:
        self.stream("Abrimos de lunes a sábado. Los domingos abrimos de once a", "length")

    def play_length_short(self) -> None:
        self.stream("Abrimos de lunes a sábado de diez", "length")

    def play_content_filter(self) -> None:
        self.stream("Abrimos", "content_filter")

    def play_endless(self) -> None:
        self.open()
        for _ in range(30):
            self.chunk("fuego " * 200)
        self.chunk("", "stop")
        self.end()

    # The wire

    def stream(self, text: str, finish: str, *, done: bool = True) -> None:
        self.open()
        for start in range(0, len(text), 7):
            self.chunk(text[start : start + 7])
        self.chunk("", finish)
        if "stream_options" in self.body:
            usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            self.event({"id": "c", "object": "chat.completion.chunk", "model": "m-1", "choices": [], "usage": usage})
        self.end(done=done)

    def vector(self, text: str, alike: dict[str, str]) -> list[float]:
        found = [0.01] * 256
        for word in re.findall(r"\w+", text.lower()):
            found[hashlib.sha256(alike.get(word, word).encode()).digest()[0]] += 1
        return found

    def embeddings(self, vectors: list[list[float]]) -> None:
        data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        tokens = sum(len(text.split()) for text in self.body["input"])
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        whole = {"object": "list", "model": "e-1", "data": data[::-1], "usage": usage}
        self.whole(200, "application/json", json.dumps(whole))

    def open(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        self.event({"id": "c", "object": "chat.completion.chunk", "model": "m-1", "choices": [choice], "usage": None})

    def tool(self, index: int, **fields: Any) -> None:
        delta = {"tool_calls": [{"index": index, **fields}]}
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        self.event({"id": "c", "object": "chat.completion.chunk", "model": "m-1", "choices": [choice], "usage": None})

    def event(self, data: dict[str, Any]) -> None:
        self.raw(f"data: {json.dumps(data)}\n\n".encode())

    def raw(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def end(self, *, done: bool = True) -> None:
        if done:
            self.raw(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def refuse(
        self, status: int, message: str, code: str | None, *, param: str | None = None, headers: Any = None
    ) -> None:
        error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
        self.whole(status, "application/json", json.dumps({"error": error}), headers)

    def whole(self, status: int, content_type: str, text: str, headers: Any = None) -> None:
        data = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), **(headers or {})}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # beyond it a connection waits a second for its second try

    def handle_error(self, *args: object) -> None:
        """A client that hangs up is what half of the steps are about."""


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)  # noqa: T201 - whoever starts it reads the port
    server.serve_forever()
