import Documents
import JSON

extension Findings {
  /// A list of paths; those that are not absolute start in `folder`.
  mutating func paths(_ reader: JSONReader, _ key: String, relativeTo folder: String) -> [String] {
    optional(reader, key) { (field) throws(JSONError) in
      var paths: [String] = []
      for element in try field.array() {
        let path = try element.string()
        guard !path.isEmpty else { throw element.error("must not be empty") }
        paths.append(path.hasPrefix("/") ? path : folder + path)
      }
      return paths
    } ?? []
  }

  /// One path; nil where the field is absent or wrong.
  mutating func path(_ reader: JSONReader, _ key: String, relativeTo folder: String) -> String? {
    optional(reader, key) { (field) throws(JSONError) in
      let path = try field.string()
      guard !path.isEmpty else { throw field.error("must not be empty") }
      return path.hasPrefix("/") ? path : folder + path
    }
  }

  /// A whole number in `range`; `standard` where the field is absent or wrong.
  mutating func int(_ reader: JSONReader, _ key: String, in range: ClosedRange<Int>, standard: Int) -> Int {
    optional(reader, key) { (field) throws(JSONError) in try field.int(in: range) } ?? standard
  }
}
