/// What an answer may be, and what it is worth. One value makes the wording in the prompt, the shape that structured output
/// may take, and the check of a judge's answer, so the three cannot disagree.
public struct Scale: Sendable, Hashable {
  /// The ways to answer: with a number, with a word, or with whatever number a reward model has.
  public enum Kind: Sendable, Hashable {
    /// A number from `minimum` to `maximum`, both included; `step` counts from `minimum`, nil allows any number between.
    case number(minimum: Double, maximum: Double, step: Double?)
    /// One of these words, from the lowest value to the highest.
    case labels([Label])
    /// Any number, as a reward model gives it. `floor` is below all that it gives: what a response is worth that fails a
    /// required criterion; nil where there is none.
    case unbounded(floor: Double?)
  }

  /// A word a judge may answer with, and the number it stands for.
  public struct Label: Sendable, Hashable {
    /// As it is written in the prompt; an answer is matched without regard to case.
    public let text: String
    /// What it counts.
    public let value: Double

    /// A label.
    public init(_ text: String, _ value: Double) {
      self.text = text
      self.value = value
    }
  }

  /// What one value means, in words.
  public struct Anchor: Sendable, Hashable {
    /// A value on the scale.
    public let value: Double
    /// What an answer of that worth is like.
    public let meaning: String

    /// An anchor.
    public init(_ value: Double, _ meaning: String) {
      self.value = value
      self.meaning = meaning
    }
  }

  /// Numbers or words.
  public let kind: Kind
  /// Meanings of values, in ascending order.
  public let anchors: [Anchor]

  /// A scale of numbers. `minimum` must be below `maximum`, and `step` positive; files are checked when they are read.
  public init(_ minimum: Double, _ maximum: Double, step: Double? = 1, anchors: [Anchor] = []) {
    kind = .number(minimum: minimum, maximum: maximum, step: step)
    self.anchors = anchors.sorted { $0.value < $1.value }
  }

  /// A scale of words.
  public init(labels: [Label], anchors: [Anchor] = []) {
    kind = .labels(labels.sorted { $0.value < $1.value })
    self.anchors = anchors.sorted { $0.value < $1.value }
  }

  /// The scale of a reward model whose numbers have no bounds.
  public static func unbounded(floor: Double? = nil) -> Scale { Scale(kind: .unbounded(floor: floor), anchors: []) }

  private init(kind: Kind, anchors: [Anchor]) {
    self.kind = kind
    self.anchors = anchors
  }

  /// The same answers with these meanings.
  func with(_ anchors: [Anchor]) -> Scale { Scale(kind: kind, anchors: anchors.sorted { $0.value < $1.value }) }

  /// 0 to 1 without steps: what computed checks score on.
  public static let fraction = Scale(0, 1, step: nil)
}

extension Scale {
  /// The lowest value; for an unbounded scale its floor, or minus infinity.
  public var minimum: Double {
    switch kind {
    case .unbounded(let floor): floor ?? -.infinity
    case .number(let minimum, _, _): minimum
    case .labels(let labels): labels.first?.value ?? 0
    }
  }

  /// The highest value; infinity for an unbounded scale.
  public var maximum: Double {
    switch kind {
    case .unbounded: .infinity
    case .number(_, let maximum, _): maximum
    case .labels(let labels): labels.last?.value ?? 1
    }
  }

  /// Where `value` lies between minimum (0) and maximum (1), so that values of different scales can be weighed together.
  /// An unbounded scale has no such place.
  public func fraction(of value: Double) -> Double { (value - minimum) / (maximum - minimum) }

  /// The value at `fraction` of the way from minimum to maximum.
  public func value(atFraction fraction: Double) -> Double { minimum + fraction * (maximum - minimum) }

  /// Whether answers are numbers rather than words.
  public var isNumeric: Bool { if case .labels = kind { false } else { true } }

  /// Whether any number is on it, so that nothing can be weighed against it.
  public var isUnbounded: Bool { if case .unbounded = kind { true } else { false } }

  /// Whether only certain values can be answered, which a majority vote needs.
  public var isDiscrete: Bool {
    switch kind {
    case .labels: true
    case .number(_, _, let step): step != nil
    case .unbounded: false
    }
  }
}
