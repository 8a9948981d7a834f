"""Writes eyes for a model of tiny_model.py: tiny_vision.py MODEL.gguf OUT.gguf

A vision transformer of two layers with random weights, which turns a picture into 256 embeddings. What they hold is not looked at (the model has
no attention), and that is no matter here: it is the picture's way to the model that is tried.
"""
import sys

import numpy
from gguf import GGUFReader, GGUFWriter

SIDE, PATCH, WIDTH, LAYERS = 224, 14, 32, 2


def model_width(path):
    return int(GGUFReader(path).fields["llama.embedding_length"].parts[-1][0])


def write(path, out):
    writer = GGUFWriter(path, "clip")
    random = numpy.random.default_rng(0)
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("mlp")
    writer.add_bool("clip.has_llava_projector", True)
    for name, value in [
        ("image_size", SIDE), ("patch_size", PATCH), ("embedding_length", WIDTH), ("feed_forward_length", 64),
        ("block_count", LAYERS), ("attention.head_count", 4), ("projection_dim", out),
    ]:
        writer.add_uint32(f"clip.vision.{name}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    writer.add_bool("clip.use_gelu", True)

    def tensor(name, *shape):
        writer.add_tensor(name, (0.02 * random.standard_normal(shape)).astype(numpy.float32))

    def linear(name, *shape):
        tensor(f"{name}.weight", *shape)
        tensor(f"{name}.bias", shape[0])

    tensor("v.class_embd", WIDTH)
    tensor("v.patch_embd.weight", WIDTH, 3, PATCH, PATCH)
    tensor("v.position_embd.weight", (SIDE // PATCH) ** 2 + 1, WIDTH)
    for name in ["v.pre_ln", "v.post_ln"]:
        linear(name, WIDTH)
    for layer in range(LAYERS):
        for name in ["attn_q", "attn_k", "attn_v", "attn_out"]:
            linear(f"v.blk.{layer}.{name}", WIDTH, WIDTH)
        for name in ["ln1", "ln2"]:
            linear(f"v.blk.{layer}.{name}", WIDTH)
        linear(f"v.blk.{layer}.ffn_up", 64, WIDTH)
        linear(f"v.blk.{layer}.ffn_down", WIDTH, 64)
    linear("mm.0", out, WIDTH)
    linear("mm.2", out, out)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(sys.argv[2], model_width(sys.argv[1]))
