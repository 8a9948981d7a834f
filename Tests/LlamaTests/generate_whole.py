"""Makes the model in Fixtures that sees a picture as a whole, and what `transformers` computes with it in float32 (whole.json).

    python3 generate_whole.py LLAMA_CPP

As generate.py, which has the rest. In Gemma 3 each token of a picture sees all others of it. A picture of any size is scaled to one of 168 x 168,
which is what the tests show, and is 36 tokens. Five layers of six see the last 48 tokens alone, which is more than a picture and less than a
prompt. The model is half as wide as the other ones.

ggml has GELU in a table of half precision, and the pixels, the projection and what is projected in half precision as well. So there are two
references: `transformers` as it is, and, for the same tokens, `transformers` with these done as the library does them.
"""

import contextlib
import json
import os
import sys
import tempfile

import safetensors.torch
import torch
from transformers import Gemma3Config, Gemma3ForConditionalGeneration

from generate import HERE, REPLY, SIZES, convert, steps_of, tokenizer
from generate_media import LEAD, TableGELU, pattern, shown

SEED = 41
MARKS = ["<start_of_image>", "<end_of_image>", "<image_soft_token>"]
SIDE, PATCH, TOKENS = 168, 14, 36
CONVERSATIONS = {
    "picture": [("user", ["Judge this picture: ", [SIDE, SIDE, 1], " Is it right?"])],
    "pictures": [
        ("system", ["You judge answers from 1 to 5."]),
        ("user", [[SIDE, SIDE, 2], "and", [SIDE, SIDE, 3], "score them"]),
    ],
}


def prompt(words, conversation):
    tokens, pictures, text = [], [], ""
    for role, parts in conversation:
        text += f"<|im_start|>{role}\n"
        for part in shown(parts, False):
            if isinstance(part, str):
                text += part
                continue
            pictures.append(torch.tensor(pattern(*part[0]) / 127.5 - 1, dtype=torch.float32).permute(2, 0, 1))
            tokens += words.encode(text + MARKS[0], add_special_tokens=False)
            tokens += [words.convert_tokens_to_ids(MARKS[2])] * TOKENS
            text = MARKS[1]
        text += "<|im_end|>\n"
    tokens += words.encode(text + "<|im_start|>assistant\n", add_special_tokens=False)
    return tokens, torch.stack(pictures)


@contextlib.contextmanager
def as_llama_cpp(model):
    layers = [m for m in model.modules() if hasattr(m, "activation_fn") or hasattr(m, "act_fn")]
    names = ["activation_fn" if hasattr(m, "activation_fn") else "act_fn" for m in layers]
    exact = [getattr(m, name) for m, name in zip(layers, names)]
    for layer, name in zip(layers, names):
        setattr(layer, name, TableGELU())
    projector = model.model.multi_modal_projector
    first = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d)][0]
    weights = [first.weight, projector.mm_input_projection_weight]
    before = [weight.data for weight in weights]
    for weight in weights:
        weight.data = weight.data.half().float()
    hooks = [
        first.register_forward_pre_hook(lambda _, arguments: (arguments[0].half().float(),)),
        projector.mm_soft_emb_norm.register_forward_hook(lambda _, arguments, values: values.half().float()),
    ]
    yield
    for hook in hooks:
        hook.remove()
    for weight, data in zip(weights, before):
        weight.data = data
    for layer, name, activation in zip(layers, names, exact):
        setattr(layer, name, activation)


def reference(model, words, name, conversation):
    tokens, pictures = prompt(words, conversation)
    pad = words.convert_tokens_to_ids(MARKS[2])

    def logits(tokens):
        ids = torch.tensor([tokens])
        with torch.no_grad():
            return model(
                input_ids=ids, token_type_ids=(ids == pad).int(), pixel_values=pictures, use_cache=False
            ).logits[0, -1].double()

    steps = steps_of(logits, tokens, REPLY, words.eos_token_id, LEAD)
    assert len(steps) >= 5, f"{name}: after {len(steps)} tokens two are as likely; take another seed"
    with as_llama_cpp(model):
        rounded = steps_of(logits, tokens, len(steps), words.eos_token_id)
    assert [s["token"] for s in rounded] == [s["token"] for s in steps], name
    return {
        "messages": [{"role": role, "parts": parts} for role, parts in conversation],
        "tokens": len(tokens),
        "media_tokens": tokens.count(pad),
        "reply": steps,
        "rounded": rounded,
    }


def rename(checkpoint):
    """The converter knows the vision tower by the name that it had before version 5 of `transformers`."""
    file = os.path.join(checkpoint, "model.safetensors")
    tensors = safetensors.torch.load_file(file)
    renamed = {name.replace("vision_tower.", "vision_tower.vision_model."): tensor for name, tensor in tensors.items()}
    safetensors.torch.save_file(renamed, file, {"format": "pt"})


def main():
    llama_cpp = sys.argv[1]
    words = tokenizer(MARKS)
    ids = [words.convert_tokens_to_ids(mark) for mark in MARKS]
    config = Gemma3Config(
        text_config=dict(
            SIZES, hidden_size=32, intermediate_size=64, num_hidden_layers=6, head_dim=16, query_pre_attn_scalar=16, sliding_window=48,
            vocab_size=len(words), eos_token_id=words.eos_token_id, bos_token_id=words.pad_token_id, pad_token_id=words.pad_token_id,
        ),
        vision_config=dict(
            hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2, image_size=SIDE, patch_size=PATCH,
            vision_use_head=False,
        ),
        mm_tokens_per_image=TOKENS, boi_token_index=ids[0], eoi_token_index=ids[1], image_token_index=ids[2],
        initializer_range=SIZES["initializer_range"], tie_word_embeddings=False,
    )
    torch.manual_seed(SEED)
    model = Gemma3ForConditionalGeneration(config).float().eval()
    with torch.no_grad():
        model.model.multi_modal_projector.mm_input_projection_weight.normal_(0, 0.5)
        model.lm_head.weight[words.eos_token_id] *= 1.5
        model.lm_head.weight[ids] = 0
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = os.path.join(folder, "tiny-gemma3")
        model.save_pretrained(checkpoint)
        rename(checkpoint)
        words.save_pretrained(checkpoint)
        processor = {
            "image_processor_type": "Gemma3ImageProcessor", "image_seq_length": TOKENS, "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
            "size": {"height": SIDE, "width": SIDE},
        }
        with open(os.path.join(checkpoint, "preprocessor_config.json"), "w") as file:
            json.dump(processor, file)
        convert(llama_cpp, checkpoint, os.path.join(HERE, "gemma3.gguf"))
        convert(llama_cpp, checkpoint, os.path.join(HERE, "gemma3-mmproj.gguf"), "--mmproj")
    answers = {name: reference(model, words, name, conversation) for name, conversation in CONVERSATIONS.items()}
    with open(os.path.join(HERE, "whole.json"), "w") as file:
        json.dump({"gemma3": answers}, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
