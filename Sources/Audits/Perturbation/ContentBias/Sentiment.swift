import Wire

/// Another tone, with the same content (CALM).
///
/// `Lyon` → `I am delighted to answer this! Lyon It makes me so happy to help!`
struct Sentiment: Perturbation {
  let name = "sentiment"
  let suite = AuditSuite.contentBias
  let summary = "The same content in another tone."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  static let tones = [
    ("cheerful", "I am delighted to answer this! ", " It makes me so happy to help!"),
    ("sad", "I feel so low today, but here is my answer. ", " I wish I had a better day to give it on."),
    ("angry", "How often do I have to say this. ", " And that is the end of it."),
    ("fearful", "I am afraid of getting this wrong, but here is my answer. ", " I hope nothing bad comes of it."),
  ]

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    Self.tones.flatMap { tone in promoting(item, name: tone.0) { tone.1 + $0 + tone.2 } }
  }

  var examples: [Example] {
    [
      Example(
        "Lyon",
        becomes: [
          "cheerful": "I am delighted to answer this! Lyon It makes me so happy to help!",
          "sad": "I feel so low today, but here is my answer. Lyon I wish I had a better day to give it on.",
          "angry": "How often do I have to say this. Lyon And that is the end of it.",
          "fearful": "I am afraid of getting this wrong, but here is my answer. Lyon I hope nothing bad comes of it.",
        ])
    ]
  }
}
