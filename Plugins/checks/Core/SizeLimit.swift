import JSON

/// A limit on the size of a text, as an option of the checks whose time or memory grows with it. Reaching it leaves the
/// criterion unscored and names the option.
struct SizeLimit: Sendable {
  static let tokens = "max_tokens"
  static let characters = "max_characters"

  private let option: String
  private let limit: Int

  /// The default suits work that grows linearly; checks that compare everything with everything pass a smaller one.
  init(_ arguments: Arguments, _ option: String, default limit: Int = 10_000_000) throws(JSONError) {
    self.option = option
    self.limit = try arguments.int(option, default: limit, in: 1...1_000_000_000)
  }

  func check(_ size: Int, of what: String) throws(Unscorable) {
    guard size > limit else { return }
    let unit = option.dropFirst("max_".count)
    throw Unscorable("\(what) has \(size) \(unit), more than \(option) \(limit); raise \(option) to check it")
  }
}
