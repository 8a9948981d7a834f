internal import CCupelPlugin
import Media
import PluginBridge
import PluginHost
import Wire

/// A decoder plugin's functions, called as they are.
struct DecoderUnderTest: @unchecked Sendable {
  // @unchecked: the plugin promises that its functions may be called from any thread.
  let table: UnsafePointer<cupel_decoder>

  func probe(_ head: [UInt8]) -> Int {
    head.withUnsafeBufferPointer { bytes in
      Int(table.pointee.probe?(cupel_bytes(data: bytes.baseAddress, size: bytes.count)) ?? 0)
    }
  }

  /// Decodes `bytes`. `change` may set other limits; the reader fails from an offset on; the sink takes nothing.
  func decode(
    _ bytes: [UInt8], readerFailsAfter: Int? = nil, sinkRefuses: Bool = false,
    change: (inout cupel_wanted) -> Void = { _ in }
  ) -> Decoded {
    var limits = MediaLimits()
    if sinkRefuses { (limits.maxPixels, limits.maxMemoryBytes) = (0, 0) }
    let collector = MediaCollector(limits: limits)
    let errors = ErrorBox()
    var sink = collector.sink
    let code = bytes.withUnsafeBytes { raw in
      var source = InputSource(bytes: raw, failsAfter: readerFailsAfter)
      return withUnsafeMutablePointer(to: &source) { context in
        var input = InputSource.input(context)
        return MediaRequest().withWanted(MediaLimits()) { wanted in
          change(&wanted)
          return table.pointee.decode?(&input, &wanted, &sink, errors.pointer) ?? Status.failed.rawValue
        }
      }
    }
    let collected = withExtendedLifetime(collector) { Result { () throws(Unscored) in try collector.result() } }
    guard Status(code: code) == .ok else {
      return Decoded(outcome: .failure(Unscored(Status(code: code).reason, errors.take()?.message ?? "")))
    }
    return Decoded(outcome: collected)
  }
}

/// What a decoder under test made of a file.
struct Decoded {
  let outcome: Result<Media, Unscored>

  func mustFail(_ what: String, messageNeeded: Bool = true) throws(ConformanceCheck.End) {
    switch outcome {
    case .success: throw .failed("\(what) was decoded without an error")
    case .failure(let unscored):
      try ConformanceCheck.require(
        !messageNeeded || !unscored.message.isEmpty, "\(what) was refused without a message")
    }
  }

  func mustSucceed() throws(ConformanceCheck.End) -> Media {
    switch outcome {
    case .success(let media):
      try ConformanceCheck.require(
        media.image != nil || !media.frames.isEmpty || media.sound != nil, "the sample became no media")
      return media
    case .failure(let unscored): throw .failed("the sample was refused: \(unscored.message)")
    }
  }
}

/// Bytes that look random and are the same every time (splitmix64).
struct Garbage {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func number(below limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }
  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
