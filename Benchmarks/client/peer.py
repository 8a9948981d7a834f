"""The same calls through a Python client: openai (async), httpx (async) or aiohttp. Prints what it took as one JSON line."""

import asyncio
import json
import resource
import sys
import time

import question

CLIENT, URL, IN_FLIGHT, CALLS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
TIMEOUT = 600


async def openai_client():
    import openai

    client = openai.AsyncOpenAI(base_url=URL, api_key="none", timeout=TIMEOUT, max_retries=0)

    async def ask(number):
        body = question.body(number)
        completion = await client.chat.completions.create(**body)
        return completion.choices[0].message.content

    return ask, client.close


async def httpx_client():
    import httpx

    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    client = httpx.AsyncClient(timeout=TIMEOUT, limits=limits, headers={"Authorization": "Bearer none"})

    async def ask(number):
        response = await client.post(URL + "/chat/completions", json=question.body(number))
        response.raise_for_status()
        return response.json()["choices"][0]["message"]["content"]

    return ask, client.aclose


async def aiohttp_client():
    import aiohttp

    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=IN_FLIGHT), timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        headers={"Authorization": "Bearer none"})

    async def ask(number):
        async with session.post(URL + "/chat/completions", json=question.body(number)) as response:
            response.raise_for_status()
            return (await response.json())["choices"][0]["message"]["content"]

    return ask, session.close


async def main():
    ask, close = await {"openai": openai_client, "httpx": httpx_client, "aiohttp": aiohttp_client}[CLIENT]()
    wrong = 0

    async def work(numbers):
        nonlocal wrong
        for number in numbers:
            if await ask(number) != question.answer(number):
                wrong += 1

    async def round(calls):
        numbers = iter(range(calls))
        await asyncio.gather(*(work(numbers) for _ in range(IN_FLIGHT)))

    # Connections and caches are there before the clock starts.
    await round(2 * IN_FLIGHT)
    before, start = usage(), time.monotonic()
    await round(CALLS)
    wall, cpu = time.monotonic() - start, usage() - before
    await close()
    print(json.dumps({"wall": wall, "cpu": cpu, "wrong": wrong}))


def usage():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


asyncio.run(main())
