"""Makes the models in Fixtures, and what `transformers` computes with them in float32 (reference.json).

    python3 generate.py LLAMA_CPP

LLAMA_CPP is the folder vendor/llama.cpp of the llama-cpp-python source package: its converter writes the GGUF files. Needs torch,
transformers and what that converter imports. The weights are random, from a fixed seed, and larger than a trained model's, so that
the likeliest token stands out; the end of a turn is likely enough that replies end.
"""

import json
import os
import subprocess
import sys
import tempfile

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Fixtures")
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{m['role']}}\n{{m['content']}}<|im_end|>\n{% endfor %}{{'<|im_start|>assistant\n'}}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SIZES = dict(
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=1024,
    initializer_range=0.15,
    tie_word_embeddings=False,
)
CONVERSATIONS = [
    [("user", "Is the answer right?")],
    [("system", "You judge answers from 1 to 5."), ("user", "2 + 2 = 4\n\nIs that right? Ünïcode, 日本 and 🙂.")],
    [("user", "score " * 120 + "the answer")],
]
REPLY = 24
TOP = 5


def tokenizer(marks=()):
    """Byte-level BPE with a few merges; `marks` are further control tokens."""
    plain = Tokenizer(models.BPE())
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    words = ["judge the answer <think> step by step </think><answer>3</answer> score assistant user system right"] * 50
    plain.train_from_iterator(
        words,
        trainers.BpeTrainer(
            vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=[], show_progress=False
        ),
    )
    plain.add_special_tokens([*SPECIAL, *marks])
    fast = PreTrainedTokenizerFast(tokenizer_object=plain, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    fast.chat_template = TEMPLATE
    return fast


def convert(llama_cpp, checkpoint, file, *more):
    """The converter knows a pre-tokenizer by its hash; this one is told."""
    code = (
        "import sys, runpy; root, checkpoint, file, *more = sys.argv[1:]; sys.path[:0] = [root, root + '/gguf-py'];"
        "import conversion.base as base; base.TextModel.get_vocab_base_pre = lambda self, tokenizer: 'qwen2';"
        "sys.argv = ['convert', checkpoint, '--outfile', file, '--outtype', 'f32', *more];"
        "runpy.run_path(root + '/convert_hf_to_gguf.py', run_name='__main__')"
    )
    subprocess.run([sys.executable, "-c", code, llama_cpp, checkpoint, file, *more], check=True, stderr=subprocess.DEVNULL)


def steps_of(logits, tokens, count, end, least=0.0):
    """The greedy reply to a prompt, with the likeliest tokens of each step: up to the end of the turn, or to where the likeliest leads
    by less than `least`."""
    tokens, steps = list(tokens), []
    for _ in range(count):
        likely = torch.log_softmax(logits(tokens), -1)
        best = torch.topk(likely, TOP + 1)
        token = int(best.indices[0])
        if best.values[0] - best.values[1] < least:
            break
        steps.append(
            {
                "token": token,
                "margin": round(float(best.values[0] - best.values[1]), 5),
                "top": [[int(t), round(float(v), 6)] for t, v in zip(best.indices[:TOP], best.values[:TOP])],
            }
        )
        tokens.append(token)
        if token == end:
            break
    return steps


def reference(model, words, conversation):
    """Prompt, logits after it, and the greedy reply with its log-probabilities."""
    messages = [{"role": role, "content": text} for role, text in conversation]
    prompt = words.encode(words.apply_chat_template(messages, tokenize=False), add_special_tokens=False)

    def logits(tokens):
        with torch.no_grad():
            return model(torch.tensor([tokens])).logits[0, -1].double()

    steps = steps_of(logits, prompt, REPLY, words.eos_token_id)
    return {
        "messages": messages,
        "prompt": prompt,
        "logits": [round(float(logit), 5) for logit in logits(prompt)],
        "reply": steps,
        "text": words.decode([s["token"] for s in steps if s["token"] != words.eos_token_id]),
    }


def main():
    llama_cpp = sys.argv[1]
    words = tokenizer()
    common = dict(
        SIZES, vocab_size=len(words), eos_token_id=words.eos_token_id, bos_token_id=words.pad_token_id
    )
    answers = {}
    for name, config, kind in [
        ("qwen2", Qwen2Config(**common), Qwen2ForCausalLM),
        ("llama", LlamaConfig(**common), LlamaForCausalLM),
    ]:
        torch.manual_seed(7)
        model = kind(config).float().eval()
        with torch.no_grad():
            model.lm_head.weight[words.eos_token_id] *= 1.5
        with tempfile.TemporaryDirectory() as folder:
            # The converter takes the model's name from its folder.
            checkpoint = os.path.join(folder, f"tiny-{name}")
            model.save_pretrained(checkpoint)
            words.save_pretrained(checkpoint)
            convert(llama_cpp, checkpoint, os.path.join(HERE, f"{name}.gguf"))
        answers[name] = [reference(model, words, conversation) for conversation in CONVERSATIONS]
    with open(os.path.join(HERE, "reference.json"), "w") as file:
        json.dump(answers, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
