import Glibc

/// Loudness after ITU-R BS.1770-4 and EBU R128: K-weighted, in blocks of 400 ms that overlap by three quarters, gated at -70 LUFS and
/// then at 10 LU below the mean of what is left.
struct Loudness {
  /// Of the whole sound, in LUFS; nil where it is shorter than a block, or all of it is below the gate.
  static func integrated(_ sound: SoundTrack) -> Double? {
    let step = sound.rate / 10
    guard step > 0, sound.count >= 4 * step else { return nil }
    let steps = sound.count / step
    var energy = [Double](repeating: 0, count: steps)
    for channel in 0..<sound.channels {
      let weight = weight(of: channel, among: sound.channels)
      guard weight > 0 else { continue }
      let weighted = Weighting(rate: sound.rate).apply(sound.channel(channel))
      for part in 0..<steps {
        var sum = 0.0
        for place in part * step..<(part + 1) * step { sum += weighted[place] * weighted[place] }
        energy[part] += weight * sum
      }
    }
    let blocks = (0...steps - 4).map { energy[$0..<$0 + 4].reduce(0, +) / Double(4 * step) }
    let loud = blocks.filter { level($0) > -70 }
    guard !loud.isEmpty else { return nil }
    let gate = level(loud.reduce(0, +) / Double(loud.count)) - 10
    let kept = loud.filter { level($0) > gate }
    return level(kept.reduce(0, +) / Double(kept.count))
  }

  private static func level(_ power: Double) -> Double { -0.691 + 10 * log10(power) }

  /// Of five channels and more, the last two are behind the listener; of six, the fourth is for low frequencies alone.
  private static func weight(of channel: Int, among channels: Int) -> Double {
    switch (channels, channel) {
    case (5, 3...4), (6, 4...5): 1.41
    case (6, 3): 0
    default: 1
    }
  }
}

/// The two filters of K-weighting, a shelf and a high pass, for any rate: BS.1770 gives them for 48 kHz; the parameters behind are those of
/// libebur128. The high pass of BS.1770 has a gain of 0.04 dB above its pass band, which is kept at all rates; where it is let grow with lower rates,
/// a sound is louder at 8 kHz than the same at 48 kHz, by 0.2 LU.
private struct Weighting {
  private let stages: [(b: [Double], a: [Double])]

  init(rate: Int) {
    let shelf = (f: 1681.974450955533, gain: 3.999843853973347, q: 0.7071752369554196)
    let k = tan(Double.pi * shelf.f / Double(rate))
    let vh = pow(10, shelf.gain / 20)
    let vb = pow(vh, 0.4996667741545416)
    let a0 = 1 + k / shelf.q + k * k
    let first = (
      b: [(vh + vb * k / shelf.q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / shelf.q + k * k) / a0],
      a: [2 * (k * k - 1) / a0, (1 - k / shelf.q + k * k) / a0]
    )
    let pass = (f: 38.13547087602444, q: 0.5003270373238773)
    let l = tan(Double.pi * pass.f / Double(rate)), l48 = tan(Double.pi * pass.f / 48_000)
    let c0 = 1 + l / pass.q + l * l
    let gain = (1 + l48 / pass.q + l48 * l48) / c0
    let second = (b: [gain, -2 * gain, gain], a: [2 * (l * l - 1) / c0, (1 - l / pass.q + l * l) / c0])
    stages = [first, second]
  }

  func apply(_ samples: [Double]) -> [Double] {
    stages.reduce(samples) { samples, stage in
      var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)
      return samples.map { x in
        let y = stage.b[0] * x + stage.b[1] * x1 + stage.b[2] * x2 - stage.a[0] * y1 - stage.a[1] * y2
        (x2, x1, y2, y1) = (x1, x, y1, y)
        return y
      }
    }
  }
}
