import JSON

/// `blank: false`: the picture is not blank (`blank: true`: it is). The value is the widest range (highest minus lowest
/// value) of the three channels; a picture is blank when it is at most `tolerance`.
struct BlankCheck: Check {
  static let kind = CheckKind("blank", .image, options: ["tolerance"]) { (arguments) throws(JSONError) in
    BlankCheck(
      wanted: try arguments.argument.bool(), tolerance: try arguments.int("tolerance", default: 4, in: 0...255),
      choice: try ImageChoice(arguments))
  }

  private let wanted: Bool
  private let tolerance: Int
  private let choice: ImageChoice

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let picture = try choice.response(subject)
    let range = (0..<3).map { Self.range(picture, channel: $0) }.max() ?? 0
    let isBlank = range <= tolerance
    return Measurement(
      value: Double(range), score: isBlank == wanted ? 1 : 0,
      reason: "\(isBlank ? "blank" : "not blank"): the channels span \(range) of 255")
  }

  private static func range(_ picture: Picture, channel: Int) -> Int {
    picture.rgb.withUnsafeBufferPointer { rgb in
      var (lowest, highest): (UInt8, UInt8) = (255, 0)
      for at in stride(from: channel, to: rgb.count, by: 3) {
        lowest = min(lowest, rgb[at])
        highest = max(highest, rgb[at])
      }
      return Int(highest) - Int(lowest)
    }
  }
}
