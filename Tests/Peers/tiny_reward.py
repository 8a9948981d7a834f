"""Writes two reward models of a few hundred kilobytes, and what they give: tiny_reward.py FOLDER PAIRS.json

`relevance` reads a prompt and a response as a pair and has one number, `quality` reads them as one text and has three classes. Their weights are
random, from a fixed seed; FOLDER/expected.json holds the numbers for each pair of PAIRS.json, as transformers computes them without a server.
"""
import json
import pathlib
import sys

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list("0123456789abcdefghijklmnopqrstuvwxyz+?.")


def write(folder, labels):
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    tokenizer = BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=64)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(len(labels))
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=64, initializer_range=0.6, num_labels=len(labels), id2label=dict(enumerate(labels)),
        label2id={label: at for at, label in enumerate(labels)})
    model = BertForSequenceClassification(config).eval()
    model.save_pretrained(folder)

    def logits(*texts):
        with torch.no_grad():
            return model(**tokenizer(*texts, return_tensors="pt")).logits[0]

    return logits


def main(folder, pairs):
    relevance = write(folder / "relevance", ["relevance"])
    quality = write(folder / "quality", ["bad", "mixed", "good"])
    expected = {
        "relevance": [relevance(prompt, response)[0].item() for prompt, response in pairs],
        "good": [quality(f"{prompt} {response}").softmax(0)[2].item() for prompt, response in pairs],
    }
    (folder / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text()))
