/// Who asks, by the API key.
public struct KeyHolder: Sendable, Hashable {
  /// As the file of keys calls it; empty without keys.
  public var name: String
  /// Whether it may start jobs, and change what the server judges by.
  public var isAdmin: Bool

  /// Somebody with a key.
  public init(name: String, isAdmin: Bool) { (self.name, self.isAdmin) = (name, isAdmin) }

  /// Where there are no keys: whoever may ask at all may ask for everything.
  public static let anyone = KeyHolder(name: "", isAdmin: true)
}
