"""Makes the models with media in Fixtures, and what `transformers` computes with them in float32 (media.json).

    python3 generate_media.py LLAMA_CPP

As generate.py, which has the rest. Pictures are patterns that the tests compute, too; their sides are multiples of 28, so that nothing is
scaled. The vision tower has four layers: with fewer than three the converter leaves out the merger.

libmtmd computes three things of a picture in half precision: the pixels and the weights of the first layer, and the merger's GELU, for which it
has a table (of the approximation with tanh). And llama.cpp 0.5.0 does not read the epsilon of the norms of this architecture: it adds 0. So there
are two references: `transformers` as it is, and, for the same tokens, `transformers` with these four done as the library does them.
"""

import contextlib
import json
import os
import sys
import tempfile

import numpy
import torch
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from generate import HERE, REPLY, SIZES, convert, steps_of, tokenizer

# The least lead of a token over the next one: more than what half precision changes.
LEAD = 0.03
SEED = 36
MARKS = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
PATCH, MERGE = 14, 2
MEAN = numpy.array([0.48145466, 0.4578275, 0.40821073])
DEVIATION = numpy.array([0.26862954, 0.26130258, 0.27577711])
# A text, a picture [width, height, seed], or two frames, half a second apart: as two pictures, or as one ("pair").
FRAMES = [("user", ["Frames: ", [[112, 84, 7], [112, 84, 8]], " end."])]
CONVERSATIONS = {
    "picture": [("user", ["Judge this picture: ", [84, 112, 1], " Is it right?"])],
    "pictures": [
        ("system", ["You judge answers from 1 to 5."]),
        ("user", [[84, 84, 2], "and", [140, 84, 3], [56, 112, 4], "score them"]),
    ],
    "first": [("user", ["One ", [112, 84, 5], " or two ", [84, 112, 6], "?"])],
    "second": [("user", ["One ", [84, 112, 6], " or two ", [112, 84, 5], "?"])],
    "frames": FRAMES,
    "pair": FRAMES,
}


def pattern(width, height, seed):
    y, x, c = numpy.mgrid[0:height, 0:width, 0:3]
    return (x * (3 + seed) + y * (5 + 2 * seed) + c * 40 + (x * y * seed) // 7) % 256


def patches(frames):
    """As Qwen2VLImageProcessor cuts them: squares of 2 x 2 patches, in each of them channel, frame, row, column."""
    if len(frames) == 1:
        frames = frames * 2
    pixels = numpy.stack([(f / 255.0 - MEAN) / DEVIATION for f in frames]).transpose(0, 3, 1, 2)
    rows, columns = pixels.shape[2] // PATCH, pixels.shape[3] // PATCH
    cut = pixels.reshape(2, 3, rows // MERGE, MERGE, PATCH, columns // MERGE, MERGE, PATCH)
    cut = cut.transpose(2, 5, 3, 6, 1, 0, 4, 7).reshape(rows * columns, 3 * 2 * PATCH * PATCH)
    return torch.tensor(cut, dtype=torch.float32), [1, rows, columns]


def shown(parts, pairs):
    """Texts, and lists of frames that are one picture. Frames come after their moments in words."""
    for part in parts:
        if isinstance(part, str):
            yield part
        elif not isinstance(part[0], list):
            yield [part]
        elif pairs:
            yield "Frames 1 and 2 of 2, at 0 s and 0.5 s:"
            yield part
        else:
            for number, frame in enumerate(part):
                yield f"Frame {number + 1} of 2, at {['0', '0.5'][number]} s:"
                yield [frame]


def prompt(words, conversation, pairs):
    """Tokens, pictures and their grids. Text between two pictures is one text."""
    tokens, pictures, grids, text = [], [], [], ""
    pad = words.convert_tokens_to_ids("<|image_pad|>")
    for role, parts in conversation:
        text += f"<|im_start|>{role}\n"
        for part in shown(parts, pairs):
            if isinstance(part, str):
                text += part
                continue
            cut, grid = patches([pattern(*frame) for frame in part])
            tokens += words.encode(text + "<|vision_start|>", add_special_tokens=False)
            tokens += [pad] * (grid[1] * grid[2] // MERGE**2)
            pictures.append(cut)
            grids.append(grid)
            text = "<|vision_end|>"
        text += "<|im_end|>\n"
    tokens += words.encode(text + "<|im_start|>assistant\n", add_special_tokens=False)
    return tokens, torch.cat(pictures), torch.tensor(grids)


class TableGELU(torch.nn.Module):
    """GELU as ggml has it on a CPU."""

    def forward(self, values):
        return torch.nn.functional.gelu(values.half().float(), approximate="tanh").half().float()


@contextlib.contextmanager
def as_llama_cpp(model):
    norms = [m for m in model.model.language_model.modules() if hasattr(m, "variance_epsilon")]
    epsilon = norms[0].variance_epsilon
    for norm in norms:
        norm.variance_epsilon = 0
    first, merger = model.model.visual.patch_embed.proj, model.model.visual.merger.mlp
    exact, gelu = first.weight.data, merger[1]
    first.weight.data, merger[1] = exact.half().float(), TableGELU()
    hook = first.register_forward_pre_hook(lambda _, arguments: (arguments[0].half().float(), *arguments[1:]))
    yield
    hook.remove()
    first.weight.data, merger[1] = exact, gelu
    for norm in norms:
        norm.variance_epsilon = epsilon


def reference(model, words, name, conversation):
    tokens, pictures, grids = prompt(words, conversation, name == "pair")
    pad = words.convert_tokens_to_ids("<|image_pad|>")

    def logits(tokens):
        ids = torch.tensor([tokens])
        with torch.no_grad():
            return model(
                input_ids=ids,
                mm_token_type_ids=(ids == pad).int(),
                pixel_values=pictures,
                image_grid_thw=grids,
                use_cache=False,
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


def main():
    llama_cpp = sys.argv[1]
    words = tokenizer(MARKS)
    ids = {mark: words.convert_tokens_to_ids(mark) for mark in MARKS}
    config = Qwen2_5_VLConfig(
        text_config=dict(
            SIZES,
            vocab_size=len(words),
            eos_token_id=words.eos_token_id,
            bos_token_id=words.pad_token_id,
            rms_norm_eps=1e-6,
            rope_scaling={"type": "mrope", "rope_type": "default", "mrope_section": [2, 3, 3]},
        ),
        vision_config=dict(
            depth=4, hidden_size=32, intermediate_size=64, num_heads=2, out_hidden_size=SIZES["hidden_size"],
            patch_size=PATCH, spatial_merge_size=MERGE, temporal_patch_size=2, window_size=112,
            fullatt_block_indexes=[1, 3], initializer_range=0.08,
        ),
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
    )
    torch.manual_seed(SEED)
    model = Qwen2_5_VLForConditionalGeneration(config).float().eval()
    with torch.no_grad():
        model.lm_head.weight[words.eos_token_id] *= 1.5
        # A reply with a mark in it would be read as a picture that is not there.
        model.lm_head.weight[list(ids.values())] = 0
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = os.path.join(folder, "tiny-qwen2.5-vl")
        model.save_pretrained(checkpoint)
        words.save_pretrained(checkpoint)
        processor = {
            "image_processor_type": "Qwen2VLImageProcessor", "min_pixels": 3136, "max_pixels": 200704,
            "patch_size": PATCH, "temporal_patch_size": 2, "merge_size": MERGE,
            "image_mean": MEAN.tolist(), "image_std": DEVIATION.tolist(),
        }
        with open(os.path.join(checkpoint, "preprocessor_config.json"), "w") as file:
            json.dump(processor, file)
        convert(llama_cpp, checkpoint, os.path.join(HERE, "qwen2.5-vl.gguf"))
        convert(llama_cpp, checkpoint, os.path.join(HERE, "qwen2.5-vl-mmproj.gguf"), "--mmproj")
    answers = {name: reference(model, words, name, conversation) for name, conversation in CONVERSATIONS.items()}
    with open(os.path.join(HERE, "media.json"), "w") as file:
        json.dump({"qwen2.5-vl": answers}, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
