"""Writes the requests of the clients, byte for byte, into the fixtures of the Swift tests: capture.py PACKAGES

Run by the Python that `make check-clients` makes (.build/clients/environment/bin/python), on the packages that it fetches (.build/clients/openrlhf).
Host is written as one address, which is the only byte that is not the client's.
"""
import asyncio
import json
import pathlib
import socket
import sys
import threading

import openrlhf
import slime

FIXTURE = pathlib.Path(__file__).parents[1] / "ServiceTests" / "Fixtures" / "clients.json"
CHAT = "<|im_start|>user\n二加二? 🤔<|im_end|>\n<|im_start|>assistant\n"
REWARDS = {"rewards": [7.0]}


class Listener:
    """Takes one request, and answers it."""

    def __init__(self, answer):
        self.body = json.dumps(answer).encode()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.request = b""
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        connection, _ = self.socket.accept()
        with connection, self.socket:
            while not self.is_whole():
                self.request += connection.recv(65536)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode() + self.body)

    def is_whole(self):
        head, end, body = self.request.partition(b"\r\n\r\n")
        lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        return bool(end) and bool(lengths) and len(body) >= lengths[0]


def captured(name, path, answer, ask):
    listener = Listener(answer)
    ask(listener.url + path)
    listener.thread.join()
    text = listener.request.decode("ascii").replace(listener.url.removeprefix("http://"), "127.0.0.1:8080")
    return {"name": name, "request": text, "answer": answer}


def rows(packages):
    for version in openrlhf.CURRENT:
        module, _ = openrlhf.load(packages, version, "agent.py")
        yield captured(f"openrlhf {version}", "/get_reward", REWARDS,
                       lambda url: asyncio.run(openrlhf.rollout(module, url, CHAT, "worth=7", "4")))
    module, _ = openrlhf.load(packages, "0.10.4", "agent.py")
    empty = {"rewards": [], "scores": [], "extra_logs": {"cupel_unscored": [], "cupel_score": [], "cupel_verdicts": []}}
    yield captured("openrlhf 0.10.4, the other addresses", "/get_reward", empty,
                   lambda url: asyncio.run(module.SingleTurnAgentExecutor(url)._fetch_rewards_via_http([], [], [])))
    for version in openrlhf.BATCHED:
        module, _ = openrlhf.load(packages, version, "remote_rm_utils.py")
        yield captured(f"openrlhf {version}", "/get_reward", {"rewards": [7.0, 3.0]},
                       lambda url: module.RemoteRewardModel(None, url).get_rewards(
                           [CHAT + "worth=7<|im_end|>", "2+2? worth=3"], [CHAT, "2+2? "], [None, {"answer": "4"}]))
    for version in openrlhf.EARLY:
        module, _ = openrlhf.load(packages, version, "remote_rm_utils.py")
        prompts = [] if version == "0.5.0" else [[CHAT]]
        yield captured(f"openrlhf {version}", "/get_reward", REWARDS,
                       lambda url: module.remote_rm_fn(url, [CHAT + "worth=7<|im_end|>"], *prompts))

    async def by_slime(url, sample):
        await slime.slime(url, sample, [])
        await slime.close()

    chat = [{"role": "user", "content": "二加二? 🤔"}]
    yield captured("slime", "/slime", 7.0, lambda url: asyncio.run(by_slime(url, slime.sample("2+2?", "worth=7", "4"))))
    yield captured("slime, a chat, and a key", "/slime/object", {"score": 7.0, "unscored": 0.0},
                   lambda url: asyncio.run(by_slime(url, slime.sample(chat, "worth=7<|im_end|>"))))
    yield captured("miles", "/slime", 7.0, lambda url: asyncio.run(slime.miles(url, slime.sample("2+2?", "worth=7"))))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = [json.dumps(row) for row in rows(pathlib.Path(sys.argv[1]))]
    FIXTURE.write_text("[\n  " + ",\n  ".join(found) + "\n]\n")
