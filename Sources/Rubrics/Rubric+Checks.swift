import Documents
import JSON
import Wire

/// Fields that are right each by itself, and wrong together.
extension Rubric {
  /// For a rubric whose criteria are all computed.
  func refuseWhatOnlyAJudgeUses(_ root: JSONReader, _ findings: inout Findings) {
    refuseWording(root, "every criterion is a check, so no judge is asked", &findings)
  }

  private func refuseWording(_ root: JSONReader, _ why: String, _ findings: inout Findings) {
    for key in ["style", "instructions", "calls", "samples", "order", "sampling", "combine", "verdict"] {
      guard let field = root[key] else { continue }
      findings.add(field.error("has no effect: \(why)"))
    }
  }

  /// For a rubric whose judge is a reward model: it gives one number for each response and reads nothing but the item.
  func refuseWhatNoRewardModelUses(_ root: JSONReader, _ findings: inout Findings) {
    refuseWording(root, "a reward model reads no words of a rubric and gives each response one number", &findings)
    var rewards = 0
    for (place, criterion) in criteria.enumerated() {
      let path = root.path["criteria"][place].description
      if criterion.question != nil {
        let problem = "a reward model answers no questions; leave out 'ask', or the unbounded scale and 'reward: true'"
        findings.add(JSONError(problem, path: path))
      }
      if criterion.isReward {
        rewards += 1
        if rewards > 1 { findings.add(JSONError("there is a reward already; a judge gives one number", path: path)) }
      }
      if scale?.isUnbounded == true { refuseWeights(criterion, path, &findings) }
    }
  }

  /// What has no bounds cannot be weighed; a gate needs a number for those that it stops.
  private func refuseWeights(_ criterion: Criterion, _ path: String, _ findings: inout Findings) {
    if criterion.check != nil, criterion.weight > 0 {
      findings.add(
        JSONError(
          "cannot be weighed with a score without bounds; make it a gate (required: true, weight: 0), or give the "
            + "rubric a scale with 'min' and 'max'", path: path))
    }
    if criterion.isGate, case .unbounded(nil) = scale?.kind {
      findings.add(
        JSONError(
          "a required criterion needs a score for what fails it; write 'scale: {unbounded: true, floor: …}' with a "
            + "number below all rewards", path: path))
    }
  }

  func checkAgainstStyle(_ root: JSONReader, _ findings: inout Findings) {
    if combine == .majority { refuseMajorityOnOpenScales(root, &findings) }
    if verdict.kind == .logprobs, let field = root["verdict"], let obstacle = obstacleToLogprobs(in: format) {
      findings.add(field.error(obstacle))
    }
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
