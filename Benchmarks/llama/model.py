"""Writes a model of random weights that is large enough to be bound by the processor: model.py FILE [LAYERS WIDTH]

The architecture is that of Qwen2-VL, which projector.py shows pictures to, with 12 layers of 768 and a vocabulary of 16,384: 116 million weights
in Q8_0. Its words are those that `cupel judge bench` writes its texts with, each one token, as a tokenizer made for English has them. Fewer
layers and a smaller width are for loads that are not about speed.
"""

import os
import re
import sys

import gguf
import numpy

LAYERS, WIDTH = (int(text) for text in sys.argv[2:4] or ("12", "768"))
HEADS, KV_HEADS, INNER, WORDS, CONTEXT = WIDTH // 64, max(1, WIDTH // 192), 4 * WIDTH, 16_384, 32_768
TEXTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Sources/cupel/Judge/Bench/BenchText.swift")
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{m['role']}}\n{{m['content']}}<|im_end|>\n{% endfor %}{{'<|im_start|>assistant\n'}}"
)


def alphabet():
    """How byte-level BPE writes each byte as a visible character (GPT-2)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) for byte in plain] + [chr(256 + number) for number in range(len(others))]


def vocabulary():
    """Tokens and merges: bytes, every beginning of every word, and enough others to make up the size."""
    words = re.search(r'words = """(.*?)"""', open(TEXTS).read(), re.S).group(1).replace("\\", " ").split()
    tokens, merges = alphabet(), []
    for word in dict.fromkeys(words):
        whole = "Ġ"
        for letter in word:
            if whole + letter not in tokens:
                tokens.append(whole + letter)
                merges.append(f"{whole} {letter}")
            whole += letter
    tokens += [f"filler{number}" for number in range(WORDS - len(tokens) - len(SPECIAL))] + SPECIAL
    return tokens, merges


def main():
    random = numpy.random.default_rng(7)
    writer = gguf.GGUFWriter(sys.argv[1], "qwen2vl")
    writer.add_name("bench")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    # Pairs of values of a head that turn with the time, the row and the column of a token.
    pairs = WIDTH // HEADS // 2
    writer.add_rope_dimension_sections([pairs // 4, 3 * pairs // 8, 3 * pairs // 8, 0])
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(WORDS)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    tokens, merges = vocabulary()
    special = {token: len(tokens) - len(SPECIAL) + number for number, token in enumerate(SPECIAL)}
    kinds = [gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(special["<|endoftext|>"])
    writer.add_eos_token_id(special["<|im_end|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)

    def add(name, rows, columns):
        weights = random.standard_normal((rows, columns), dtype=numpy.float32) * 0.02
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)

    def biases(name, count):
        writer.add_tensor(name, random.standard_normal(count, dtype=numpy.float32) * 0.02)

    def ones(name):
        writer.add_tensor(name, numpy.ones(WIDTH, dtype=numpy.float32))

    add("token_embd.weight", WORDS, WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        ones(f"{block}.attn_norm.weight")
        for name, rows in (("q", WIDTH), ("k", WIDTH // HEADS * KV_HEADS), ("v", WIDTH // HEADS * KV_HEADS)):
            add(f"{block}.attn_{name}.weight", rows, WIDTH)
            biases(f"{block}.attn_{name}.bias", rows)
        add(f"{block}.attn_output.weight", WIDTH, WIDTH)
        ones(f"{block}.ffn_norm.weight")
        add(f"{block}.ffn_gate.weight", INNER, WIDTH)
        add(f"{block}.ffn_up.weight", INNER, WIDTH)
        add(f"{block}.ffn_down.weight", WIDTH, INNER)
    ones("output_norm.weight")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
