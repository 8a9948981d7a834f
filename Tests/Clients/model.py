"""A model server for tests: it answers chat completions by what it reads.

`worth=7` is worth a 7 on each of four criteria. `broken` is answered with status 500 always, `shaky=3` the first three times that the same is asked.
"""
import collections
import http.server
import json
import re
import threading


class Model:
    """Serves on a free port until the block ends."""

    def __init__(self):
        self.asked = collections.Counter()
        self.lock = threading.Lock()

    def __enter__(self):
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = model.answer(text)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 1024
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, text):
        with self.lock:
            self.asked[text] += 1
            times = self.asked[text]
        shaky = re.search(r"shaky=([0-9]+)", text)
        if "broken" in text or shaky and times <= int(shaky.group(1)):
            return 500, {"error": {"message": "out of memory", "code": 500}}
        worth = re.search(r"worth=([0-9]+)", text)
        words = f"<answer>{worth.group(1)}</answer>" * 4 if worth else "Hm."
        message = {"role": "assistant", "content": f"<think>So.</think>{words}"}
        return 200, {
            "id": "c", "object": "chat.completion", "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}}

    def times(self, words):
        """How often anything was asked that holds these words."""
        with self.lock:
            return sum(count for text, count in self.asked.items() if words in text)
