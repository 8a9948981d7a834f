"""A mixed load on a judge of the plugin `llama`, and what becomes of the server's memory: llama.py CUPEL MODEL MINUTES [PROJECTOR]

Starts `cupel serve` with MODEL and asks it, for so many minutes and by several clients at once, for short and long items, samples, groups with
one prompt, items that are too long, and hangs up on some; with a PROJECTOR also for items with pictures, of which some come again, some are
larger than others and some are broken. Every answer must be a judgment or a failure with its reason.

Memory is looked at where nothing is being judged. The load comes in rounds; after each one the same few questions are asked one by one, so that
the same prompts are kept, and then it is awaited that the server has nothing to do. What it has allocated and not freed is then all that it
keeps (heap.c tells how much, to the byte), with little of the chance that the memory of a server at work is full of. The first rounds fill the
caches. Through the others a line is laid: the bytes that are kept of each answer, and how far that may be from the truth by chance. Ends with
1 where an answer was neither, where certainly more than KEPT bytes are kept of each, or where descriptors, threads or resident memory grew. The
workers that decode pictures start when they are needed, at most one for each core, and have one descriptor each, which is not counted as growth.
"""

import base64
import http.client
import json
import os
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

CLIENTS = 12
ROUNDS = 15
# Rounds after which all caches are full.
FILLING = 5
# Questions between rounds: more than there are prompts that are kept.
SAME = 12
# Pictures between rounds: more than is kept of them, decoded and as embeddings.
SAME_PICTURES = 24
# Bytes of each answer that may be kept, as logs and counters may take them.
KEPT = 256
# Of resident memory, from the first round that counts to the last: what the allocator holds in pieces comes and goes by some per cent.
GROWTH = 0.1
# Beyond those after the caches were filled: the pool that Swift runs tasks on comes and goes.
MORE_THREADS = 8
WORDS = "the of and to in is that it was for on are as with they at be this have from answer question right wrong clear step".split()
# A model of random weights answers nothing that can be read.
EXPECTED = {"ok", "unparsed", "truncated", "invalid_input", "timeout", "overloaded", "refused", "out_of_range", "wrong_count"}


def text(generator, words):
    return " ".join(generator.choice(WORDS) for _ in range(words))


def picture(seed, width, height, is_broken=False):
    """A PNG of one colour, as what may stand in an item."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    row = b"\0" + random.Random(seed).randbytes(3) * width
    file = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b""))
    return "data:image/png;base64," + base64.b64encode(file[:60] if is_broken else file).decode()


def request(generator, has_pictures):
    """A body, and whether the client waits for the answer."""
    kind = generator.randrange(9 if has_pictures else 6)
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
    elif kind == 6:
        item["images"] = [picture(generator.randrange(4), 112, 112)]
        body["items"] = [{**item, "id": f"q{number}", "response": text(generator, 20)} for number in range(4)]
    elif kind == 7:
        sides = [(28 * generator.randrange(1, 9), 28 * generator.randrange(1, 9)) for _ in range(generator.randrange(1, 4))]
        item["images"] = [picture(generator.random(), *side) for side in sides]
    elif kind == 8:
        item["images"] = [picture(generator.random(), 28, 28, is_broken=True)]
    return body, kind != 5


class Load:
    def __init__(self, port, has_pictures):
        self.has_pictures = has_pictures
        self.port, self.lock, self.counts, self.faults = port, threading.Lock(), {}, []
        self.generators = [random.Random(number) for number in range(CLIENTS)]

    def round(self, seconds):
        """All clients at once, until the time is over and what was asked is answered."""
        end = time.monotonic() + seconds
        clients = [threading.Thread(target=self.run, args=(generator, end)) for generator in self.generators]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    def settle(self):
        for number in range(SAME):
            item = {"id": "q", "prompt": text(random.Random(number), 100), "response": "42"}
            self.ask({"rubric": "load", "items": [item], "seed": number}, True)
        for number in range(SAME_PICTURES if self.has_pictures else 0):
            item = {"id": "q", "prompt": "What is this?", "images": [picture(-1 - number, 224, 224)], "response": "42"}
            self.ask({"rubric": "load", "items": [item], "seed": number}, True)

    def run(self, generator, end):
        while time.monotonic() < end and not self.faults:
            body, waits = request(generator, self.has_pictures)
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

    @property
    def answers(self):
        return sum(self.counts.values())


class Server:
    """`cupel serve`, and what it takes when it has nothing to do."""

    def __init__(self, cupel, model, projector, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.heap, theirs = socket.socketpair()
        self.heap.settimeout(60)
        library = f"{folder}/heap.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, f"{os.path.dirname(os.path.abspath(__file__))}/heap.c"], check=True)
        environment = {**os.environ, "LD_PRELOAD": library, "HEAP_SOCKET": str(theirs.fileno()),
                       # What a thread sets aside for itself would count as allocated.
                       "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
        with open(f"{folder}/log", "w") as log:
            self.process = subprocess.Popen([cupel, "serve", "--config", self.configuration(model, projector)], stdout=log, stderr=log,
                                            env=environment, pass_fds=[theirs.fileno()])
        theirs.close()

    def configuration(self, model, projector):
        options = {"model": model, "slots": 6, "context": 4096, "threads": 1, "batch": 128, "cache_bytes": 8 << 20, "max_waiting": 40,
                   "grammar": "after_reasoning"}
        if projector:
            # Room for some pictures' embeddings, so that others go.
            options.update({"mmproj": projector, "media_cache_bytes": 1 << 20})
        config = {"rubrics": [f"{self.folder}/rubrics"],
                  "judges": {"default": {"plugin": "llama", "options": options, "sampling": {"max_tokens": 24}}},
                  # Judgments and decoded pictures that are kept would be growth that is meant.
                  "media": {"cache_bytes": 1 << 20},
                  "serve": {"listen": f"127.0.0.1:{self.port}", "cache": "none"}}
        with open(f"{self.folder}/cupel.yaml", "w") as file:
            json.dump(config, file)
        os.makedirs(f"{self.folder}/rubrics/load")
        with open(f"{self.folder}/rubrics/load/rubric.yaml", "w") as file:
            file.write("name: load\ndescription: Is the answer right?\n")
        return f"{self.folder}/cupel.yaml"

    @property
    def log(self):
        return open(f"{self.folder}/log").read()[-2000:]

    def wait(self):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
        sys.exit(f"load: the server does not start:\n{self.log}")

    def is_idle(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/metrics")
        page = connection.getresponse().read().decode()
        connection.close()
        busy = re.findall(r"^cupel_(?:admitted|in_flight|waiting|judge_in_flight\S*) (\d+)$", page, re.M)
        if len(busy) != 4:
            sys.exit(f"load: /metrics has {len(busy)} of the 4 figures of what the server is doing")
        return all(int(figure) == 0 for figure in busy)

    def idle_state(self, load):
        """What it takes, as soon as it has nothing to do."""
        deadline = time.monotonic() + 120
        while not self.is_idle():
            if time.monotonic() > deadline:
                sys.exit("load: two minutes after the last answer the server is still at work")
            time.sleep(0.2)
        # Whoever answered last still puts things away.
        time.sleep(1)
        self.heap.send(b"?")
        allocated, free = (int(figure) for figure in self.heap.recv(100).split())
        status = open(f"/proc/{self.process.pid}/status").read()
        resident, threads = (int(re.search(rf"{name}:\s+(\d+)", status).group(1)) for name in ("VmRSS", "Threads"))
        workers = self.workers
        descriptors = len(os.listdir(f"/proc/{self.process.pid}/fd")) - workers
        return {"answers": load.answers, "allocated": allocated, "free": free, "resident": resident * 1024, "threads": threads,
                "workers": workers, "descriptors": descriptors}

    @property
    def workers(self):
        """The processes that decode pictures."""
        listed = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o", "comm="], capture_output=True, text=True, check=False)
        return listed.stdout.split().count("cupel-worker")


def main():
    cupel, model, minutes = sys.argv[1], os.path.abspath(sys.argv[2]), float(sys.argv[3])
    projector = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else None
    server = Server(cupel, model, projector, tempfile.mkdtemp())
    try:
        server.wait()
        load, states = Load(server.port, projector is not None), []
        while len(states) < ROUNDS and not load.faults and server.process.poll() is None:
            load.round(60 * minutes / ROUNDS)
            load.settle()
            states.append(server.idle_state(load))
            show(states[-1])
        status = report(load, states)
    finally:
        server.process.terminate()
        server.process.wait()
    if status == 0 and server.process.returncode != 0:
        print(f"load: the server ended with {server.process.returncode}:\n{server.log}")
        status = 1
    sys.exit(status)


def show(state):
    print(f"{state['answers']:6} answers: {state['allocated'] / 1e6:8.3f} MB allocated, {state['free'] / 1e6:.3f} MB free, "
          f"{state['resident'] / 1e6:.1f} MB resident, {state['threads']} threads, {state['workers']} workers, {state['descriptors']} other descriptors",
          flush=True)


def line(points):
    """The slope of a line through points by least squares, and its standard error."""
    count = len(points)
    mean_x, mean_y = (sum(values) / count for values in zip(*points))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    return slope, (rest / (count - 2) / spread) ** 0.5


def report(load, states):
    print("answers: " + ", ".join(f"{count} {what}" for what, count in sorted(load.counts.items())))
    faults = load.faults[:5]
    counted = states[FILLING:]
    if len(states) == ROUNDS:
        slope, error = line([(state["answers"], state["allocated"]) for state in counted])
        # With 8 degrees of freedom, 97.5 of 100 estimates are above the truth by less than so many standard errors.
        margin = 2.306 * error
        print(f"kept of each answer: {slope:.0f} bytes, give or take {margin:.0f}")
        if slope - margin > KEPT:
            faults.append(f"memory is lost: certainly more than {KEPT} bytes with each answer")
        first, last = counted[0], counted[-1]
        growth = last["resident"] / first["resident"] - 1
        print(f"resident memory: {100 * growth:+.1f} % since the caches were filled")
        if growth > GROWTH:
            faults.append(f"resident memory grew by more than {100 * GROWTH:.0f} %")
        if last["descriptors"] > first["descriptors"]:
            faults.append("descriptors are lost")
        if last["workers"] > os.cpu_count():
            faults.append(f"{last['workers']} workers decode pictures, on {os.cpu_count()} cores")
        if last["threads"] > first["threads"] + MORE_THREADS:
            faults.append("threads are lost")
    for fault in faults:
        print(f"load: {fault}")
    return 1 if faults or len(states) < ROUNDS else 0


main()
