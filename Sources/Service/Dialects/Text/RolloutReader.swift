import JSON
import Wire

/// The options that all dialects share whose clients send text: how it becomes a rollout with its reference.
struct RolloutReader: Sendable, Hashable {
  static let fields = ["special_tokens", "label_pointer"]

  let split: PromptSplit
  /// The names on the way to the reference in a label that is an object or a list; nil: the label as it is.
  private let pointer: [String]?

  init(options: JSONReader) throws(JSONError) {
    split = PromptSplit(
      special: try options["special_tokens"].map { (field) throws(JSONError) in try SpecialTokens(field) } ?? .standard)
    pointer = try options["label_pointer"].map { (field) throws(JSONError) in try Self.pointer(field) }
  }

  /// `/answer/0`, as RFC 6901 has it.
  private static func pointer(_ field: JSONReader) throws(JSONError) -> [String] {
    let text = try field.string()
    guard text.first == "/" else { throw field.error("expected a JSON pointer such as \"/answer\", found '\(text)'") }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
  }

  /// What a label says of the right answer; nil where there is none. Text is taken as it is, other values as compact JSON.
  func reference(_ label: JSONReader?) -> Result<Content?, Unscored> {
    guard let label else { return .success(nil) }
    guard let pointer, label.value.object != nil || label.value.array != nil else { return Self.content(label.value) }
    var value = label.value
    for name in pointer {
      guard let next = value[name] ?? Self.element(name, of: value) else {
        let place = "/" + pointer.joined(separator: "/")
        return .failure(Unscored(.invalidInput, "the label has nothing at '\(place)' (option 'label_pointer')"))
      }
      value = next
    }
    return value.isNull ? .success(nil) : Self.content(value)
  }

  private static func element(_ name: String, of value: JSONValue) -> JSONValue? {
    guard let array = value.array, let index = Int(name), array.indices.contains(index) else { return nil }
    return array[index]
  }

  private static func content(_ value: JSONValue) -> Result<Content?, Unscored> {
    if let text = value.string { return .success(Content(text)) }
    do throws(JSONError) {
      return .success(Content(try JSONWriter.compact(value)))
    } catch {
      return .failure(Unscored(.invalidInput, "the label cannot be written as JSON: \(error)"))
    }
  }
}
