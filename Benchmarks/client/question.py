"""What is asked in every call, and what the mock answers: the client's side of mock.c and of Client/Question.swift."""

ANSWERS = (
    "The harbour of Trieste was dredged in 1754, after the free port had been declared in 1719; both dates are in the "
    "charter that the city archive keeps. The work took eleven years and was paid for by a duty on salt. ")


def body(number):
    return {
        "model": "bench",
        "messages": [
            {"role": "system", "content": "You are an impartial judge. Think first, then close with the number of the better "
                                          "answer between answer tags."},
            {"role": "user", "content": f"Question call-{number}: when was the harbour dredged?\n\nFirst answer:\n"
                                        + ANSWERS * 2 + "\n\nSecond answer:\n" + ANSWERS},
        ],
        "temperature": 0.5, "top_p": 0.75, "max_tokens": 4096, "stream": False,
    }


def answer(number):
    return ("The first answer names its source, the second does not. What the reference says is in both. "
            f"In the matter of call-{number}: <answer>1</answer>")
