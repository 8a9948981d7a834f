import Documents
import JSON

extension Findings {
  mutating func int(_ reader: JSONReader, _ key: String, in range: ClosedRange<Int>) -> Int? {
    optional(reader, key) { (field) throws(JSONError) in try field.int(in: range) }
  }

  mutating func double(_ reader: JSONReader, _ key: String, in range: ClosedRange<Double>) -> Double? {
    optional(reader, key) { (field) throws(JSONError) in try field.double(in: range) }
  }

  mutating func bool(_ reader: JSONReader, _ key: String) -> Bool? {
    optional(reader, key) { (field) throws(JSONError) in try field.bool() }
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ reader: JSONReader, _ key: String, _ type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    optional(reader, key) { (field) throws(JSONError) in try field.choice(type) }
  }

  /// Text without white space at its ends, so that `>`, `|` and quotes in YAML mean the same rubric.
  mutating func text(_ reader: JSONReader, _ key: String) -> String? {
    optional(reader, key) { (field) throws(JSONError) in String(Substring(try field.string()).trimmed) }
  }

  /// Text that must not be empty when it is written.
  mutating func someText(_ reader: JSONReader, _ key: String) -> String? {
    optional(reader, key) { (field) throws(JSONError) in
      let text = Substring(try field.string()).trimmed
      guard !text.isEmpty else { throw field.error("must not be empty") }
      return String(text)
    }
  }

  /// A name as files, folders and results carry it.
  mutating func name(_ reader: JSONReader, _ key: String) -> String? {
    optional(reader, key) { (field) throws(JSONError) in
      let name = try field.string()
      guard Name.isValid(name) else { throw field.error("'\(name.prefix(100))' is no name; \(Name.rule)") }
      return name
    }
  }

  /// The list `key`; empty where it is absent or no list.
  mutating func list(_ reader: JSONReader, _ key: String) -> [JSONReader] {
    optional(reader, key) { (field) throws(JSONError) in try field.array() } ?? []
  }

  /// Adds an error where `key` is not there.
  mutating func require(_ reader: JSONReader, _ key: String, _ why: String = "") {
    if reader.value.object != nil, reader[key] == nil { add(reader.error("'\(key)' is missing\(why)")) }
  }
}

/// Names of rubrics, styles and criteria.
enum Name {
  static let longest = 64
  static let rule = "use up to \(longest) letters, digits, '-' and '_', starting with a letter or digit"

  static func isValid(_ name: String) -> Bool {
    let isAlphanumeric = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= longest else { return false }
    return name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }
}
