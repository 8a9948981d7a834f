/// Numbers and counts as a reason writes them.
enum Reason {
  /// At most `digits` digits after the point, none that are zero: `0.25`, `3`.
  static func number(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.description }
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let rounded = (value * power).rounded() / power
    if rounded == rounded.rounded() { return String(Int64(rounded)) }
    return rounded.description
  }

  /// `1 word`, `2 words`.
  static func count(_ amount: Int, _ noun: String) -> String { "\(amount) \(noun)\(amount == 1 ? "" : "s")" }
}
