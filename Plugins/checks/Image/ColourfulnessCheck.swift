import JSON

/// `colourfulness: {min: 15}`: Hasler and Süsstrunk 2003, "Measuring colourfulness in natural images", metric M3: with
/// rg = R - G and yb = (R + G) / 2 - B it is sqrt(σ²rg + σ²yb) + 0.3 sqrt(μ²rg + μ²yb). 0 is grey, 109 extremely colourful.
struct ColourfulnessCheck: Check {
  static let kind = CheckKind("colourfulness", .image) { (arguments) throws(JSONError) in
    ColourfulnessCheck(bounds: try Bounds.read(arguments.argument), choice: try ImageChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: ImageChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let picture = try choice.response(subject)
    // Twice yb, so that the sums are exact integers.
    var (redGreen, yellowBlue) = (Moments(), Moments())
    picture.rgb.withUnsafeBufferPointer { rgb in
      for pixel in stride(from: 0, to: rgb.count, by: 3) {
        let (red, green, blue) = (Int(rgb[pixel]), Int(rgb[pixel + 1]), Int(rgb[pixel + 2]))
        redGreen.add(red - green)
        yellowBlue.add(red + green - 2 * blue)
      }
    }
    let spread = (redGreen.variance + yellowBlue.variance / 4).squareRoot()
    let shift = (redGreen.mean * redGreen.mean + yellowBlue.mean * yellowBlue.mean / 4).squareRoot()
    let value = spread + 0.3 * shift
    return bounds.measure(value, "colourfulness \(Reason.number(value, digits: 2))")
  }
}
