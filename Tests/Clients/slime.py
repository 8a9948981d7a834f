"""How slime and miles ask for rewards (`--rm-type remote_rm`).

Neither is published as a package. These are their functions `remote_rm` (slime/rollout/rm_hub/__init__.py at 624b824a8, August 2026, and the same file of
miles; both under the Apache License 2.0), with the waits between tries counted and not waited for.
"""
import random
import types

import aiohttp

_session = None


def _shared_session():
    global _session
    if _session is None or _session.closed:
        connector = aiohttp.TCPConnector(limit=64, enable_cleanup_closed=True)
        _session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120))
    return _session


def sample(prompt, response, label=None):
    return types.SimpleNamespace(prompt=prompt, response=response, label=label)


async def slime(url, sample, waits, max_retries=10):
    payload = {"prompt": sample.prompt, "response": sample.response, "label": sample.label}
    session = _shared_session()
    for attempt in range(max_retries):
        try:
            async with session.post(url, json=payload) as resp:
                resp.raise_for_status()
                return await resp.json()
        except Exception:
            if attempt + 1 >= max_retries:
                raise
            waits.append(min(2**attempt, 30) + random.random())


async def miles(url, sample):
    payload = {"prompt": sample.prompt, "response": sample.response, "label": sample.label}
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json=payload) as resp:
            resp.raise_for_status()
            return await resp.json()


async def close():
    if _session is not None:
        await _session.close()
