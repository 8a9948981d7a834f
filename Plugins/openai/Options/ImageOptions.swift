import JSON
import Media

/// How pictures are sent.
struct ImageOptions: Sendable, Hashable {
  /// What OpenAI's protocol calls the effort that goes into a picture.
  enum Detail: String, Sendable, CaseIterable { case auto, low, high }

  /// Files that are sent as they came; of other pictures the pixels go as PNG.
  var files: FileOptions
  /// nil: not sent.
  var detail: Detail?

  /// `nil` gives the defaults.
  init(_ reader: JSONReader?) throws(JSONError) {
    try reader?.allowOnly("max_original_bytes", "types", "detail")
    files = try FileOptions(fieldsOf: reader, kind: "image", types: ["image/png", "image/jpeg"], maxBytes: 8 << 20)
    detail = try reader?["detail"]?.choice()
  }

  /// Whether a file may be sent as it is.
  func takes(_ file: EncodedFile) -> Bool { files.takes(file) }
}
