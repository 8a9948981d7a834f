import Documents
import JSON
import Wire

/// Fields that are right each by itself, and wrong together.
extension Rubric {
  /// For a rubric whose criteria are all computed.
  func refuseWhatOnlyAJudgeUses(_ root: JSONReader, _ findings: inout Findings) {
    for key in ["style", "instructions", "calls", "samples", "order", "sampling", "combine"] {
      guard let field = root[key] else { continue }
      findings.add(field.error("has no effect: every criterion is a check, so no judge is asked"))
    }
  }

  func checkAgainstStyle(_ root: JSONReader, _ findings: inout Findings) {
    if combine == .majority { refuseMajorityOnOpenScales(root, &findings) }
    guard let style else { return }
    if style.layouts[format] == nil {
      let place = root["format"] ?? root["style"] ?? root
      let accepted = style.formats.map(\.rawValue).joined(separator: ", ")
      findings.add(place.error("the style '\(style.reference)' cannot judge \(format.rawValue); accepted: \(accepted)"))
    }
    if calls == .together, asked.count > 1, !style.holdsSeveralQuestions {
      let place = root["calls"] ?? root["style"] ?? root
      findings.add(
        place.error(
          "the style '\(style.reference)' holds one answer a reply and there are \(asked.count) questions; "
            + "write 'calls: per-criterion'"))
    }
    if format == .pairwise, style.pattern.comparesPairs {
      for (place, criterion) in criteria.enumerated() where criterion.isGate && criterion.question != nil {
        let problem = "the style '\(style.reference)' compares pairs without scores, so a question cannot be a gate"
        findings.add(JSONError(problem, path: root.path["criteria"][place].description))
      }
    }
  }

  private func refuseMajorityOnOpenScales(_ root: JSONReader, _ findings: inout Findings) {
    let scales = asked.isEmpty ? [scale(in: format)] : asked.map { scale(of: $0, in: format) }
    if let open = scales.first(where: { !$0.isDiscrete }), let field = root["combine"] {
      findings.add(
        field.error(
          "a majority needs answers that can agree, and the scale is \(open.phrase); accepted here: mean, median"))
    }
  }
}
