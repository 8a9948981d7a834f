import JSON

/// Which file of the response a check of facts is about: the common option `file`, counted from 1 over all of them, whatever they hold; without
/// it, the first that has the fact.
struct FileChoice: Sendable {
  static let option = "file"
  private let number: Int?

  init(_ arguments: Arguments) throws(JSONError) {
    number = try arguments[Self.option].map { (reader) throws(JSONError) in try reader.int(in: 1...10_000) }
  }

  /// The value of a fact.
  func fact(_ key: String, _ subject: Subject) throws(Unscorable) -> String {
    let files = subject.facts
    guard let first = files.first else { throw Unscorable("the response has no file of which anything is known") }
    guard let number else {
      if let value = files.lazy.compactMap({ $0[key] }).first { return value }
      throw Self.missing(key, files.count == 1 ? "the response's file" : "any file of the response", first)
    }
    guard number <= files.count else {
      throw Unscorable("the response has \(Reason.count(files.count, "file")), not \(number)")
    }
    guard let value = files[number - 1][key] else {
      throw Self.missing(key, "file \(number) of the response", files[number - 1])
    }
    return value
  }

  private static func missing(_ key: String, _ whose: String, _ known: [String: String]) -> Unscorable {
    Unscorable("there is no fact '\(key)' of \(whose); known: \(known.keys.sorted().joined(separator: ", "))")
  }
}
