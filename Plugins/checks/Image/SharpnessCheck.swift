import JSON

/// `sharpness: {min: 100}`: the variance of the Laplacian of the luma (Pech-Pacheco 2000), `cv2.Laplacian(grey,
/// cv2.CV_64F).var()`: the kernel [0 1 0, 1 -4 1, 0 1 0], edges reflected without repeating the border.
struct SharpnessCheck: Check {
  static let kind = CheckKind("sharpness", .image) { (arguments) throws(JSONError) in
    SharpnessCheck(bounds: try Bounds.read(arguments.argument), choice: try ImageChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: ImageChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let variance = Self.sharpness(of: try choice.response(subject))
    return bounds.measure(variance, "the Laplacian's variance is \(Reason.number(variance, digits: 2))")
  }

  /// The variance of the Laplacian of the luma.
  static func sharpness(of picture: Picture) -> Double {
    let luma = picture.luma
    var moments = Moments()
    luma.values.withUnsafeBufferPointer { grey in
      for y in 0..<luma.height {
        let above = reflect(y - 1, luma.height) * luma.width
        let below = reflect(y + 1, luma.height) * luma.width
        for x in 0..<luma.width {
          let row = y * luma.width
          let (left, right) = (reflect(x - 1, luma.width), reflect(x + 1, luma.width))
          let neighbours = Int(grey[row + left]) + Int(grey[row + right]) + Int(grey[above + x]) + Int(grey[below + x])
          moments.add(neighbours - 4 * Int(grey[row + x]))
        }
      }
    }
    return moments.variance
  }

  private static func reflect(_ place: Int, _ count: Int) -> Int {
    if count == 1 { return 0 }
    if place < 0 { return -place }
    return place < count ? place : 2 * count - 2 - place
  }
}
