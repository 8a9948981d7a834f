import JSON

/// Which picture of the response (and of the reference) an image check looks at: the common option `image`, counted from 1.
struct ImageChoice: Sendable {
  static let option = "image"
  private let number: Int

  init(_ arguments: Arguments) throws(JSONError) {
    number = try arguments.int(Self.option, default: 1, in: 1...10_000)
  }

  func response(_ subject: Subject) throws(Unscorable) -> Picture {
    guard number <= subject.images.count else {
      throw Unscorable(missing("the response", subject.images.count))
    }
    return subject.images[number - 1]
  }

  func reference(_ subject: Subject) throws(Unscorable) -> Picture {
    guard number <= subject.referenceImages.count else {
      throw Unscorable(missing("the reference", subject.referenceImages.count))
    }
    return subject.referenceImages[number - 1]
  }

  /// Both pictures, which must have the same size to be compared pixel by pixel.
  func pair(_ subject: Subject, for check: String) throws(Unscorable) -> (response: Picture, reference: Picture) {
    let (response, reference) = (try response(subject), try reference(subject))
    guard response.width == reference.width, response.height == reference.height else {
      throw Unscorable(
        "\(check) compares pixels, but the response is \(response.size) and the reference \(reference.size); "
          + "add {dimensions: $reference} as a criterion, or use phash, which takes any sizes")
    }
    return (response, reference)
  }

  private func missing(_ whose: String, _ count: Int) -> String {
    count == 0 ? "\(whose) has no image" : "\(whose) has \(Reason.count(count, "image")), not \(number)"
  }

  /// For the argument of checks that compare with the reference's picture.
  static func requireReference(_ reader: JSONReader) throws(JSONError) {
    guard reader.value.string == "$reference" else {
      throw reader.error(
        "expected $reference, the item's reference image, found \(reader.value.string ?? reader.value.kind)")
    }
  }
}
