"""Writes a judge model of a few hundred kilobytes that answers what it is told to: tiny_model.py OUT.gguf REPLY...

Each REPLY is a list of tokens, separated by spaces, such as "<think> Right. </think> <answer> 3|4*2 </answer>". Alternatives are separated
by |, and *N makes one N times as likely as one without, so that log-probabilities are known exactly. Several replies are as likely as each
other.

The model is a Markov chain in the clothes of a transformer. Its embedding is one-hot, attention and feed-forward have zero weights, so the
state is the last token, and the output matrix holds the logarithms of the transition probabilities.
"""
import math
import sys

import numpy
from gguf import GGUFWriter, TokenType

START = "<|judge|>"
END = "<|end|>"
# What has no probability: the softmax of it is below what a float holds.
NEVER = -100.0
TEMPLATE = (
    "{% for message in messages %}<|turn|>{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}" + START
)


def alternatives(step):
    """3|4*2 -> {"3": 1.0, "4": 2.0}"""
    weights = {}
    for choice in step.split("|"):
        word, _, weight = choice.partition("*")
        weights[word] = float(weight or 1)
    return weights


def transitions(replies):
    """The chain's weights: from each token to those that follow it."""
    chain = {}
    for reply in replies:
        before = {START: 1.0}
        for after in [alternatives(step) for step in reply.split()] + [{END: 1.0}]:
            for word in before:
                for following, weight in after.items():
                    chain.setdefault(word, {})[following] = weight
            before = after
    # A prompt of another template may end in a space, which is written in three bytes, of which this is the last.
    chain["<0x81>"] = chain[START]
    return chain


def vocabulary(chain):
    """Pieces and their types: the control tokens, all bytes, and the words of the replies."""
    control = ["<unk>", "<s>", END, "<|turn|>", START]
    characters = [f"<0x{byte:02X}>" for byte in range(256)]
    said = {word for source, targets in chain.items() for word in [source, *targets]}
    words = sorted(said - set(control + characters))
    pieces = control + characters + words
    kinds = [TokenType.UNKNOWN] + [TokenType.CONTROL] * 4 + [TokenType.BYTE] * 256 + [TokenType.NORMAL] * len(words)
    return pieces, kinds


def write(path, replies):
    chain = transitions(replies)
    pieces, kinds = vocabulary(chain)
    width = (len(pieces) + 31) // 32 * 32
    place = {piece: index for index, piece in enumerate(pieces)}

    writer = GGUFWriter(path, "llama")
    writer.add_name("cupel-tiny-judge")
    writer.add_context_length(4096)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(4)
    writer.add_head_count_kv(4)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(width // 4)
    writer.add_vocab_size(len(pieces))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(place[END])
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)

    def zeros(*shape):
        return numpy.zeros(shape, dtype=numpy.float32)

    embedding = zeros(len(pieces), width)
    embedding[numpy.arange(len(pieces)), numpy.arange(len(pieces))] = 1
    # A token that nothing is said to follow ends the reply.
    output = numpy.full((len(pieces), width), NEVER, dtype=numpy.float32)
    output[place[END]] = 0
    for word, following in chain.items():
        output[:, place[word]] = NEVER
        total = sum(following.values())
        for next_word, weight in following.items():
            output[place[next_word], place[word]] = math.log(weight / total)
    writer.add_tensor("token_embd.weight", embedding)
    # The norm makes a one-hot vector sqrt(width) long.
    writer.add_tensor("output_norm.weight", numpy.full(width, 1 / math.sqrt(width), dtype=numpy.float32))
    writer.add_tensor("output.weight", output)
    writer.add_tensor("blk.0.attn_norm.weight", numpy.ones(width, dtype=numpy.float32))
    for name in ["attn_q", "attn_k", "attn_v", "attn_output"]:
        writer.add_tensor(f"blk.0.{name}.weight", zeros(width, width))
    writer.add_tensor("blk.0.ffn_norm.weight", numpy.ones(width, dtype=numpy.float32))
    writer.add_tensor("blk.0.ffn_gate.weight", zeros(32, width))
    writer.add_tensor("blk.0.ffn_up.weight", zeros(32, width))
    writer.add_tensor("blk.0.ffn_down.weight", zeros(width, 32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    write(sys.argv[1], sys.argv[2:])
