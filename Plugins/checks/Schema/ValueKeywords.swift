import Glibc
import JSON

/// `type`.
struct TypeKeyword: SchemaKeyword {
  private enum Name: String, CaseIterable { case null, boolean, object, array, number, string, integer }

  private let names: [String]

  static func read(_ source: SchemaSource, _: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    guard let reader = source["type"] else { return nil }
    var names: [String] = []
    for element in reader.value.array == nil ? [reader] : try reader.array() {
      names.append(try element.choice(Name.self).rawValue)
    }
    guard !names.isEmpty else { throw reader.error("the list is empty; give at least one type") }
    return TypeKeyword(names: names)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    if names.contains(where: { Self.fits(value, $0) }) { return true }
    return run.reject("expected \(names.joined(separator: " or ")), found \(value.kind)")
  }

  private static func fits(_ value: JSONValue, _ name: String) -> Bool {
    switch (value, name) {
    case (.null, "null"), (.bool, "boolean"), (.object, "object"), (.array, "array"), (.string, "string"),
      (.int, "integer"), (.int, "number"), (.number, "number"):
      true
    // Normalised integers are `.int` unless they do not fit 64 bits.
    case (.number(let number), "integer"): number == number.rounded()
    default: false
    }
  }
}

/// `enum` and `const`.
struct EnumKeyword: SchemaKeyword {
  private let values: Set<JSONValue>
  private let wanted: String

  static func read(_ source: SchemaSource, _: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    var sets: [[JSONValue]] = []
    if let reader = source["enum"] { sets.append(try reader.array().map(\.value)) }
    // `const: null` is a constant, not an absent keyword.
    if let constant = source.reader.value["const"] { sets.append([constant]) }
    guard let first = sets.first else { return nil }
    let all = sets.dropFirst().reduce(Set(first.map(SchemaValue.normalised))) {
      $0.intersection($1.map(SchemaValue.normalised))
    }
    let shown = (sets.last ?? first).prefix(8).map { (try? JSONWriter.compact($0)) ?? "" }.joined(separator: ", ")
    return EnumKeyword(values: all, wanted: Text(shown).excerpt(80))
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    values.contains(value) || run.reject("expected \(wanted)")
  }
}

/// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`.
struct NumberKeyword: SchemaKeyword {
  private enum Kind: String, CaseIterable { case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }

  private let rules: [(kind: Kind, bound: JSONValue)]

  static func read(_ source: SchemaSource, _: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    var rules: [(kind: Kind, bound: JSONValue)] = []
    for kind in Kind.allCases {
      guard let reader = source[kind.rawValue] else { continue }
      let bound = try reader.double()
      guard kind != .multipleOf || bound > 0 else { throw reader.error("multipleOf must be above 0, found \(bound)") }
      rules.append((kind, SchemaValue.normalised(reader.value)))
    }
    return rules.isEmpty ? nil : NumberKeyword(rules: rules)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    guard value.double != nil else { return true }
    var passed = true
    for (kind, bound) in rules where !Self.holds(kind, value, bound) {
      let (found, wanted) = (SchemaValue.text(value), SchemaValue.text(bound))
      passed = run.reject("\(found) breaks \(kind.rawValue) \(wanted)")
    }
    return passed
  }

  private static func holds(_ kind: Kind, _ value: JSONValue, _ bound: JSONValue) -> Bool {
    switch kind {
    case .minimum: !SchemaValue.isLess(value, bound)
    case .maximum: !SchemaValue.isLess(bound, value)
    case .exclusiveMinimum: SchemaValue.isLess(bound, value)
    case .exclusiveMaximum: SchemaValue.isLess(value, bound)
    case .multipleOf: isMultiple(value, bound)
    }
  }

  /// As Python's `jsonschema`: whole divisors by remainder, others by a quotient that is whole (0.0075 is a multiple of
  /// 0.0001, though not in binary), by the exact remainder where the quotient is too large.
  private static func isMultiple(_ value: JSONValue, _ divisor: JSONValue) -> Bool {
    if case .int(let whole) = value, case .int(let by) = divisor { return whole % by == 0 }
    guard let number = value.double, let by = divisor.double else { return true }
    if case .int = divisor { return fmod(number, by) == 0 }
    let quotient = number / by
    return quotient.isFinite ? quotient == quotient.rounded(.towardZero) : fmod(number, by) == 0
  }
}

/// `minLength`, `maxLength` (in code points) and `pattern`.
struct StringKeyword: SchemaKeyword {
  private let min: Int?
  private let max: Int?
  private let pattern: (pattern: Pattern, source: String)?

  static func read(_ source: SchemaSource, _: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    let (min, max) = (try source.count("minLength"), try source.count("maxLength"))
    let pattern = try source["pattern"].map { (reader) throws(JSONError) in
      (pattern: try SchemaSource.pattern(try reader.string(), reader), source: try reader.string())
    }
    return min == nil && max == nil && pattern == nil ? nil : StringKeyword(min: min, max: max, pattern: pattern)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    guard let text = value.string else { return true }
    let length = min == nil && max == nil ? 0 : text.unicodeScalars.count
    if let min, length < min { return run.reject("\(length) characters are below minLength \(min)") }
    if let max, length > max { return run.reject("\(length) characters are above maxLength \(max)") }
    guard let pattern else { return true }
    return pattern.pattern.matches(text, &run)
      || run.reject("\"\(Text(text).excerpt(30))\" does not match /\(Text(pattern.source).excerpt(40))/")
  }
}

extension Pattern {
  /// Whether the pattern is found; a limit ends the whole validation.
  func matches(_ text: String, _ run: inout SchemaRun) -> Bool {
    do {
      return try firstMatch(in: Array(text.utf8)) != nil
    } catch {
      switch error {
      case .limit(let limit): return run.fail("a pattern of the schema reached its limit of \(limit)")
      case .failed(let message): return run.fail("a pattern of the schema could not be matched: \(message)")
      }
    }
  }
}
