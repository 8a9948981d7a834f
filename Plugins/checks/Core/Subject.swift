/// A picture as checks see it: 8-bit RGB, row by row, without padding.
struct Picture: Sendable, Hashable {
  let width: Int
  let height: Int
  /// `width * height * 3` bytes.
  let rgb: [UInt8]

  /// Nil when the sizes do not fit together.
  init?(width: Int, height: Int, rgb: [UInt8]) {
    guard width > 0, height > 0 else { return nil }
    let (pixels, tooMany) = width.multipliedReportingOverflow(by: height)
    let (bytes, tooLong) = pixels.multipliedReportingOverflow(by: 3)
    guard !tooMany, !tooLong, rgb.count == bytes else { return nil }
    self.width = width
    self.height = height
    self.rgb = rgb
  }

  var size: String { "\(width)×\(height)" }
}

/// What is graded: one response, with the prompt it answers and, where there is one, the reference.
struct Subject: Sendable {
  var prompt: Text
  /// Nil when the response has no text part at all (a picture only).
  var response: Text?
  var images: [Picture]
  var reference: Text?
  var referenceImages: [Picture]
  var sounds: [SoundTrack] = []
  var referenceSounds: [SoundTrack] = []
  /// nil in the place of a video whose frames are not all of one size.
  var videos: [Footage?] = []
  var referenceVideos: [Footage?] = []
  /// What is known of each of the response's files, in their order.
  var facts: [[String: String]] = []

  init(
    prompt: Text = Text(""), response: Text? = nil, images: [Picture] = [], reference: Text? = nil,
    referenceImages: [Picture] = []
  ) {
    self.prompt = prompt
    self.response = response
    self.images = images
    self.reference = reference
    self.referenceImages = referenceImages
  }

  /// The response's text; without one a text check has nothing to look at.
  func responseText() throws(Unscorable) -> Text {
    guard let response else { throw Unscorable("the response has no text") }
    return response
  }
}
