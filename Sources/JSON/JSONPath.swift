/// The place of a value inside another, from the root: `items[2].prompt`, `criteria["a b"]`.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  /// As error messages show it; empty for the root.
  public private(set) var description: String

  /// The root, written as the empty string.
  public init(_ description: String = "") { self.description = description }

  /// The element at `index`, counted from 0.
  public subscript(index: Int) -> JSONPath { JSONPath("\(description)[\(index)]") }

  /// The member `key`, in brackets and quotes where it holds more than ASCII letters, digits, `_`, `-` and `$`.
  public subscript(key: String) -> JSONPath {
    let plain = !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-$".contains($0)) }
    guard plain else { return JSONPath("\(description)[\"\(key)\"]") }
    return JSONPath(description.isEmpty ? key : "\(description).\(key)")
  }
}
