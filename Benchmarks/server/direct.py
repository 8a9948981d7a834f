"""A plain asyncio client that goes straight to the model server: what the road without any gateway gives.

  direct.py URL IN_FLIGHT SECONDS PARAGRAPHS   prints {"requests", "seconds", "wrong", "p50_ms", "p99_ms"}
"""

import asyncio
import json
import re
import sys
import time

import aiohttp

from question import question

ANSWER = re.compile(r"<answer>\s*(\d+)\s*</answer>")


async def main(url, in_flight, seconds, paragraphs):
    counts, latencies = {"wrong": 0, "number": 10_000_000}, []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:
        start = time.perf_counter()

        async def worker():
            while time.perf_counter() - start < seconds:
                counts["number"] += 1
                number = counts["number"]
                sent = time.perf_counter()
                async with session.post(url + "/chat/completions", json=question(number, paragraphs)) as reply:
                    text = (await reply.json())["choices"][0]["message"]["content"]
                latencies.append(time.perf_counter() - sent)
                if ANSWER.findall(text) != [str(1 + number % 10)]:
                    counts["wrong"] += 1

        await asyncio.gather(*[worker() for _ in range(in_flight)])
        wall = time.perf_counter() - start
    latencies.sort()
    print(json.dumps({
        "requests": len(latencies), "seconds": wall, "wrong": counts["wrong"], "errors": 0,
        "p50_ms": 1000 * latencies[len(latencies) // 2], "p99_ms": 1000 * latencies[len(latencies) * 99 // 100]}))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
