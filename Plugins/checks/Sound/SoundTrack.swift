/// A sound as checks hear it.
struct SoundTrack: Sendable, Hashable {
  /// Samples per second and channel.
  let rate: Int
  let channels: Int
  /// `channels` numbers for each moment, 1 being full scale.
  let samples: [Float]

  /// Nil when the numbers do not fit together.
  init?(rate: Int, channels: Int, samples: [Float]) {
    guard rate > 0, channels > 0, samples.count % channels == 0 else { return nil }
    (self.rate, self.channels, self.samples) = (rate, channels, samples)
  }

  /// Moments.
  var count: Int { samples.count / channels }
  /// In seconds.
  var duration: Double { Double(count) / Double(rate) }

  /// One channel.
  func channel(_ channel: Int) -> [Double] {
    stride(from: channel, to: samples.count, by: channels).map { Double(samples[$0]) }
  }

  /// The mean of all channels.
  var mono: [Double] {
    if channels == 1 { return samples.map(Double.init) }
    return (0..<count).map { moment in
      (0..<channels).reduce(0) { $0 + Double(samples[moment * channels + $1]) } / Double(channels)
    }
  }

  /// The largest sample of each moment, whatever its sign.
  var envelope: [Float] {
    (0..<count).map { moment in
      (0..<channels).reduce(Float(0)) { max($0, abs(samples[moment * channels + $1])) }
    }
  }
}
