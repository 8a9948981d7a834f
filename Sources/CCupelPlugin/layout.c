/* The layout of the ABI on a 64-bit machine, asserted when this is compiled: structs are append-only, so a number here never
 * changes once it has been released; new members get new lines. Tests/PluginHostTests/Fixtures/abi-layout.txt says the same
 * to people and to the tests. */
#include "cupel_plugin/cupel_plugin.h"

#if UINTPTR_MAX == UINT64_MAX
#define SIZE(type, bytes) _Static_assert(sizeof(type) == bytes, "size of " #type)
#define AT(type, member, offset, bytes)                                            \
  _Static_assert(offsetof(type, member) == offset, "offset of " #type "." #member); \
  _Static_assert(sizeof(((type *)0)->member) == bytes, "size of " #type "." #member)

SIZE(cupel_text, 16);
AT(cupel_text, data, 0, 8);
AT(cupel_text, size, 8, 8);

SIZE(cupel_bytes, 16);
AT(cupel_bytes, data, 0, 8);
AT(cupel_bytes, size, 8, 8);

SIZE(cupel_host, 32);
AT(cupel_host, struct_size, 0, 4);
AT(cupel_host, abi_major, 4, 2);
AT(cupel_host, abi_minor, 6, 2);
AT(cupel_host, fail, 8, 8);
AT(cupel_host, write, 16, 8);
AT(cupel_host, log, 24, 8);

SIZE(cupel_plugin, 48);
AT(cupel_plugin, struct_size, 0, 4);
AT(cupel_plugin, abi_major, 4, 2);
AT(cupel_plugin, abi_minor, 6, 2);
AT(cupel_plugin, id, 8, 8);
AT(cupel_plugin, version, 16, 8);
AT(cupel_plugin, start, 24, 8);
AT(cupel_plugin, capability, 32, 8);
AT(cupel_plugin, summary, 40, 8);

SIZE(cupel_image, 56);
AT(cupel_image, struct_size, 0, 4);
AT(cupel_image, width, 4, 4);
AT(cupel_image, height, 8, 4);
AT(cupel_image, stride, 12, 4);
AT(cupel_image, pixels, 16, 8);
AT(cupel_image, original, 24, 16);
AT(cupel_image, media_type, 40, 16);

SIZE(cupel_frame, 24);
AT(cupel_frame, struct_size, 0, 4);
AT(cupel_frame, reserved, 4, 4);
AT(cupel_frame, time_us, 8, 8);
AT(cupel_frame, image, 16, 8);

SIZE(cupel_sound, 32);
AT(cupel_sound, struct_size, 0, 4);
AT(cupel_sound, rate_hz, 4, 4);
AT(cupel_sound, channels, 8, 4);
AT(cupel_sound, reserved, 12, 4);
AT(cupel_sound, frame_count, 16, 8);
AT(cupel_sound, samples, 24, 8);

SIZE(cupel_input, 32);
AT(cupel_input, struct_size, 0, 4);
AT(cupel_input, reserved, 4, 4);
AT(cupel_input, context, 8, 8);
AT(cupel_input, size, 16, 8);
AT(cupel_input, read_at, 24, 8);

SIZE(cupel_size, 48);
AT(cupel_size, struct_size, 0, 4);
AT(cupel_size, mode, 4, 4);
AT(cupel_size, width, 8, 4);
AT(cupel_size, height, 12, 4);
AT(cupel_size, factor, 16, 4);
AT(cupel_size, reserved, 20, 4);
AT(cupel_size, min_pixels, 24, 8);
AT(cupel_size, max_pixels, 32, 8);
AT(cupel_size, max_total_pixels, 40, 8);

SIZE(cupel_wanted, 120);
AT(cupel_wanted, struct_size, 0, 4);
AT(cupel_wanted, kinds, 4, 4);
AT(cupel_wanted, max_input_bytes, 8, 8);
AT(cupel_wanted, max_pixels, 16, 8);
AT(cupel_wanted, max_memory_bytes, 24, 8);
AT(cupel_wanted, max_chunk_bytes, 32, 8);
AT(cupel_wanted, timeout_ms, 40, 4);
AT(cupel_wanted, background_rgb, 44, 3);
AT(cupel_wanted, reserved, 47, 1);
AT(cupel_wanted, image_size, 48, 8);
AT(cupel_wanted, frame_size, 56, 8);
AT(cupel_wanted, frames_per_second, 64, 8);
AT(cupel_wanted, min_frames, 72, 4);
AT(cupel_wanted, max_frames, 76, 4);
AT(cupel_wanted, frame_multiple, 80, 4);
AT(cupel_wanted, frame_choice, 84, 4);
AT(cupel_wanted, frame_times_us, 88, 8);
AT(cupel_wanted, frame_count, 96, 4);
AT(cupel_wanted, sound_rate_hz, 100, 4);
AT(cupel_wanted, sound_channels, 104, 4);
AT(cupel_wanted, facts, 108, 4);
AT(cupel_wanted, scene_threshold, 112, 8);

SIZE(cupel_media_sink, 56);
AT(cupel_media_sink, struct_size, 0, 4);
AT(cupel_media_sink, reserved, 4, 4);
AT(cupel_media_sink, context, 8, 8);
AT(cupel_media_sink, image, 16, 8);
AT(cupel_media_sink, frame, 24, 8);
AT(cupel_media_sink, sound, 32, 8);
AT(cupel_media_sink, fact, 40, 8);
AT(cupel_media_sink, note, 48, 8);

SIZE(cupel_decoder, 24);
AT(cupel_decoder, struct_size, 0, 4);
AT(cupel_decoder, reserved, 4, 4);
AT(cupel_decoder, probe, 8, 8);
AT(cupel_decoder, decode, 16, 8);

SIZE(cupel_part, 104);
AT(cupel_part, struct_size, 0, 4);
AT(cupel_part, kind, 4, 4);
AT(cupel_part, text, 8, 16);
AT(cupel_part, image, 24, 8);
AT(cupel_part, frames, 32, 8);
AT(cupel_part, frame_count, 40, 8);
AT(cupel_part, sound, 48, 8);
AT(cupel_part, original, 56, 16);
AT(cupel_part, media_type, 72, 16);
AT(cupel_part, facts, 88, 16);

SIZE(cupel_message, 24);
AT(cupel_message, struct_size, 0, 4);
AT(cupel_message, role, 4, 4);
AT(cupel_message, parts, 8, 8);
AT(cupel_message, part_count, 16, 8);

SIZE(cupel_sampling, 64);
AT(cupel_sampling, struct_size, 0, 4);
AT(cupel_sampling, max_tokens, 4, 4);
AT(cupel_sampling, temperature, 8, 8);
AT(cupel_sampling, top_p, 16, 8);
AT(cupel_sampling, seed, 24, 8);
AT(cupel_sampling, has_seed, 32, 1);
AT(cupel_sampling, reserved, 33, 3);
AT(cupel_sampling, top_logprobs, 36, 4);
AT(cupel_sampling, stop, 40, 8);
AT(cupel_sampling, stop_count, 48, 8);
AT(cupel_sampling, samples, 56, 4);
AT(cupel_sampling, reserved_tail, 60, 4);

SIZE(cupel_call, 112);
AT(cupel_call, struct_size, 0, 4);
AT(cupel_call, timeout_ms, 4, 4);
AT(cupel_call, key, 8, 16);
AT(cupel_call, prompt_digest, 24, 16);
AT(cupel_call, group, 40, 16);
AT(cupel_call, answer_shape, 56, 16);
AT(cupel_call, messages, 72, 8);
AT(cupel_call, message_count, 80, 8);
AT(cupel_call, sampling, 88, 8);
AT(cupel_call, traceparent, 96, 16);

SIZE(cupel_token, 48);
AT(cupel_token, struct_size, 0, 4);
AT(cupel_token, reserved, 4, 4);
AT(cupel_token, text, 8, 16);
AT(cupel_token, logprob, 24, 8);
AT(cupel_token, top, 32, 8);
AT(cupel_token, top_count, 40, 8);

SIZE(cupel_score, 56);
AT(cupel_score, struct_size, 0, 4);
AT(cupel_score, status, 4, 4);
AT(cupel_score, name, 8, 16);
AT(cupel_score, reason, 24, 16);
AT(cupel_score, value, 40, 8);
AT(cupel_score, score, 48, 8);

SIZE(cupel_usage, 40);
AT(cupel_usage, struct_size, 0, 4);
AT(cupel_usage, attempts, 4, 4);
AT(cupel_usage, prompt_tokens, 8, 8);
AT(cupel_usage, completion_tokens, 16, 8);
AT(cupel_usage, reasoning_tokens, 24, 8);
AT(cupel_usage, cached_tokens, 32, 8);

SIZE(cupel_reply, 112);
AT(cupel_reply, struct_size, 0, 4);
AT(cupel_reply, finish, 4, 4);
AT(cupel_reply, text, 8, 16);
AT(cupel_reply, reasoning, 24, 16);
AT(cupel_reply, model, 40, 16);
AT(cupel_reply, usage, 56, 8);
AT(cupel_reply, scores, 64, 8);
AT(cupel_reply, score_count, 72, 8);
AT(cupel_reply, tokens, 80, 8);
AT(cupel_reply, token_count, 88, 8);
AT(cupel_reply, more, 96, 8);
AT(cupel_reply, more_count, 104, 8);

SIZE(cupel_judge, 48);
AT(cupel_judge, struct_size, 0, 4);
AT(cupel_judge, reserved, 4, 4);
AT(cupel_judge, open, 8, 8);
AT(cupel_judge, describe, 16, 8);
AT(cupel_judge, submit, 24, 8);
AT(cupel_judge, close, 32, 8);
AT(cupel_judge, cancel, 40, 8);

SIZE(cupel_judge_logprobs, 16);
AT(cupel_judge_logprobs, struct_size, 0, 4);
AT(cupel_judge_logprobs, reserved, 4, 4);
AT(cupel_judge_logprobs, max_top, 8, 8);

SIZE(cupel_judge_probe, 16);
AT(cupel_judge_probe, struct_size, 0, 4);
AT(cupel_judge_probe, reserved, 4, 4);
AT(cupel_judge_probe, probe, 8, 8);
#endif
