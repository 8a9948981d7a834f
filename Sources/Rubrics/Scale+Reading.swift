extension Scale {
  /// Why a judge's answer is not on the scale.
  public enum Misfit: Error, Sendable, Hashable {
    /// It is no number, or none of the labels.
    case notAnAnswer
    /// A number below the minimum or above the maximum.
    case outOfRange(Double)
    /// A number between two steps.
    case offStep(Double)
  }

  /// The value of one answer.
  ///
  /// White space around it and one final full stop are ignored. A number is digits with an optional sign and decimals, or such a
  /// number over the scale's own maximum (`8/10`); digits are ASCII, exponents are not accepted. A label is matched without
  /// regard to case.
  public func value(of token: some StringProtocol) -> Result<Double, Misfit> {
    var text = Substring(token).trimmed
    if case .labels(let labels) = kind {
      return Self.match(text, labels).map { .success($0.value) } ?? .failure(.notAnAnswer)
    }
    if text.hasSuffix(".") { text.removeLast() }
    guard let number = numerator(text) else { return .failure(.notAnAnswer) }
    return place(number)
  }

  /// The value of an answer that came as a number, as in JSON.
  public func value(of number: Double) -> Result<Double, Misfit> {
    guard number.isFinite, isNumeric else { return .failure(.notAnAnswer) }
    return place(number)
  }

  private static func match(_ text: Substring, _ labels: [Label]) -> Label? {
    let folded = text.lowercased()
    let short = folded.hasSuffix(".") ? String(folded.dropLast()) : folded
    return labels.first { $0.text.lowercased() == folded } ?? labels.first { $0.text.lowercased() == short }
  }

  /// The number in `8`, `8.0` or, for a maximum of 10, `8/10`.
  private func numerator(_ text: Substring) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first.flatMap({ Self.decimal($0.trimmed) }) else { return nil }
    switch parts.count {
    case 1: return first
    case 2: return Self.decimal(parts[1].trimmed) == maximum ? first : nil
    default: return nil
    }
  }

  /// Digits with an optional sign and decimals; `Double.init` alone would also take `nan`, `inf`, `0x1p3` and `1e9`.
  static func decimal(_ text: Substring) -> Double? {
    let longest = 32
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text
    guard let first = digits.utf8.first, let last = digits.utf8.last, digits.utf8.count <= longest else { return nil }
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    guard isDigit(first), isDigit(last), digits.utf8.allSatisfy({ isDigit($0) || $0 == 0x2E }) else { return nil }
    return Double(text)
  }

  private func place(_ number: Double) -> Result<Double, Misfit> {
    if isUnbounded { return number >= minimum ? .success(number) : .failure(.outOfRange(number)) }
    guard case .number(let minimum, let maximum, let step) = kind else { return .failure(.notAnAnswer) }
    guard number >= minimum, number <= maximum else { return .failure(.outOfRange(number)) }
    guard let step else { return .success(number) }
    // 0.3 is three steps of 0.1 although (0.3 - 0) / 0.1 is 2.9999999999999996.
    let steps = (number - minimum) / step
    let tolerance = 1e-9 * max(1, steps)
    return abs(steps - steps.rounded()) <= tolerance ? .success(number) : .failure(.offStep(number))
  }
}

extension Substring {
  /// Without white space at either end.
  var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
