/// A picture in SVG with two axes. Colours are the page's: `ink`, `soft`, `mark`, `other`.
package struct Chart {
  private let title: String
  private let x, y: ClosedRange<Double>
  private var marks: [String] = []

  private static let (width, height) = (420.0, 320.0)
  private static let (left, right, top, bottom) = (46.0, 12.0, 12.0, 40.0)

  /// `labels` are those of the axes.
  package init(_ title: String, x: ClosedRange<Double>, y: ClosedRange<Double>, labels: (x: String, y: String)) {
    (self.title, self.x, self.y) = (title, x, y)
    axes(labels)
  }

  private func across(_ value: Double) -> Double {
    Self.left + (value - x.lowerBound) / (x.upperBound - x.lowerBound) * (Self.width - Self.left - Self.right)
  }

  private func up(_ value: Double) -> Double {
    Self.height - Self.bottom
      - (value - y.lowerBound) / (y.upperBound - y.lowerBound) * (Self.height - Self.top - Self.bottom)
  }

  /// About five round places within a range.
  private static func ticks(_ range: ClosedRange<Double>) -> [Double] {
    let rough = (range.upperBound - range.lowerBound) / 5
    var unit = 1.0
    while unit > rough { unit /= 10 }
    while unit * 10 <= rough { unit *= 10 }
    let step = [1, 2, 2.5, 5, 10].map { $0 * unit }.first { $0 >= rough * (1 - 1e-9) } ?? unit
    let (first, last) = ((range.lowerBound / step - 1e-9).rounded(.up), (range.upperBound / step + 1e-9).rounded(.down))
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// Without zeros at its end.
  private static func short(_ value: Double) -> String {
    var text = Shown.number(value)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private mutating func axes(_ labels: (x: String, y: String)) {
    for value in Self.ticks(x) {
      line([(value, y.lowerBound), (value, y.upperBound)], "grid")
      text(Self.short(value), across(value), Self.height - Self.bottom + 16, "middle")
    }
    for value in Self.ticks(y) {
      line([(x.lowerBound, value), (x.upperBound, value)], "grid")
      text(Self.short(value), Self.left - 6, up(value) + 4, "end")
    }
    text(labels.x, Self.left + (Self.width - Self.left - Self.right) / 2, Self.height - 6, "middle")
    let middle = Self.top + (Self.height - Self.top - Self.bottom) / 2
    marks.append(
      "<text transform=\"translate(12 \(Self.place(middle))) rotate(-90)\" text-anchor=\"middle\">\(labels.y.escaped)</text>"
    )
  }

  private static func place(_ value: Double) -> String { Shown.number(value) }

  private mutating func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String) {
    marks.append(
      "<text x=\"\(Self.place(x))\" y=\"\(Self.place(y))\" text-anchor=\"\(anchor)\">\(text.escaped)</text>")
  }

  /// A line through places.
  package mutating func line(_ places: [(Double, Double)], _ style: String) {
    let points = places.map { "\(Self.place(across($0.0))),\(Self.place(up($0.1)))" }.joined(separator: " ")
    marks.append("<polyline class=\"\(style)\" points=\"\(points)\"/>")
  }

  /// A dot with a remark that is shown under the pointer.
  package mutating func dot(_ x: Double, _ y: Double, radius: Double, _ style: String, _ remark: String) {
    marks.append(
      "<circle class=\"\(style)\" cx=\"\(Self.place(across(x)))\" cy=\"\(Self.place(up(y)))\" r=\"\(Self.place(radius))\">"
        + "<title>\(remark.escaped)</title></circle>")
  }

  /// From `low` to `high` at one place.
  package mutating func whisker(at x: Double, _ low: Double, _ high: Double, _ style: String) {
    line([(x, low), (x, high)], style)
  }

  /// A bar from the lower end of the axis, of so much of its height.
  package mutating func bar(_ from: Double, _ to: Double, height: Double, _ remark: String) {
    let (left, right) = (across(from), across(to))
    let size = height * (Self.height - Self.top - Self.bottom)
    marks.append(
      "<rect class=\"bar\" x=\"\(Self.place(left))\" y=\"\(Self.place(Self.height - Self.bottom - size))\" "
        + "width=\"\(Self.place(right - left))\" height=\"\(Self.place(size))\"><title>\(remark.escaped)</title></rect>"
    )
  }

  package var svg: String {
    """
    <figure><figcaption>\(title.escaped)</figcaption>
    <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(title.escaped)">
    \(marks.joined(separator: "\n"))
    </svg></figure>
    """
  }
}

extension String {
  /// As text of a page: what comes from files may hold anything.
  package var escaped: String {
    var result = ""
    for character in self {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }
}
