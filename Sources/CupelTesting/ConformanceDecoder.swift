internal import CCupelPlugin
import Media
import PluginBridge
import PluginHost
import Wire

/// The checks of a decoder. They need a file that it reads: the one given with --sample, or one of those that are built in.
let decoderChecks: [ConformanceCheck] = [
  ConformanceCheck(
    name: "decoder-probes", prose: "probe gives 0 for nothing, 0 to 100 for anything, and the same every time."
  ) { subject throws(ConformanceCheck.End) in
    let decoder = try subject.decoder()
    try ConformanceCheck.require(decoder.probe([]) == 0, "probe of an empty file is \(decoder.probe([])), not 0")
    var garbage = Garbage(seed: 1)
    for length in [1, 2, 3, 4, 7, 8, 12, 16, 64, 1024, 4096] {
      let head = garbage.bytes(length)
      let score = decoder.probe(head)
      try ConformanceCheck.require((0...100).contains(score), "probe gives \(score); accepted: 0 to 100")
      try ConformanceCheck.require(decoder.probe(head) == score, "probe gives another score the second time")
    }
  },
  ConformanceCheck(
    name: "decoder-refuses-garbage", prose: "Empty and random files are errors with a message, never media."
  ) { subject throws(ConformanceCheck.End) in
    let decoder = try subject.decoder()
    var garbage = Garbage(seed: 2)
    for length in [0, 1, 2, 3, 4, 8, 16, 33, 100, 1000, 65_536] + Array(repeating: 200, count: 200) {
      try decoder.decode(garbage.bytes(length)).mustFail("\(length) random bytes")
    }
  },
  ConformanceCheck(
    name: "decoder-decodes", prose: "A good file becomes media whose sizes agree with each other, the same every time."
  ) { subject throws(ConformanceCheck.End) in
    let (decoder, sample) = try subject.decoderWithSample()
    let first = try decoder.decode(sample).mustSucceed()
    try ConformanceCheck.require(try decoder.decode(sample).mustSucceed() == first, "the second time it is other media")
  },
  ConformanceCheck(
    name: "decoder-refuses-truncated",
    prose: "A file that is cut off is an error with a message, never part of a picture."
  ) { subject throws(ConformanceCheck.End) in
    let (decoder, sample) = try subject.decoderWithSample()
    let whole = try decoder.decode(sample).mustSucceed()
    for cut in cuts(sample.count) {
      let decoded = decoder.decode(Array(sample[..<cut]))
      // Some formats end in bytes that say nothing: then it must be all of it.
      if case .success(let media) = decoded.outcome, media == whole { continue }
      try decoded.mustFail("the sample cut at byte \(cut) of \(sample.count)")
    }
  },
  ConformanceCheck(
    name: "decoder-survives-damage", prose: "A damaged file is media or an error with a message, never a crash."
  ) { subject throws(ConformanceCheck.End) in
    let (decoder, sample) = try subject.decoderWithSample()
    var garbage = Garbage(seed: 3)
    for _ in 0..<2000 {
      var damaged = sample
      for _ in 0...garbage.number(below: 3) { damaged[garbage.number(below: damaged.count)] = garbage.byte() }
      let decoded = decoder.decode(damaged)
      if case .failure = decoded.outcome { try decoded.mustFail("a damaged sample") }
    }
  },
  ConformanceCheck(
    name: "decoder-keeps-limits", prose: "A file over max_input_bytes, max_pixels or max_memory_bytes is refused."
  ) { subject throws(ConformanceCheck.End) in
    let (decoder, sample) = try subject.decoderWithSample()
    let media = try decoder.decode(sample).mustSucceed()
    try decoder.decode(sample) { $0.max_input_bytes = UInt64(sample.count) - 1 }.mustFail("a file over max_input_bytes")
    if media.image != nil || !media.frames.isEmpty {
      try decoder.decode(sample) { $0.max_pixels = 1 }.mustFail("a picture over max_pixels")
    }
    try decoder.decode(sample) { $0.max_memory_bytes = 1 }.mustFail("a file over max_memory_bytes")
  },
  ConformanceCheck(
    name: "decoder-stops-when-told", prose: "What the reader or the sink reports ends the decoding with an error."
  ) { subject throws(ConformanceCheck.End) in
    let (decoder, sample) = try subject.decoderWithSample()
    try decoder.decode(sample, readerFailsAfter: 0).mustFail("a file that cannot be read")
    try decoder.decode(sample, readerFailsAfter: sample.count / 2).mustFail("a file that cannot be read to its end")
    try decoder.decode(sample, sinkRefuses: true).mustFail("a sink that takes nothing", messageNeeded: false)
  },
]

/// Where to cut a file: everywhere in a small one, at two hundred places in a large one.
private func cuts(_ count: Int) -> [Int] {
  count <= 400 ? Array(0..<count) : (0..<200).map { $0 * count / 200 } + [count - 1]
}

/// The files that decoders are tried with when none is given.
let builtInSamples: [[UInt8]] = [
  // PNG, 4x4 pixels, 8-bit RGB.
  [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x04,
    0x00, 0x00, 0x00, 0x04, 0x08, 0x02, 0x00, 0x00, 0x00, 0x26, 0x93, 0x09, 0x29, 0x00, 0x00, 0x00, 0x3F, 0x49, 0x44,
    0x41,
    0x54, 0x78, 0xDA, 0x01, 0x34, 0x00, 0xCB, 0xFF, 0x00, 0x00, 0x25, 0x4A, 0x6F, 0x94, 0xB9, 0xDE, 0x03, 0x28, 0x4D,
    0x72,
    0x97, 0x00, 0x0B, 0x30, 0x55, 0x7A, 0x9F, 0xC4, 0xE9, 0x0E, 0x33, 0x58, 0x7D, 0xA2, 0x00, 0x16, 0x3B, 0x60, 0x85,
    0xAA,
    0xCF, 0xF4, 0x19, 0x3E, 0x63, 0x88, 0xAD, 0x00, 0x21, 0x46, 0x6B, 0x90, 0xB5, 0xDA, 0xFF, 0x24, 0x49, 0x6E, 0x93,
    0xB8,
    0xFA, 0x93, 0x15, 0x41, 0x15, 0xAC, 0x6C, 0xC9, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60,
    0x82,
  ]
]
