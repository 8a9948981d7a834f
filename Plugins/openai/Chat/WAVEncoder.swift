import Media
import Wire

/// Sound as a WAV file of 16-bit samples, which every server that hears reads.
enum WAVEncoder {
  private static let headerBytes = 44

  /// Samples beyond -1...1 are held at its ends.
  static func encode(_ sound: Sound) throws(Unscored) -> [UInt8] {
    let dataBytes = sound.samples.count * 2
    guard let size = UInt32(exactly: dataBytes + headerBytes - 8), let rate = UInt32(exactly: sound.rate),
      let channels = UInt16(exactly: sound.channels), channels < UInt16.max / 2
    else {
      throw Unscored(
        .invalidInput,
        "a sound of \(sound.samples.count) samples in \(sound.channels) channels at \(sound.rate) Hz does not fit a WAV file"
      )
    }
    var file: [UInt8] = []
    file.reserveCapacity(headerBytes + dataBytes)
    file += "RIFF".utf8
    append(size, to: &file)
    file += "WAVEfmt ".utf8
    append(UInt32(16), to: &file)
    append(UInt16(1), to: &file)  // PCM
    append(channels, to: &file)
    append(rate, to: &file)
    append(rate.multipliedReportingOverflow(by: UInt32(channels) * 2).partialValue, to: &file)
    append(channels * 2, to: &file)
    append(UInt16(16), to: &file)
    file += "data".utf8
    append(UInt32(dataBytes), to: &file)
    for sample in sound.samples { append(UInt16(bitPattern: quantized(sample)), to: &file) }
    return file
  }

  /// No number counts as silence.
  private static func quantized(_ sample: Float) -> Int16 {
    sample.isNaN ? 0 : Int16((max(-1, min(1, sample)) * 32767).rounded())
  }

  private static func append(_ number: some FixedWidthInteger, to file: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { file += $0 }
  }
}
