public import Wire

extension MediaRequest {
  /// Throws `invalid_input` for numbers that mean nothing, naming them.
  public func check() throws(Unscored) {
    try imageSize.check("image size")
    try frameSize.check("frame size")
    try frames.check()
    if let soundRate { try Self.require(soundRate, in: 1...768_000, "sound rate") }
    if let soundChannels { try Self.require(soundChannels, in: 1...64, "sound channels") }
  }

  fileprivate static func require(_ value: Int, in range: ClosedRange<Int>, _ what: String) throws(Unscored) {
    guard !range.contains(value) else { return }
    throw Unscored(.invalidInput, "\(what): \(value); accepted: \(range.lowerBound) to \(range.upperBound)")
  }
}

extension MediaRequest.Size {
  fileprivate func check(_ what: String) throws(Unscored) {
    let side = 1...Int(Int32.max), area = 1...(1 << 50)
    switch self {
    case .asStored: return
    case .exact(let width, let height), .fit(let width, let height):
      try MediaRequest.require(width, in: side, "\(what), width")
      try MediaRequest.require(height, in: side, "\(what), height")
    case .pixels(let pixels):
      try MediaRequest.require(pixels.multipleOf, in: 1...65_536, "\(what), multiple")
      try MediaRequest.require(pixels.max, in: area, "\(what), largest area")
      try MediaRequest.require(pixels.min, in: 0...pixels.max, "\(what), smallest area")
      if let total = pixels.total { try MediaRequest.require(total, in: area, "\(what), area of all frames") }
    }
  }
}

extension MediaRequest.Frames {
  /// More frames than anyone can look at.
  fileprivate static let mostFrames = 1_000_000

  fileprivate func check() throws(Unscored) {
    switch self {
    case .every: return
    case .count(let count): try MediaRequest.require(count, in: 1...Self.mostFrames, "frames")
    case .rate(let rate):
      guard rate.perSecond > 0, rate.perSecond <= 1e6 else {
        throw Unscored(.invalidInput, "frames per second: \(rate.perSecond); accepted: more than 0, up to 1000000")
      }
      try MediaRequest.require(rate.multipleOf, in: 1...Self.mostFrames, "frames, multiple")
      try MediaRequest.require(rate.max, in: rate.multipleOf...Self.mostFrames, "frames, most")
      try MediaRequest.require(rate.min, in: 0...rate.max, "frames, fewest")
    case .scenes(let scenes):
      guard (0...100).contains(scenes.threshold) else {
        throw Unscored(.invalidInput, "scene threshold: \(scenes.threshold); accepted: 0 to 100")
      }
      try MediaRequest.require(scenes.max, in: 1...Self.mostFrames, "frames, most")
    case .times(let times):
      try MediaRequest.require(times.count, in: 1...Self.mostFrames, "frames, count of times")
      guard times[0] >= 0, zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw Unscored(.invalidInput, "frames, times: they start at 0 or later and ascend")
      }
    }
  }
}
