/// The place of a value inside another, from the root: `items[2].prompt`, `criteria["a b"]`.
///
/// Readers make a path for every value they touch and hardly ever show one, so the text is put together only when asked for.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  private indirect enum Place: Sendable {
    case text(String)
    case element(of: Place, Int)
    case member(of: Place, String)
  }

  private let place: Place

  private init(_ place: Place) { self.place = place }

  /// A path as it is shown; the root is the empty string.
  public init(_ description: String = "") { place = .text(description) }

  /// The element at `index`, counted from 0.
  public subscript(index: Int) -> JSONPath { JSONPath(.element(of: place, index)) }

  /// The member `key`, in brackets and quotes where it holds more than ASCII letters, digits, `_`, `-` and `$`.
  public subscript(key: String) -> JSONPath { JSONPath(.member(of: place, key)) }

  /// As error messages show it; empty for the root.
  public var description: String { Self.text(place) }

  private static func text(_ place: Place) -> String {
    switch place {
    case .text(let text): return text
    case .element(let outer, let index): return "\(text(outer))[\(index)]"
    case .member(let outer, let key):
      let outside = text(outer)
      guard isPlain(key) else { return "\(outside)[\"\(key)\"]" }
      return outside.isEmpty ? key : "\(outside).\(key)"
    }
  }

  private static func isPlain(_ key: String) -> Bool {
    !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-$".contains($0)) }
  }

  /// Two paths are the same when they read the same.
  public static func == (left: JSONPath, right: JSONPath) -> Bool { left.description == right.description }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
