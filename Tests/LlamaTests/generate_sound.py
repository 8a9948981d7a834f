"""Makes the model that hears in Fixtures, and what `transformers` computes with it in float32 (sound.json).

    python3 generate_sound.py LLAMA_CPP

As generate.py, which has the rest. A tiny Qwen2-Audio: an encoder as Whisper's, and a text model. Sounds are patterns that the tests compute, too; the
encoder gets 30 seconds, filled up with silence, as libmtmd gives it. The converter keeps the weights of the encoder's convolutions in half precision,
and ggml then reads their input so: the second reference, `rounded`, has that done likewise.
"""

import contextlib
import json
import os
import sys
import tempfile

import numpy
import torch
from transformers import Qwen2AudioConfig, Qwen2AudioForConditionalGeneration, WhisperFeatureExtractor

from generate import HERE, REPLY, SIZES, convert, steps_of, tokenizer
from generate_media import LEAD

RATE = 16_000
SEED = 2
MARKS = ["<|audio_bos|>", "<|audio_eos|>", "<|AUDIO|>"]
# Of 30 seconds.
TOKENS = 750
# A text, or a sound [samples, seed].
CONVERSATIONS = {
    "sound": [("user", ["Judge this sound: ", [48_000, 1], " Is it right?"])],
    "sounds": [("user", [[16_000, 2], "or", [24_000, 3], "score"])],
}


def pattern(count, seed):
    at = numpy.arange(count)
    return (((at * (13 + seed) + at // 800 * 7 * seed) % 256) / 512 - 0.25).astype(numpy.float32)


def prompt(words, conversation):
    tokens, sounds, text = [], [], ""
    pad = words.convert_tokens_to_ids("<|AUDIO|>")
    for role, parts in conversation:
        text += f"<|im_start|>{role}\n"
        for part in parts:
            if isinstance(part, str):
                text += part
                continue
            tokens += words.encode(text + "<|audio_bos|>", add_special_tokens=False) + [pad] * TOKENS
            sounds.append(pattern(*part))
            text = "<|audio_eos|>"
        text += "<|im_end|>\n"
    tokens += words.encode(text + "<|im_start|>assistant\n", add_special_tokens=False)
    spectra = WhisperFeatureExtractor(feature_size=128)(sounds, sampling_rate=RATE, return_tensors="pt")
    return tokens, spectra.input_features


@contextlib.contextmanager
def as_llama_cpp(model):
    convolutions = [model.model.audio_tower.conv1, model.model.audio_tower.conv2]
    exact = [layer.weight.data for layer in convolutions]
    hooks = [
        layer.register_forward_pre_hook(lambda _, arguments: (arguments[0].half().float(), *arguments[1:]))
        for layer in convolutions
    ]
    for layer in convolutions:
        layer.weight.data = layer.weight.data.half().float()
    yield
    for layer, hook, weight in zip(convolutions, hooks, exact):
        hook.remove()
        layer.weight.data = weight


def reference(model, words, name, conversation):
    tokens, sounds = prompt(words, conversation)

    def logits(tokens):
        with torch.no_grad():
            return model(
                input_ids=torch.tensor([tokens]),
                input_features=sounds,
                feature_attention_mask=torch.ones(sounds.shape[0], sounds.shape[2], dtype=torch.long),
                use_cache=False,
            ).logits[0, -1].double()

    steps = steps_of(logits, tokens, REPLY // 2, words.eos_token_id, LEAD)
    assert len(steps) >= 5, f"{name}: after {len(steps)} tokens two are as likely; take another seed"
    with as_llama_cpp(model):
        rounded = steps_of(logits, tokens, len(steps), words.eos_token_id)
    assert [s["token"] for s in rounded] == [s["token"] for s in steps], name
    return {
        "messages": [{"role": role, "parts": parts} for role, parts in conversation],
        "tokens": len(tokens),
        "media_tokens": TOKENS * len(sounds),
        "reply": steps,
        "rounded": rounded,
    }


def main():
    llama_cpp = sys.argv[1]
    words = tokenizer(MARKS)
    ids = words.convert_tokens_to_ids(MARKS)
    config = Qwen2AudioConfig(
        text_config=dict(
            SIZES, model_type="qwen2", vocab_size=len(words), eos_token_id=words.eos_token_id,
            bos_token_id=words.pad_token_id,
        )
        | dict(max_position_embeddings=2048),
        audio_config=dict(
            model_type="qwen2_audio_encoder", d_model=32, encoder_ffn_dim=64, encoder_layers=3,
            encoder_attention_heads=2, num_mel_bins=128, initializer_range=0.15,
        ),
        audio_token_index=ids[2],
    )
    torch.manual_seed(SEED)
    model = Qwen2AudioForConditionalGeneration(config).float().eval()
    with torch.no_grad():
        head = model.get_output_embeddings().weight
        head[words.eos_token_id] *= 1.5
        head[ids] = 0
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = os.path.join(folder, "tiny-qwen2-audio")
        model.save_pretrained(checkpoint)
        words.save_pretrained(checkpoint)
        with open(os.path.join(checkpoint, "preprocessor_config.json"), "w") as file:
            json.dump({"feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 128}, file)
        convert(llama_cpp, checkpoint, os.path.join(HERE, "qwen2-audio.gguf"))
        convert(llama_cpp, checkpoint, os.path.join(HERE, "qwen2-audio-mmproj.gguf"), "--mmproj")
    answers = {name: reference(model, words, name, conversation) for name, conversation in CONVERSATIONS.items()}
    with open(os.path.join(HERE, "sound.json"), "w") as file:
        json.dump({"qwen2-audio": answers}, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
