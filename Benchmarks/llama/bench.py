"""The plugin `llama` and llama.cpp's server on the same library, model, threads and settings, asked the same calls by `cupel judge bench`.

Each round asks every contestant once, in turns, with texts of its own, so that nobody has read them before. A contestant is a process of its
own that is started for its turn; loading is not timed. What came back is compared: as many calls, and as many tokens read and written.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

# Room for a prompt of 2,000 tokens, as counted by another tokenizer, a picture of 256, and its reply.
CONTEXT = 4096
START_SECONDS = 120
PARTS = {"long": "one call of {prompt} tokens", "samples": "8 samples in both orders of one item", "group": "16 rollouts for one prompt",
         "picture": "16 rollouts for one prompt with a picture of {picture}"}
GOALS = {"long": 1.0, "samples": 3.0, "group": 3.0, "picture": 3.0}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", help="folder of the release build")
    parser.add_argument("server", help="llama-server")
    parser.add_argument("model")
    parser.add_argument("projector")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--peer", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--prompt-tokens", type=int, default=2000)
    parser.add_argument("--reply-tokens", type=int, default=64)
    parser.add_argument("--picture-size", default="448x448")
    arguments = parser.parse_args()
    contestants = {"cupel": cupel, **{name: PEERS[name] for name in arguments.peer}}
    print(f"llama: {arguments.rounds} rounds in turns, medians; {arguments.threads} threads, "
          f"replies of up to {arguments.reply_tokens} tokens", flush=True)
    runs = {name: [] for name in contestants}
    for number in range(arguments.rounds):
        for name, contestant in contestants.items():
            runs[name].append(contestant(arguments, seed=1 + number))
            print(f"round {number + 1}, {name}: " + told(runs[name][-1]), flush=True)
        for name in contestants:
            compare(runs["cupel"][-1], runs[name][-1], name)
    for part in arguments.part:
        report(part, arguments, runs)


# --- the contestants


def cupel(arguments, seed):
    options = {"model": arguments.model, "mmproj": arguments.projector, "threads": arguments.threads, "slots": 16, "context": CONTEXT,
               "flash_attention": "off"}
    return ask(arguments, {"plugin": "llama", "options": options}, seed)


def server(slots, n, step=512):
    """llama-server with so many slots; `n`: whether samples are asked for in one request; `step`: tokens that it computes at once."""
    def run(arguments, seed):
        port = free_port()
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(
                [arguments.server, "-m", arguments.model, "--mmproj", arguments.projector, "-t", str(arguments.threads),
                 "-tb", str(arguments.threads), "-np", str(slots), "-c", str(slots * CONTEXT), "-b", str(step), "-ub", str(step), "-fa", "off",
                 "--host", "127.0.0.1", "--port", str(port)],
                stdout=log, stderr=log)
            try:
                wait_until_up(process, f"http://127.0.0.1:{port}/health", log)
                options = {"url": f"http://127.0.0.1:{port}/v1", "model": "bench", "n": n, "retries": 0, "modalities": ["image"]}
                return ask(arguments, {"plugin": "openai", "options": options}, seed)
            finally:
                process.terminate()
                process.wait()
    return run


PEERS = {"llama-server, 16 slots": server(16, "never"), "llama-server, 4 slots": server(4, "never"),
         "llama-server, 16 slots, n": server(16, "auto"), "llama-server, steps of 256": server(16, "never", step=256)}


def ask(arguments, judge, seed):
    """What `cupel judge bench` reports of each part."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/cupel.yaml", "w") as file:
            json.dump({"judges": {"bench": judge}}, file)
        command = [f"{arguments.bin}/cupel", "judge", "bench", "bench", "--config", f"{folder}/cupel.yaml", "--seed", str(seed), "--format",
                   "json", "--prompt-tokens", str(arguments.prompt_tokens), "--reply-tokens", str(arguments.reply_tokens),
                   "--picture-size", arguments.picture_size]
        for part in arguments.part:
            command += ["--only", part]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
        report = json.loads(done.stdout)
        for skipped in report["skipped"]:
            sys.exit(f"bench: {skipped['name']}: {skipped['reason']}")
        return {part["name"]: part for part in report["parts"]}


# --- what came of it


def compare(ours, theirs, name):
    """Ends the benchmark where two contestants did not do the same."""
    for part in ours:
        for what in ("calls", "failed"):
            if ours[part][what] != theirs[part][what]:
                sys.exit(f"bench: {part}: {what} {ours[part][what]} of cupel, {theirs[part][what]} of {name}")
        # Samples that are asked for in one request are counted as one by llama-server.
        for count in () if name.endswith(", n") else ("prompt_tokens", "completion_tokens"):
            if count not in theirs[part]["usage"]:
                continue
            # Where a sampled reply ends by itself is left to chance.
            mine, other = ours[part]["usage"][count], theirs[part]["usage"][count]
            if abs(mine - other) > (0 if count == "prompt_tokens" else 0.02 * mine):
                sys.exit(f"bench: {part}: {count} {mine} of cupel, {other} of {name}")


def told(parts):
    return ", ".join(f"{name} {part['seconds']:.2f} s" for name, part in parts.items())


def report(part, arguments, runs):
    print(f"\n{PARTS[part].format(prompt=arguments.prompt_tokens, picture=arguments.picture_size)} (goal: {GOALS[part]:g}x)")
    print(f"{'':28}{'seconds':>10}{'least':>9}{'asked':>10}{'computed':>10}{'time':>9}{'of least':>10}{'tokens':>9}")
    ours, our_least = middle(part, runs["cupel"]), least(part, runs["cupel"])
    for name in runs:
        seconds, asked, computed = middle(part, runs[name])
        shortest = least(part, runs[name])
        if name.endswith(", n"):
            asked = computed = None
        print(f"{name:28}{seconds:10.2f}{shortest:9.2f}{number(asked)}{number(computed)}{seconds / ours[0]:8.2f}x{shortest / our_least:9.2f}x"
              f"{ratio(computed, ours[2])}")


def least(part, rounds):
    """Of the round that others disturbed least: whoever shares the machine's cores makes a round longer, never shorter."""
    return min(one[part]["seconds"] for one in rounds)


def middle(part, rounds):
    def median(value):
        values = [value(one[part]) for one in rounds]
        return None if None in values else statistics.median(values)
    return median(lambda one: one["seconds"]), median(lambda one: one.get("tokens_asked")), median(lambda one: one.get("tokens_computed"))


def number(count):
    return f"{'-' if count is None else format(round(count), ','):>10}"


def ratio(theirs, ours):
    return f"{'-':>9}" if theirs is None or not ours else f"{theirs / ours:8.2f}x"


# --- the system


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(process, url, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            sys.exit(f"bench: llama-server ended with status {process.returncode}:\n{log.read()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"bench: llama-server did not come up in {START_SECONDS} s")


main()
