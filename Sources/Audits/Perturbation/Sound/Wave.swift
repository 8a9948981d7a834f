import Media
import Wire

/// Sound as a RIFF file of 16-bit samples.
enum Wave {
  static func file(_ samples: [Int16], rate: Int, channels: Int = 1) -> [UInt8] {
    let data = samples.flatMap { Little.bytes(Int($0), 2) }
    let format =
      Little.bytes(1, 2) + Little.bytes(channels, 2) + Little.bytes(rate, 4) + Little.bytes(2 * channels * rate, 4)
      + Little.bytes(2 * channels, 2) + Little.bytes(16, 2)
    return Array("RIFF".utf8) + Little.bytes(36 + data.count, 4) + Array("WAVEfmt ".utf8) + Little.bytes(16, 4) + format
      + Array("data".utf8) + Little.bytes(data.count, 4) + data
  }

  static func url(_ samples: [Int16], rate: Int, channels: Int = 1) -> String {
    "data:audio/wav;base64," + Base64.encode(file(samples, rate: rate, channels: channels))
  }

  static func samples(_ sound: Sound) -> [Int16] {
    sound.samples.map { Int16((min(max($0, -1), 1) * 32767).rounded()) }
  }
}

/// Whole numbers, lowest byte first.
enum Little {
  static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
