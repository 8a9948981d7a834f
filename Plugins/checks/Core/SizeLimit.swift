import JSON

/// A limit on the size of a text, as an option of the checks whose time or memory grows with it. Reaching it leaves the
/// criterion unscored and names the option.
struct SizeLimit: Sendable {
  static let tokens = "max_tokens"
  static let characters = "max_characters"
  /// For work that grows linearly.
  static let linear = 1_000_000
  /// For work that compares everything with everything.
  static let quadratic = 100_000

  /// The largest size that is accepted.
  let most: Int
  private let option: String

  init(_ arguments: Arguments, _ option: String, default most: Int = SizeLimit.linear) throws(JSONError) {
    self.option = option
    self.most = try arguments.int(option, default: most, in: 1...100_000_000)
  }

  func check(_ size: Int, of what: String) throws(Unscorable) {
    guard size > most else { return }
    throw Unscorable(
      "\(what) has more than \(option) \(most) \(option.dropFirst("max_".count)); raise \(option) to check it")
  }
}
