"""Writes the projector that shows pictures to the model of model.py: projector.py FILE [WIDTH]

A vision tower of Qwen2.5-VL with random weights: 8 layers of 512, every fourth with attention over the whole picture, 31 million weights in Q8_0.
A picture of 448 x 448 is 1,024 patches and 256 tokens. WIDTH is the model's.
"""

import sys

import gguf
import numpy

LAYERS, WIDTH, INNER, HEADS, WHOLE = 8, 512, 1408, 8, 4
MODEL_WIDTH = int(sys.argv[2]) if len(sys.argv) > 2 else 768
PATCH, MERGED, PICTURE = 14, 4, 560
MEAN = [0.48145466, 0.4578275, 0.40821073]
DEVIATION = [0.26862954, 0.26130258, 0.27577711]


def main():
    random = numpy.random.default_rng(8)
    writer = gguf.GGUFWriter(sys.argv[1], "clip")
    writer.add_type("mmproj")
    writer.add_name("bench")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("qwen2.5vl_merger")
    writer.add_vision_projection_dim(MODEL_WIDTH)
    writer.add_vision_image_size(PICTURE)
    writer.add_vision_patch_size(PATCH)
    writer.add_vision_embedding_length(WIDTH)
    writer.add_vision_feed_forward_length(INNER)
    writer.add_vision_block_count(LAYERS)
    writer.add_vision_head_count(HEADS)
    writer.add_vision_image_mean(MEAN)
    writer.add_vision_image_std(DEVIATION)
    writer.add_vision_attention_layernorm_eps(1e-6)
    writer.add_vision_use_silu(True)
    writer.add_vision_n_wa_pattern(WHOLE)

    def normal(*shape):
        return random.standard_normal(shape, dtype=numpy.float32) * 0.02

    def linear(name, rows, columns):
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(f"{name}.weight", gguf.quants.quantize(normal(rows, columns), kind), raw_dtype=kind)
        writer.add_tensor(f"{name}.bias", normal(rows))

    def ones(name):
        writer.add_tensor(f"{name}.weight", numpy.ones(WIDTH, dtype=numpy.float32))

    # Two frames make one picture; a still one is both of them.
    writer.add_tensor("v.patch_embd.weight", normal(WIDTH, 3, PATCH, PATCH))
    writer.add_tensor("v.patch_embd.weight.1", normal(WIDTH, 3, PATCH, PATCH))
    for layer in range(LAYERS):
        block = f"v.blk.{layer}"
        ones(f"{block}.ln1")
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            linear(f"{block}.{name}", WIDTH, WIDTH)
        ones(f"{block}.ln2")
        linear(f"{block}.ffn_gate", INNER, WIDTH)
        linear(f"{block}.ffn_up", INNER, WIDTH)
        linear(f"{block}.ffn_down", WIDTH, INNER)
    ones("v.post_ln")
    linear("mm.0", MERGED * WIDTH, MERGED * WIDTH)
    linear("mm.2", MODEL_WIDTH, MERGED * WIDTH)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
