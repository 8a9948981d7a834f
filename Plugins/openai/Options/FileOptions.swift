import JSON
import Media

/// Which files a server takes as they came.
struct FileOptions: Sendable, Hashable {
  /// Larger ones are not sent.
  var maxOriginalBytes: Int
  /// Media types that the server reads.
  var types: [String]

  static let fields = ["max_original_bytes", "types"]

  /// The defaults where `reader` is nil. `kind` is what types begin with.
  init(_ reader: JSONReader?, kind: String, types: [String], maxBytes: Int) throws(JSONError) {
    try reader?.allowOnly("max_original_bytes", "types")
    try self.init(fieldsOf: reader, kind: kind, types: types, maxBytes: maxBytes)
  }

  /// The same beside fields of another's.
  init(fieldsOf reader: JSONReader?, kind: String, types: [String], maxBytes: Int) throws(JSONError) {
    maxOriginalBytes = try reader?["max_original_bytes"]?.int(in: 0...1 << 30) ?? maxBytes
    self.types = try reader?["types"].map { (field) throws(JSONError) in try Self.types(field, kind) } ?? types
  }

  /// Whether a file may be sent as it is.
  func takes(_ file: EncodedFile) -> Bool { obstacle(to: file) == nil }

  /// Why a file may not be sent as it is; nil where it may.
  func obstacle(to file: EncodedFile) -> String? {
    guard types.contains(file.mediaType) else {
      return "\(file.mediaType), and the judge is configured to take \(types.joined(separator: ", "))"
    }
    guard file.bytes.count <= maxOriginalBytes else {
      return "\(file.bytes.count) bytes large, over the judge's max_original_bytes = \(maxOriginalBytes)"
    }
    return nil
  }

  private static func types(_ field: JSONReader, _ kind: String) throws(JSONError) -> [String] {
    var types: [String] = []
    for element in try field.array() {
      let type = try element.string()
      let isPlain = type.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\",;\\".utf8.contains($0) }
      guard type.hasPrefix(kind + "/"), isPlain else {
        throw element.error("'\(type)' is not a media type that begins with \(kind)/, such as \(examples[kind] ?? "")")
      }
      types.append(type)
    }
    return types
  }

  private static let examples = ["image": "image/png", "video": "video/mp4", "audio": "audio/wav"]
}
