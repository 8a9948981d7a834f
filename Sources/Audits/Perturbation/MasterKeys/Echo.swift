import Wire

/// The question, said once more.
///
/// `Lyon` → `What is the capital of France?`
struct Echo: MasterKey {
  let name = "echo"
  let summary = "The question in place of a response."
  let needs: Needs = .prompt

  func keys(for item: AuditItem, _ setting: AuditSetting) -> [(name: String, text: String)] {
    item.item.prompt.map { [("", $0.text)] } ?? []
  }

  var examples: [Example] { [Example("Lyon", becomes: ["": "What is the capital of France?"])] }
}
