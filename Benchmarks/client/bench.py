"""Judge calls through Cupel and through Python's clients, at the same mock server in the same run.

Each client is a process of its own, on a core of its own beside that of the mock, in turns. Only the calls are measured:
processes are started, connections opened and caches filled before. Every answer is held against what it should be.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENTS = ("cupel judge", "cupel http", "aiohttp", "httpx", "openai")
# What a call costs at the least: floor.c.
FLOORS = ("floor socket-json", "floor curl-json")
# Calls in a round, for a few seconds each: the clients differ by more than an order of magnitude.
CALLS = {"cupel judge": 40_000, "cupel http": 40_000, "aiohttp": 8_000, "httpx": 3_000, "openai": 2_000,
         "floor socket-json": 40_000, "floor curl-json": 40_000}
MOCK_CORE, CLIENT_CORE = 0, 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mock")
    parser.add_argument("cupel")
    parser.add_argument("floor")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[64, 1000])
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 50], help="of the mock, in ms")
    parser.add_argument("--client", nargs="+", choices=CLIENTS + FLOORS, default=CLIENTS + FLOORS)
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(f"client: {arguments.rounds} rounds in turns, medians; each client on one core, the mock on another")
    for latency in arguments.latency:
        for in_flight in arguments.in_flight:
            measure(arguments, latency, in_flight)


def measure(arguments, latency, in_flight):
    mock = subprocess.Popen([arguments.mock, str(latency)], stdout=subprocess.PIPE, text=True,
                            preexec_fn=lambda: os.sched_setaffinity(0, {MOCK_CORE}))
    try:
        url = f"http://127.0.0.1:{int(mock.stdout.readline())}/v1"
        runs = {name: [] for name in arguments.client}
        for _ in range(arguments.rounds):
            for name in arguments.client:
                calls = max(2 * in_flight, CALLS[name])
                if latency:
                    # A second or more of steady state, whatever the client could do without latency.
                    calls = max(2 * in_flight, min(calls, 100 * in_flight))
                runs[name].append(run(arguments, name, url, in_flight, calls))
    finally:
        mock.kill()
        mock.wait()
    report(latency, in_flight, runs)


def run(arguments, name, url, in_flight, calls):
    """Calls per second and microseconds of processor time per call."""
    whose, _, way = name.partition(" ")
    programs = {"cupel": arguments.cupel, "floor": arguments.floor}
    command = [programs[whose], way] if whose in programs else [sys.executable, f"{HERE}/peer.py", name]
    done = subprocess.run(command + [url, str(in_flight), str(calls)], stdout=subprocess.PIPE, text=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, {CLIENT_CORE}))
    if done.returncode != 0:
        sys.exit(f"bench: {name} ended with status {done.returncode}")
    result = json.loads(done.stdout)
    if result["wrong"] != 0:
        sys.exit(f"bench: {name}: {result['wrong']} of {calls} answers were wrong")
    return calls / result["wall"], 1e6 * result["cpu"] / calls


def report(latency, in_flight, runs):
    ideal = 1000 * in_flight / latency if latency else None
    print(f"\n{in_flight} in flight, {f'{latency} ms latency, ideal {ideal:,.0f} calls/s' if latency else 'no latency'}")
    print(f"{'':18}{'calls/s':>10}{'of ideal' if ideal else '':>10}{'CPU us/call':>13}{'calls/s':>11}{'CPU':>9}")
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
    rate, cost = medians[next(iter(medians))]
    for name, (other_rate, other_cost) in medians.items():
        share = f"{other_rate / ideal:10.3f}" if ideal else " " * 10
        ratios = f"{rate / other_rate:10.1f}x{other_cost / cost:8.1f}x"
        print(f"{name:18}{other_rate:10,.0f}{share}{other_cost:13.1f}{ratios}")
    print(f"{'':51}(ratios: {next(iter(medians))} against each)")


main()
