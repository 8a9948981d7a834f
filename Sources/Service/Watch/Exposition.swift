/// Metrics in Prometheus' text format, version 0.0.4.
struct Exposition {
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// Names with their values, in the order they are written in.
  typealias Labels = [(name: String, value: String)]

  /// What the format is called in `Content-Type`.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var bytes: [UInt8] = []
  private var name = ""

  /// Begins a family of samples; those that follow belong to it. All of one family stand together.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    bytes += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n".utf8
  }

  /// A sample of the family.
  mutating func add(_ value: Double, _ labels: Labels = []) {
    add(value, labels, suffix: "")
  }

  /// A count of the family.
  mutating func add(_ value: Int, _ labels: Labels = []) { add(Double(value), labels) }

  /// A histogram of the family: cumulative counts up to each bound, then all, their sum and their number.
  mutating func add(_ histogram: Histogram, _ labels: Labels = []) {
    var count = 0
    for (bound, bucket) in zip(histogram.bounds, histogram.counts) {
      count += bucket
      add(Double(count), labels + [("le", Self.text(bound))], suffix: "_bucket")
    }
    add(Double(histogram.count), labels + [("le", "+Inf")], suffix: "_bucket")
    add(histogram.sum, labels, suffix: "_sum")
    add(Double(histogram.count), labels, suffix: "_count")
  }

  private mutating func add(_ value: Double, _ labels: Labels, suffix: String) {
    let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
    bytes += "\(name)\(suffix)\(pairs.isEmpty ? "" : "{\(pairs)}") \(Self.text(value))\n".utf8
  }

  private static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if let whole = Int(exactly: value) { return String(whole) }
    return value.description
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}

/// What tells one series of a family from the others.
protocol Labelled: Hashable {
  var labels: Exposition.Labels { get }
}

extension Dictionary where Key: Labelled {
  /// With their labels, in the order of these: the same page twice looks the same.
  var labelled: [(labels: Exposition.Labels, value: Value)] {
    map { (labels: $0.key.labels, value: $0.value) }
      .sorted { $0.labels.map(\.value).lexicographicallyPrecedes($1.labels.map(\.value)) }
  }
}
