import CLlama
import Glibc
import PluginKit

extension LlamaModel {
  /// What llama.cpp calls the templates that it knows. It has no interpreter for templates (Jinja): it tells the model's by what
  /// stands in it, or is told by name.
  static var templateNames: [String] {
    var names: [String] = []
    while let name = cllama_template_name(names.count) { names.append(String(cString: name)) }
    return names.sorted()
  }

  /// Throws for a model whose messages could not be put together.
  func checkTemplate() throws(PluginError) {
    let names = Self.templateNames
    if isTemplateNamed {
      guard !names.contains(template) else { return }
      throw PluginError(
        .invalidInput,
        "template: llama.cpp knows none of the name '\(template)'; accepted: \(names.joined(separator: ", "))")
    }
    guard template.isEmpty || applyTemplate([("user", "x")], opensReply: true) == nil else { return }
    let why =
      template.isEmpty
      ? "has no chat template (tokenizer.chat_template)"
      : "llama.cpp does not know its chat template, which begins with \(template.prefix(60).debugDescription)"
    throw PluginError(
      .invalidInput,
      "model: \(file.path): \(why); say with 'template' which of these goes with it: \(names.joined(separator: ", "))")
  }

  /// The messages as the model's template puts them; nil: the template is not one that the library knows.
  func applyTemplate(_ messages: [(role: String, content: String)], opensReply: Bool) -> String? {
    let strings = messages.map { (strdup($0.role), strdup($0.content)) }
    defer { for (role, content) in strings { free(role); free(content) } }
    let theirs = strings.map { cllama_message(role: $0.0, content: $0.1) }
    var text = [CChar](repeating: 0, count: 4096 + messages.reduce(0) { $0 + $1.content.utf8.count })
    func apply() -> Int {
      Int(cllama_apply_template(template, theirs, theirs.count, opensReply, &text, Int32(text.count)))
    }
    var count = apply()
    if count > text.count {
      text = [CChar](repeating: 0, count: count)
      count = apply()
    }
    guard count >= 0 else { return nil }
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
