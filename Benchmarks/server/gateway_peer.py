"""The same for a judge model: FastAPI, pydantic, and aiohttp or httpx to the model server. Run by uvicorn.

Environment: CLIENT (aiohttp or httpx), URL (the model server), IN_FLIGHT.
"""

import asyncio
import os
import re
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

URL = os.environ["URL"] + "/chat/completions"
IN_FLIGHT = int(os.environ["IN_FLIGHT"])
ANSWER = re.compile(r"<answer>\s*(\d+)\s*</answer>")
SYSTEM = "You are an impartial judge. Reason first between <think> tags, then close with a score from 1 to 10 between answer tags."


class Item(BaseModel):
    id: str
    prompt: str | None = None
    responses: list[str]


class JudgeRequest(BaseModel):
    rubric: str
    items: list[Item]


class Judgment(BaseModel):
    id: str
    status: str
    scores: list[float]
    rationale: str
    usage: dict[str, int]


class JudgeReply(BaseModel):
    judgments: list[Judgment]


class AiohttpClient:
    async def open(self):
        import aiohttp
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT))

    async def post(self, body):
        async with self.session.post(URL, json=body) as reply:
            reply.raise_for_status()
            return await reply.json()

    async def close(self):
        await self.session.close()


class HTTPXClient:
    async def open(self):
        import httpx
        limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
        self.session = httpx.AsyncClient(limits=limits, timeout=60)

    async def post(self, body):
        reply = await self.session.post(URL, json=body)
        reply.raise_for_status()
        return reply.json()

    async def close(self):
        await self.session.aclose()


client = {"aiohttp": AiohttpClient, "httpx": HTTPXClient}[os.environ["CLIENT"]]()


@asynccontextmanager
async def lifespan(app):
    await client.open()
    yield
    await client.close()


app = FastAPI(lifespan=lifespan)


async def ask(item: Item, response: str):
    body = {
        "model": "bench", "temperature": 0.4, "top_p": 0.8, "max_tokens": 4096,
        "messages": [{"role": "system", "content": SYSTEM},
                     {"role": "user", "content": f"Question:\n{item.prompt}\n\nAnswer:\n{response}"}],
    }
    reply = await client.post(body)
    text = reply["choices"][0]["message"]["content"]
    found = ANSWER.findall(text)
    if len(found) != 1 or not 1 <= int(found[0]) <= 10:
        raise HTTPException(502, "the judge gave no verdict")
    return float(found[0]), text, reply["usage"]


async def judge(item: Item) -> Judgment:
    answers = await asyncio.gather(*[ask(item, response) for response in item.responses])
    usage = {name: sum(answer[2][name] for answer in answers) for name in ("prompt_tokens", "completion_tokens")}
    return Judgment(id=item.id, status="ok", scores=[answer[0] for answer in answers], rationale=answers[0][1], usage=usage)


@app.post("/v1/judge")
async def handle(request: JudgeRequest) -> JudgeReply:
    return JudgeReply(judgments=await asyncio.gather(*[judge(item) for item in request.items]))
