"""`cupel serve` and FastAPI servers with the same task, under the same load in the same run.

Each server is one process on a core of its own; load generator and mock model server share the other. Every answer is held
against what it should be. Processor time is that of the server, read before and after the load.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
SERVER_CORE, LOAD_CORE = 1, 0
# Calls that a server may have out at its model server: with as many clients they fit into 20,000 open files.
MOST_CALLS = 9_000
TICK = os.sysconf("SC_CLK_TCK")
numbers = iter(range(1_000_000, 1 << 40, 10_000_000))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", help="folder of the release build")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of load in each round")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(f"server: {arguments.rounds} rounds in turns of {arguments.seconds:g} s, medians; each server on one core")
    for part in arguments.part:
        PARTS[part](arguments)


# --- the parts


def checks_single(arguments):
    compare(arguments, "checks, one item of 1 KB a request, 64 in flight", CHECKS, Load("bench-checks", 1, 5, 64))


def checks_batch(arguments):
    compare(arguments, "checks, 64 items of 1 KB a request, 16 in flight", CHECKS, Load("bench-checks", 64, 5, 16))


def gateway(arguments):
    load = Load("bench-judge", 1, 5, 64)
    compare(arguments, "gateway to an instant model server, 64 in flight", GATEWAYS, load, latency=0)


def added(arguments):
    """What a gateway adds to a slow model server: with room to spare, and with its core half busy."""
    for in_flight in 8, 64:
        load = Load("bench-judge", 1, 5, in_flight)
        compare(arguments, f"gateway to a model server of 50 ms, {in_flight} in flight", HOLDERS, load, latency=50)


def held(arguments):
    """Not a question of speed: what it takes to hold very many requests while a slow judge thinks."""
    load = Load("bench-judge", 1, 1, 10_000, threads=2, seconds=20, warm=16)
    compare(arguments, "10,000 requests held for a model server of 2 s", HOLDERS, load, latency=2000)


PARTS = {"checks": checks_single, "batch": checks_batch, "gateway": gateway, "latency": added, "held": held}


class Load:
    def __init__(self, rubric, items, paragraphs, in_flight, threads=1, seconds=0, warm=1):
        self.rubric, self.items, self.paragraphs, self.in_flight = rubric, items, paragraphs, in_flight
        self.threads, self.seconds, self.warm = threads, seconds, warm

    def run(self, url, seconds):
        """Requests, seconds, latencies; ends the benchmark when an answer was wrong."""
        command = ["wrk", "-t", str(self.threads), "-c", str(self.in_flight), "-d", f"{max(1, round(seconds))}s", "--timeout", "30s",
                   "-s", f"{HERE}/load.lua", f"{url}/v1/judge", "--", self.rubric, str(self.items), str(self.paragraphs),
                   str(next(numbers))]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, preexec_fn=on(LOAD_CORE))
        found = re.search(r"^RESULT (.*)$", done.stdout, re.M)
        if done.returncode != 0 or not found:
            sys.exit(f"bench: wrk ended with status {done.returncode}: {done.stdout}")
        result = json.loads(found.group(1))
        if result["wrong"] or result["errors"] or not result["requests"]:
            sys.exit(f"bench: {result['wrong']} wrong answers and {result['errors']} errors in {result['requests']} requests")
        return result


# --- the servers: each a command that serves on a port


def cupel(bin, port, model, load):
    folder = tempfile.mkdtemp()
    config = {"rubrics": [f"{HERE}/rubrics"], "serve": {"listen": f"127.0.0.1:{port}"}}
    if model:
        config["judges"] = {"default": {"plugin": "openai", "options": {"url": model, "model": "bench"}}}
    if load.in_flight > MOST_CALLS:
        config["serve"]["max_in_flight"] = load.in_flight
        config["judges"]["default"]["options"]["max_in_flight"] = MOST_CALLS
    with open(f"{folder}/cupel.yaml", "w") as file:
        json.dump(config, file)
    with open(f"{folder}/log", "w") as log:
        return [f"{bin}/cupel", "serve", "--config", f"{folder}/cupel.yaml"], {}, log.name


def uvicorn(app, environment=None):
    def command(bin, port, model, load):
        arguments = [sys.executable, "-m", "uvicorn", f"{app}:app", "--app-dir", HERE, "--host", "127.0.0.1", "--port",
                     str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        return arguments, {**(environment or {}), "URL": model or "", "IN_FLIGHT": str(min(load.in_flight, MOST_CALLS))}, os.devnull
    return command


def floor(bin, port, model, load):
    return [f"{bin}/cupel-bench-server-floor", str(port)], {}, os.devnull


CHECKS = {"cupel": cupel, "fastapi": uvicorn("checks_peer"), "floor (in C)": floor}
GATEWAYS = {"cupel": cupel, "fastapi+aiohttp": uvicorn("gateway_peer", {"CLIENT": "aiohttp"}),
            "fastapi+httpx": uvicorn("gateway_peer", {"CLIENT": "httpx"})}
HOLDERS = {name: GATEWAYS[name] for name in ("cupel", "fastapi+aiohttp")}


def compare(arguments, title, servers, load, latency=None):
    mock, model = None, None
    if latency is not None:
        mock = subprocess.Popen([f"{arguments.bin}/cupel-bench-mock", str(latency), "10"], stdout=subprocess.PIPE, text=True,
                                preexec_fn=on(LOAD_CORE))
        model = f"http://127.0.0.1:{int(mock.stdout.readline())}/v1"
    runs = {name: [] for name in servers}
    straight = []
    try:
        for _ in range(arguments.rounds):
            for name, command in servers.items():
                runs[name].append(serve(arguments, name, command, model, load))
            if model and load.in_flight <= MOST_CALLS:
                straight.append(direct(model, load, arguments.seconds))
    finally:
        if mock:
            mock.kill()
            mock.wait()
    report(title, load, runs, straight)


def serve(arguments, name, command, model, load):
    """Items per second, microseconds of processor time per item, latencies in ms and peak memory in MiB of one round."""
    port = free_port()
    words, environment, log = command(arguments.bin, port, model, load)
    with open(log, "w") as output:
        server = subprocess.Popen(words, env={**os.environ, **environment}, stdout=output, stderr=output,
                                  preexec_fn=on(SERVER_CORE))
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_up(server, url, log)
        load.run(url, load.warm)
        before = processor_time(server.pid)
        with Held(url, name == "cupel" and load.in_flight > MOST_CALLS):
            result = load.run(url, max(arguments.seconds, load.seconds))
        spent = processor_time(server.pid) - before
        items = result["requests"] * load.items
        return (items / result["seconds"], 1e6 * spent / items, result["p50_ms"], result["p99_ms"], peak_memory(server.pid))
    finally:
        server.terminate()
        server.wait()


class Held:
    """Says how many requests were in flight at most while it was entered, as the server counts them."""

    def __init__(self, url, is_wanted):
        self.url, self.is_wanted, self.most, self.is_over = url, is_wanted, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        if self.is_wanted:
            self.thread.start()

    def __exit__(self, *_):
        self.is_over.set()
        if self.is_wanted:
            self.thread.join()
            print(f"cupel held {self.most:,} requests at once")

    def watch(self):
        while not self.is_over.wait(0.2):
            with urllib.request.urlopen(f"{self.url}/metrics", timeout=30) as answer:
                found = re.search(r"^cupel_admitted (\d+)", answer.read().decode(), re.M)
            self.most = max(self.most, int(found.group(1)))


def direct(model, load, seconds):
    done = subprocess.run([sys.executable, f"{HERE}/direct.py", model, str(load.in_flight), str(seconds), str(load.paragraphs)],
                          stdout=subprocess.PIPE, text=True, check=True, preexec_fn=on(SERVER_CORE))
    result = json.loads(done.stdout)
    if result["wrong"]:
        sys.exit(f"bench: {result['wrong']} wrong answers without any gateway")
    return result["requests"] / result["seconds"], result["p50_ms"], result["p99_ms"]


def report(title, load, runs, straight):
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
    print(f"\n{title}")
    print(f"{'':17}{'items/s':>10}{'CPU us/item':>13}{'p50 ms':>9}{'p99 ms':>9}{'peak MiB':>10}{'items/s':>11}{'CPU':>9}")
    rate, cost, *_ = medians["cupel"]
    for name, (other_rate, other_cost, p50, p99, memory) in medians.items():
        print(f"{name:17}{other_rate:10,.0f}{other_cost:13.1f}{p50:9.2f}{p99:9.2f}{memory:10.0f}"
              f"{rate / other_rate:10.1f}x{other_cost / cost:8.1f}x")
    print(f"{'':69}(ratios: cupel against each)")
    if straight:
        alone, p50, p99 = (statistics.median(column) for column in zip(*straight))
        print(f"{'no gateway':17}{alone:10,.0f}{'':13}{p50:9.2f}{p99:9.2f}{'':10}{rate / alone:10.2f}x")
        for name, (_, _, with_p50, with_p99, _) in medians.items():
            print(f"{name + ' adds':30}{with_p50 - p50:19.2f}{with_p99 - p99:9.2f}")


# --- the system


def on(core):
    return lambda: os.sched_setaffinity(0, {core})


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(server, url, log):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"bench: the server ended with status {server.returncode}:\n{open(log).read()}")
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
    sys.exit("bench: the server did not come up in 30 s")


def processor_time(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_memory(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


main()
