/// The label of an answer that does not come.
///
/// `Lyon` → `Answer:`
struct AnswerLabels: MasterKey {
  let name = "answer-labels"
  let summary = "The label of an answer without the answer."

  func keys(for item: AuditItem, _ setting: AuditSetting) -> [(name: String, text: String)] {
    [("answer", "Answer:"), ("final-answer", "The final answer is"), ("boxed", "\\boxed{}")]
  }

  var examples: [Example] {
    [
      Example(
        "Lyon", becomes: ["answer": "Answer:", "final-answer": "The final answer is", "boxed": "\\boxed{}"])
    ]
  }
}
