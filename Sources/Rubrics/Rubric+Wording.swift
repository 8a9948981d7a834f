extension Rubric {
  /// The slots of a prompt that follow from the rubric and the shape of the answer; the item's own slots (prompt, reference,
  /// responses, boundary) are added by whoever builds the call.
  public func slots(for shape: AnswerShape) -> [Template.Slot: String] {
    let shared = Set(shape.questions.map(\.scale)).count == 1
    return [
      .task: style?.layouts[shape.format]?.task ?? "",
      .rubric: description,
      .instructions: instructions,
      .criteria: criteriaWording(shape, withScales: !shared),
      .scale: shared && !shape.isComparison ? shape.questions[0].scale.wording : "",
      .answerFormat: shape.wording,
    ]
  }

  private func criteriaWording(_ shape: AnswerShape, withScales: Bool) -> String {
    let asked = shape.questions.compactMap { question in
      criteria.first { $0.name == question.name }?.question.map { (question, $0) }
    }
    return asked.map { question, text in
      guard withScales, !shape.isComparison else { return "- \(question.name): \(text)" }
      let scale = question.scale.wording.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
      return "- \(question.name): \(text)\n\(scale)"
    }.joined(separator: "\n")
  }
}
