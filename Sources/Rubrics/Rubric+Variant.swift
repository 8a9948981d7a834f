import JSON
package import Wire

/// Rubrics that differ from another in one respect, to find out whether a judge minds.
extension Rubric {
  /// With more text for the judge after what the rubric says itself.
  package func adding(instructions text: String) -> Rubric {
    copy(instructions: instructions.isEmpty ? text : "\(instructions)\n\n\(text)")
  }

  /// With `text` as the last words of the prompt, after everything that is to be judged; nil without a prompt.
  package func reminding(_ text: String) -> Rubric? {
    guard let style else { return nil }
    let layouts = style.layouts.mapValues { layout in
      Style.Layout(
        scale: layout.scale, task: layout.task, system: layout.system,
        user: Template(paragraphs: layout.user.paragraphs + [[.text(text)]]))
    }
    return copy(
      style: Style(
        name: style.name, version: style.version, description: style.description, pattern: style.pattern,
        holdsSeveralQuestions: style.holdsSeveralQuestions, reasons: style.reasons, sampling: style.sampling,
        layouts: layouts, verdicts: style.verdicts, digest: Digest.sha256("\(style.digest)\n\(text)")))
  }

  /// With its criteria asked in the opposite order; nil where there are no two that are asked.
  package var criteriaReversed: Rubric? { asked.count > 1 ? copy(criteria: criteria.reversed()) : nil }

  /// With the answers of its scale written as letters, lowest first; nil where it is not 2 to 10 whole steps of one scale for all
  /// that is asked.
  package func lettered(in format: JudgmentFormat) -> Rubric? {
    guard case .number(let minimum, let maximum, let step?) = scale(in: format).kind,
      asked.allSatisfy({ $0.scale == nil }), !(style?.pattern.comparesPairs == true && format == .pairwise)
    else { return nil }
    let count = Int(((maximum - minimum) / step).rounded()) + 1
    guard (2...10).contains(count) else { return nil }
    let letters = "ABCDEFGHIJ".prefix(count).map(String.init)
    let labels = letters.enumerated().map { Scale.Label($0.element, minimum + Double($0.offset) * step) }
    return copy(scale: Scale(labels: labels, anchors: scale(in: format).anchors))
  }

  private func copy(
    instructions: String? = nil, criteria: [Criterion]? = nil, style: Style? = nil, scale: Scale? = nil
  ) -> Rubric {
    let criteria = criteria ?? self.criteria
    var copy = Rubric(
      name: name, version: version, description: description, instructions: instructions ?? self.instructions,
      scale: scale ?? self.scale, style: style ?? self.style, format: format, calls: calls,
      criteria: criteria, asked: criteria.filter { $0.question != nil }, checked: criteria.filter { $0.check != nil },
      samples: samples, order: order, sampling: sampling, combine: combine,
      verdict: verdict, hearsVideos: hearsVideos, digest: digest, file: file)
    // Every number of a valid rubric is finite, so that it can be written; should one not be, the old digest tells no lie: it
    // stands beside what was changed.
    copy.digest = (try? Digest.sha256(copy.normalised)) ?? Digest.sha256("\(digest)\n\(copy.instructions)")
    return copy
  }
}
