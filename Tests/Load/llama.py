"""A mixed load on a judge of the plugin `llama`, and what becomes of the server's memory: llama.py CUPEL MODEL MINUTES

Starts `cupel serve` with MODEL and asks it, for so many minutes and by several clients at once, for short and long items, samples, groups with
one prompt, items that are too long, and hangs up on some. Every answer must be a judgment or a failure with its reason. Ends with 1 where an
answer was neither, or the memory at the end is more than GROWTH above what it was after the first third, when all caches are full.
"""

import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

CLIENTS = 12
GROWTH = 0.02
WORDS = "the of and to in is that it was for on are as with they at be this have from answer question right wrong clear step".split()
# A model of random weights answers nothing that can be read.
EXPECTED = {"ok", "unparsed", "truncated", "invalid_input", "timeout", "overloaded", "refused", "out_of_range", "wrong_count"}


def text(generator, words):
    return " ".join(generator.choice(WORDS) for _ in range(words))


def request(generator):
    """A body, and whether the client waits for the answer."""
    kind = generator.randrange(6)
    item = {"id": "q", "prompt": text(generator, 30), "response": text(generator, 20)}
    body = {"rubric": "load", "items": [item], "seed": generator.randrange(1 << 30)}
    if kind == 0:
        body["items"] = [{**item, "id": f"q{number}", "prompt": item["prompt"], "response": text(generator, 20)} for number in range(8)]
    elif kind == 1:
        item["prompt"] = text(generator, generator.randrange(200, 600))
    elif kind == 2:
        body["samples"] = 4
    elif kind == 3:
        item["response"] = text(generator, 9000)
    elif kind == 4:
        body["timeout_ms"] = generator.randrange(1, 300)
    return body, kind != 5


class Load:
    def __init__(self, port, seconds):
        self.port, self.end, self.lock, self.counts, self.faults = port, time.monotonic() + seconds, threading.Lock(), {}, []

    def run(self, number):
        generator = random.Random(number)
        while time.monotonic() < self.end and not self.faults:
            body, waits = request(generator)
            try:
                self.ask(body, waits)
            except Exception as error:
                self.faults.append(f"{type(error).__name__}: {error}")

    def ask(self, body, waits):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("POST", "/v1/judge", json.dumps(body), {"Content-Type": "application/json"})
        if not waits:
            time.sleep(random.random() * 0.2)
            connection.close()
            return self.count("hung up")
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        if answer.status != 200:
            return self.count(f"status {answer.status}", answer.status in (503,))
        for judgment in told["judgments"]:
            reason = judgment.get("reason", judgment["status"])
            self.count(reason, reason in EXPECTED, judgment)

    def count(self, what, is_fine=True, detail=""):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1
            if not is_fine:
                self.faults.append(f"{what}: {detail}")


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


def main():
    cupel, model, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tempfile.mkdtemp()
    options = {"model": model, "slots": 6, "context": 4096, "threads": 1, "batch": 128, "cache_bytes": 8 << 20, "max_waiting": 40,
               "grammar": "after_reasoning"}
    config = {"rubrics": [f"{folder}/rubrics"], "judges": {"default": {"plugin": "llama", "options": options, "sampling": {"max_tokens": 24}}},
              # Judgments that are kept would be growth that is meant.
              "serve": {"listen": f"127.0.0.1:{port}", "cache": "none"}}
    with open(f"{folder}/cupel.yaml", "w") as file:
        json.dump(config, file)
    os.makedirs(f"{folder}/rubrics/load")
    with open(f"{folder}/rubrics/load/rubric.yaml", "w") as file:
        file.write("name: load\ndescription: Is the answer right?\n")
    with open(f"{folder}/log", "w") as log:
        server = subprocess.Popen([cupel, "serve", "--config", f"{folder}/cupel.yaml"], stdout=log, stderr=log)
    try:
        wait(server, port, f"{folder}/log")
        load = Load(port, 60 * minutes)
        clients = [threading.Thread(target=load.run, args=(number,)) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        samples = watch(server, load)
        for client in clients:
            client.join()
        status = report(load, samples)
    finally:
        server.terminate()
        server.wait()
    if status == 0 and server.returncode != 0:
        print(f"load: the server ended with {server.returncode}:\n{open(f'{folder}/log').read()[-2000:]}")
        status = 1
    sys.exit(status)


def wait(server, port, log):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    sys.exit(f"load: the server does not start:\n{open(log).read()[-2000:]}")


def watch(server, load):
    """Memory in MiB, second by second."""
    samples = []
    while time.monotonic() < load.end and not load.faults and server.poll() is None:
        samples.append(resident(server.pid))
        if len(samples) % 60 == 0:
            print(f"{len(samples) // 60} min: {samples[-1]:.1f} MiB", flush=True)
        time.sleep(1)
    return samples


def report(load, samples):
    print("answers: " + ", ".join(f"{count} {what}" for what, count in sorted(load.counts.items())))
    for fault in load.faults[:5]:
        print(f"load: {fault}")
    third = max(1, len(samples) // 3)
    # Of a second's memory much is chance; the most within a third is not.
    middle, last = max(samples[third:2 * third]), max(samples[2 * third:])
    print(f"most memory in the second third {middle:.1f} MiB, in the last {last:.1f} MiB: {100 * (last / middle - 1):+.1f} %")
    return 1 if load.faults or last > middle * (1 + GROWTH) else 0


main()
