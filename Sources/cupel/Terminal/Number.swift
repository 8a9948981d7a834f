import Wire

/// Numbers as people read them.
enum Number {
  /// With `digits` decimals, rounded half away from zero.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.description }
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let scaled = (abs(value) * power).rounded()
    let whole = String(Int64(scaled / power))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + whole }
    let fraction = String(Int64(scaled) % Int64(power))
    return sign + whole + "." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// `62.5%`.
  static func percent(_ share: Double) -> String { fixed(100 * share, 1) + "%" }

  /// `1:02:03`, `4:05`.
  static func duration(seconds: Double) -> String {
    let total = Int(max(0, seconds).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(total % 60))" : "\(minutes):\(two(total % 60))"
  }

  /// With two to six decimals, and all that it has where it would else be nothing: `5.00`, `0.000745`.
  static func money(_ amount: Money) -> String {
    let rounded = amount.rounded(decimals: 6)
    let text = (rounded == .zero ? amount : rounded).decimal
    let decimals = text.split(separator: ".").dropFirst().first?.count ?? 0
    return text + (decimals == 0 ? "." : "") + String(repeating: "0", count: max(0, 2 - decimals))
  }

  /// `12,345`.
  static func grouped(_ number: Int) -> String {
    var digits = String(abs(number))
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }
}
