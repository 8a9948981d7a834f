/// Reads metrics as strictly as the text format 0.0.4 is written: what Prometheus would refuse, or take for something else, is an error.
struct ExpositionReader {
  struct Sample: Hashable {
    let name: String
    let labels: [String: String]
    let value: Double
  }

  struct Family {
    let name: String
    var help: String?
    var kind: String?
    var samples: [Sample] = []
  }

  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  private(set) var families: [Family] = []

  init(_ text: String) throws(Broken) {
    guard text.isEmpty || text.hasSuffix("\n") else { throw Broken(description: "the last line has no end") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      do throws(Broken) { try read(String(line)) } catch { throw Broken(description: "\(error): \(line)") }
    }
    for family in families { try Self.check(family) }
  }

  subscript(_ name: String) -> Family? { families.first { $0.name == name } }

  /// The one sample of that name whose labels hold all of these; nil where there is none, or several.
  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    let found = families.flatMap(\.samples).filter { sample in
      sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
    }
    return found.count == 1 ? found[0].value : nil
  }

  private mutating func read(_ line: String) throws(Broken) {
    for (word, place) in [("# HELP ", \Family.help), ("# TYPE ", \Family.kind)] where line.hasPrefix(word) {
      let parts = line.dropFirst(word.count).split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2, Self.isName(parts[0], colons: true) else {
        throw Broken(description: "no name or no text")
      }
      if families.last?.name != parts[0] {
        guard self[parts[0]] == nil else { throw Broken(description: "a family stands in two places") }
        families.append(Family(name: parts[0]))
      }
      let last = families.count - 1
      guard families[last][keyPath: place] == nil else { throw Broken(description: "said twice") }
      guard families[last].samples.isEmpty else { throw Broken(description: "said after the samples") }
      families[last][keyPath: place] = parts[1]
      return
    }
    guard !line.hasPrefix("#") else { throw Broken(description: "a comment that is neither HELP nor TYPE") }
    let sample = try Self.sample(line)
    guard let family = families.last, family.kind != nil, family.help != nil else {
      throw Broken(description: "a sample without HELP and TYPE")
    }
    let suffixes = family.kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
    guard suffixes.contains(where: { sample.name == family.name + $0 }) else {
      throw Broken(description: "a sample outside of its family")
    }
    families[families.count - 1].samples.append(sample)
  }

  /// `name{label="value",…} number`.
  private static func sample(_ line: String) throws(Broken) -> Sample {
    var rest = line[...]
    let name = String(rest.prefix { $0 != "{" && $0 != " " })
    guard isName(name, colons: true) else { throw Broken(description: "no name") }
    rest = rest.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while rest.first != "}" {
        let label = String(rest.prefix { $0 != "=" })
        rest = rest.dropFirst(label.count)
        guard isName(label, colons: false), labels[label] == nil, rest.hasPrefix("=\"") else {
          throw Broken(description: "a label without a name, or one of two")
        }
        rest = rest.dropFirst(2)
        labels[label] = try quoted(&rest)
        guard rest.first == "}" || rest.first == "," else { throw Broken(description: "labels without an end") }
        if rest.first == "," { rest = rest.dropFirst() }
      }
      rest = rest.dropFirst()
    }
    guard rest.first == " ", let value = number(String(rest.dropFirst())) else {
      throw Broken(description: "no number")
    }
    return Sample(name: name, labels: labels, value: value)
  }

  private static func quoted(_ rest: inout Substring) throws(Broken) -> String {
    var value = ""
    while let character = rest.popFirst() {
      if character == "\"" { return value }
      guard character == "\\" else {
        value.append(character)
        continue
      }
      switch rest.popFirst() {
      case "\\": value.append("\\")
      case "\"": value.append("\"")
      case "n": value.append("\n")
      default: throw Broken(description: "an escape that there is not")
      }
    }
    throw Broken(description: "a value without an end")
  }

  private static func number(_ text: String) -> Double? {
    switch text {
    case "+Inf": .infinity
    case "-Inf": -.infinity
    case "NaN": .nan
    default: text.allSatisfy { "0123456789+-.eE".contains($0) } ? Double(text) : nil
    }
  }

  private static func isName(_ text: String, colons: Bool) -> Bool {
    guard let first = text.first, first.isASCII, !first.isNumber else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || colons && $0 == ":") }
  }

  // MARK: Whole families

  private static func check(_ family: Family) throws(Broken) {
    func fail(_ why: String) -> Broken { Broken(description: "\(family.name): \(why)") }
    guard let kind = family.kind, family.help != nil else { throw fail("no HELP or no TYPE") }
    guard ["counter", "gauge", "histogram"].contains(kind) else { throw fail("no such type") }
    guard (kind == "counter") == family.name.hasSuffix("_total") else { throw fail("counters end in _total") }
    var seen: Set<[String: String]> = []
    for sample in family.samples where !sample.name.hasSuffix("_sum") && !sample.name.hasSuffix("_count") {
      guard seen.insert(sample.labels).inserted else { throw fail("a series stands there twice") }
    }
    if kind == "counter" {
      guard family.samples.allSatisfy({ $0.value >= 0 }) else { throw fail("a counter below 0") }
    }
    if kind == "histogram" { try checkHistogram(family) }
  }

  private static func checkHistogram(_ family: Family) throws(Broken) {
    func fail(_ why: String) -> Broken { Broken(description: "\(family.name): \(why)") }
    let series = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
    for (_, samples) in series {
      let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
      let bounds = buckets.compactMap { number($0.labels["le"] ?? "") }
      guard bounds.count == buckets.count, bounds == bounds.sorted(), bounds.last == .infinity else {
        throw fail("buckets without a bound, out of order, or without +Inf")
      }
      let counts = buckets.map(\.value)
      guard counts == counts.sorted() else { throw fail("counts that fall") }
      let rest = samples.filter { !$0.name.hasSuffix("_bucket") }
      guard rest.count == 2, rest.first(where: { $0.name.hasSuffix("_count") })?.value == counts.last,
        rest.contains(where: { $0.name.hasSuffix("_sum") })
      else { throw fail("no sum, or a count that is not the last bucket's") }
    }
  }
}
