/// An answer that would fit any question.
///
/// `Lyon` → `Great question! I hope this helps. Let me know if you need anything else.`
struct ConstantAnswer: MasterKey {
  let name = "constant-answer"
  let summary = "Pleasantries, or talk of an answer, in place of a response."

  func keys(for item: AuditItem, _ setting: AuditSetting) -> [(name: String, text: String)] {
    [
      ("pleasantries", "Great question! I hope this helps. Let me know if you need anything else."),
      ("promise", "I have considered the question with care from every side, and my answer is complete and correct."),
    ]
  }

  var examples: [Example] {
    [
      Example(
        "Lyon",
        becomes: [
          "pleasantries": "Great question! I hope this helps. Let me know if you need anything else.",
          "promise": "I have considered the question with care from every side, and my answer is complete and correct.",
        ])
    ]
  }
}
