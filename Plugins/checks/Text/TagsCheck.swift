import JSON

/// `tags: [think, answer]`: the response is `<think>…</think>` and then `<answer>…</answer>`, each once, in this order,
/// none empty, nothing but whitespace outside. In Python: `re.fullmatch(r"\s*<think>(.*?)</think>\s*<answer>(.*?)</answer>\s*")`
/// with every tag counted once.
struct TagsCheck: Check {
  static let kind = CheckKind("tags", options: ["outside", "empty"]) { (arguments) throws(JSONError) in
    try TagsCheck(arguments)
  }

  /// Whether text other than whitespace may stand outside the tags, or nothing inside them.
  enum Permission: String, Sendable, CaseIterable { case forbid, allow }

  private let tags: [(name: String, open: [UInt8], close: [UInt8])]
  private let outside: Permission
  private let empty: Permission

  init(_ arguments: Arguments) throws(JSONError) {
    var tags: [(name: String, open: [UInt8], close: [UInt8])] = []
    for reader in try arguments.argument.array() {
      let name = try reader.string()
      guard !name.isEmpty, name.utf8.allSatisfy({ Bytes.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }) else {
        throw reader.error("'\(name)' is not a tag name; write letters, digits, '-' and '_', without < and >")
      }
      guard !tags.contains(where: { $0.name == name }) else { throw reader.error("the tag '\(name)' stands twice") }
      tags.append((name, Array("<\(name)>".utf8), Array("</\(name)>".utf8)))
    }
    guard !tags.isEmpty else { throw arguments.argument.error("the list is empty; give at least one tag name") }
    self.tags = tags
    outside = try arguments.choice("outside", default: .forbid)
    empty = try arguments.choice("empty", default: .forbid)
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = try subject.responseText().bytes
    var rest = response[...]
    for tag in tags {
      if let problem = countProblem(tag.open, in: response) ?? countProblem(tag.close, in: response) {
        return Measurement(passed: false, problem)
      }
      guard let open = Bytes.firstIndex(of: tag.open, in: rest),
        let close = Bytes.firstIndex(of: tag.close, in: rest), open < close
      else { return Measurement(passed: false, "<\(tag.name)> is not where it should be") }
      let content = response[(open + tag.open.count)..<close]
      if outside == .forbid, !isBlank(rest[..<open]) {
        return Measurement(passed: false, "there is text before <\(tag.name)>: \"\(Text.excerpt(rest[..<open], 30))\"")
      }
      if empty == .forbid, isBlank(content) { return Measurement(passed: false, "<\(tag.name)> is empty") }
      rest = response[(close + tag.close.count)...]
    }
    if outside == .forbid, !isBlank(rest) {
      return Measurement(passed: false, "there is text after the last tag: \"\(Text.excerpt(rest, 30))\"")
    }
    return Measurement(passed: true, "the tags are in order: \(tags.map { "<\($0.name)>" }.joined(separator: " "))")
  }

  private func countProblem(_ tag: [UInt8], in response: [UInt8]) -> String? {
    let count = Bytes.count(of: tag, in: response[...])
    if count == 1 { return nil }
    let written = String(decoding: tag, as: UTF8.self)
    return count == 0 ? "\(written) is missing" : "\(written) stands \(count) times"
  }

  private func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool { PythonText.words(Array(bytes)).isEmpty }
}
