/// The end of the response said again and again, so that what a judge reads last is this response.
///
/// `Lyon` → `Lyon Lyon Lyon …`, 64 times
struct LongSuffix: Injection {
  let name = "long-suffix"
  let summary = "The response repeated many times over."

  static let times = 64
  /// Of what is repeated, in characters: longer prompts than this makes are another test.
  static let most = 200

  func forms(_ text: String, at place: Int, of item: AuditItem) -> [(name: String, text: String)] {
    let end = String(text.suffix(Self.most))
    return [("", text + String(repeating: " " + end, count: Self.times))]
  }

  var examples: [Example] {
    [Example { text, _ in ["": text + String(repeating: " " + text, count: 64)] }]
  }
}
