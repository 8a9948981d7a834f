"""The question that goes to the model server when nothing stands in between; as long as what the gateways send."""

PARAGRAPH = (
    "The harbour of Trieste was dredged in 1754, after the free port had been declared in 1719; both dates are in the "
    "charter that the city archive keeps. The work took eleven years and was paid for by a duty on salt. ")


def question(number, paragraphs):
    return {
        "model": "bench", "temperature": 0.4, "top_p": 0.8, "max_tokens": 4096,
        "messages": [
            {"role": "system", "content": "You are an impartial judge. Reason first, then close with a score from 1 to 10 "
                                          "between answer tags."},
            {"role": "user", "content": f"Question call-{number}: when was the harbour dredged, and how do we know?\n\n"
                                        f"Answer:\n{PARAGRAPH * paragraphs}"},
        ],
    }
