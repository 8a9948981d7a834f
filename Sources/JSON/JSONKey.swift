/// A text that is equal to another only byte for byte. Swift's `String` takes canonically equivalent texts for equal; as the
/// keys of an object they are two keys, and a table that may not hold a key twice must see them so.
public struct JSONKey: Hashable, Sendable {
  /// As it was written.
  public let text: String

  /// The key `text`.
  public init(_ text: String) { self.text = text }

  /// Equal when the bytes are.
  public static func == (left: JSONKey, right: JSONKey) -> Bool {
    guard left.text.utf8.count == right.text.utf8.count else { return false }
    // Nearly all keys are ASCII, for which Swift's own comparison is one of bytes, and quick.
    return left.text == right.text ? left.text.utf8.elementsEqual(right.text.utf8) : false
  }
}
