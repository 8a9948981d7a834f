"""The reward server one would write: FastAPI, pydantic, the checks of rubrics/bench-checks. Run by uvicorn."""

import re

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
REFUSALS = ("i cannot", "i am unable to", "as an ai language model")
YEAR = re.compile(r"\b1[0-9]{3}\b")


class Item(BaseModel):
    id: str
    prompt: str | None = None
    responses: list[str]
    reference: str | None = None


class JudgeRequest(BaseModel):
    rubric: str
    items: list[Item]


class Criterion(BaseModel):
    name: str
    scores: list[float]


class Judgment(BaseModel):
    id: str
    status: str
    scores: list[float]
    criteria: list[Criterion]


class JudgeReply(BaseModel):
    judgments: list[Judgment]


def judge(item: Item) -> Judgment:
    answers = [0.0 if any(refusal in text.lower() for refusal in REFUSALS) else 1.0 for text in item.responses]
    dated = [1.0 if YEAR.search(text) else 0.0 for text in item.responses]
    length = [1.0 if 20 <= len(text.split()) <= 300 else 0.0 for text in item.responses]
    return Judgment(
        id=item.id, status="ok",
        scores=[(2 * a + 2 * d + n) / 5 for a, d, n in zip(answers, dated, length)],
        criteria=[Criterion(name="answers", scores=answers), Criterion(name="dated", scores=dated),
                  Criterion(name="length", scores=length)])


@app.post("/v1/judge")
async def handle(request: JudgeRequest) -> JudgeReply:
    return JudgeReply(judgments=[judge(item) for item in request.items])
