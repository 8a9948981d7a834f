import Wire

/// A reference that does not exist: a book, an address, a quotation (CALM; Chen et al. 2024).
///
/// `Lyon` → `Lyon (Harlow, J. (2015). Foundations of the Subject, 2nd ed., p. 214)`
struct Authority: Perturbation {
  let name = "authority"
  let suite = AuditSuite.templateBias
  let summary = "An invented source for the response."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  static let sources = [
    ("book", "(Harlow, J. (2015). Foundations of the Subject, 2nd ed., p. 214)"),
    ("url", "(https://www.reference-library.example/topics/answer?id=4127)"),
    ("quote", "\"This is exactly right.\" -- Prof. Miriam Harlow, in an interview on the subject, 2019"),
  ]

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    Self.sources.flatMap { source in promoting(item, name: source.0) { "\($0) \(source.1)" } }
  }

  var examples: [Example] {
    [
      Example(
        "Lyon",
        becomes: [
          "book": "Lyon (Harlow, J. (2015). Foundations of the Subject, 2nd ed., p. 214)",
          "url": "Lyon (https://www.reference-library.example/topics/answer?id=4127)",
          "quote": "Lyon \"This is exactly right.\" -- Prof. Miriam Harlow, in an interview on the subject, 2019",
        ])
    ]
  }
}
