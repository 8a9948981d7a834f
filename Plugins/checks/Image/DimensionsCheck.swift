import JSON

/// `dimensions: {min_width: 64, aspect: 1.5}` or `dimensions: $reference`. The value is the number of pixels.
struct DimensionsCheck: Check {
  static let kind = CheckKind("dimensions", .image) { (arguments) throws(JSONError) in try DimensionsCheck(arguments) }
  private static let bounds = ["width", "height", "min_width", "max_width", "min_height", "max_height"]

  /// Nil: the size of the reference's picture.
  private let wanted: [String: Int]?
  private let aspect: (ratio: Double, tolerance: Double)?
  private let choice: ImageChoice

  init(_ arguments: Arguments) throws(JSONError) {
    choice = try ImageChoice(arguments)
    if arguments.argument.value.string != nil {
      try ImageChoice.requireReference(arguments.argument)
      (wanted, aspect) = (nil, nil)
      return
    }
    try arguments.argument.allowOnly(Self.bounds + ["aspect", "aspect_tolerance"])
    var wanted: [String: Int] = [:]
    for name in Self.bounds {
      if let reader = arguments.argument[name] { wanted[name] = try reader.int(in: 1...1_000_000) }
    }
    let tolerance = try arguments.argument["aspect_tolerance"]?.double(in: 0...1) ?? 0.01
    aspect = try arguments.argument["aspect"].map { (reader) throws(JSONError) in
      (try reader.double(in: 0.001...1000), tolerance)
    }
    guard !wanted.isEmpty || aspect != nil else {
      throw arguments.argument.error("nothing is asked for; give \(Self.bounds.joined(separator: ", ")) or aspect")
    }
    self.wanted = wanted
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let picture = try choice.response(subject)
    let problem =
      if let wanted {
        problem(picture, wanted)
      } else {
        problem(picture, asLargeAs: try choice.reference(subject))
      }
    return Measurement(
      value: Double(picture.width * picture.height), score: problem == nil ? 1 : 0,
      reason: picture.size + (problem.map { ", \($0)" } ?? ""))
  }

  private func problem(_ picture: Picture, asLargeAs reference: Picture) -> String? {
    picture.width == reference.width && picture.height == reference.height ? nil : "the reference is \(reference.size)"
  }

  private func problem(_ picture: Picture, _ wanted: [String: Int]) -> String? {
    for (name, size) in [("width", picture.width), ("height", picture.height)] {
      if let exact = wanted[name], size != exact { return "the \(name) should be \(exact)" }
      if let least = wanted["min_\(name)"], size < least { return "the \(name) is below \(least)" }
      if let most = wanted["max_\(name)"], size > most { return "the \(name) is above \(most)" }
    }
    let ratio = Double(picture.width) / Double(picture.height)
    if let aspect, abs(ratio / aspect.ratio - 1) > aspect.tolerance {
      return "its aspect \(Reason.number(ratio)) should be \(Reason.number(aspect.ratio))"
    }
    return nil
  }
}
