/// The place of a value inside another, from the root: `items[2].prompt`, `criteria["a b"]`.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  public private(set) var description: String

  /// The root, written as the empty string.
  public init(_ description: String = "") { self.description = description }

  public subscript(index: Int) -> JSONPath { JSONPath("\(description)[\(index)]") }

  public subscript(key: String) -> JSONPath {
    let plain = !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-$".contains($0)) }
    guard plain else { return JSONPath("\(description)[\"\(key)\"]") }
    return JSONPath(description.isEmpty ? key : "\(description).\(key)")
  }
}
