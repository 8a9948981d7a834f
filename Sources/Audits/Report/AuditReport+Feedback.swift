import Calibration

/// The parts of the page that show conversations and examples.
extension AuditReport {
  var feedbackSection: String {
    CriticSubject.allCases.map(conversations).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func conversations(_ subject: CriticSubject) -> String {
    let held = arms.filter { $0.conversations > 0 && $0.arm.subject == subject }
    guard !held.isEmpty else { return "" }
    let most = held.map(\.arm.rounds).max() ?? 1
    var survival = Chart(
      "Survival of right \(subject.rawValue)s", x: 0...Double(most), y: 0...1,
      labels: ("round", "still right, without a lapse"))
    var accuracy = Chart("Right by round", x: 0...Double(most), y: 0...1, labels: ("round", "share that is right"))
    for (place, finding) in held.enumerated() {
      draw([(0, .value(1))] + points(finding.survival, from: 1), "l\(place + 1)", finding.arm.name, on: &survival)
      draw(points(finding.accuracy, from: 0), "l\(place + 1)", finding.arm.name, on: &accuracy)
    }
    let key = held.enumerated().map { "<span class=\"l\($0.offset + 1)\">● \($0.element.arm.name.escaped)</span>" }
    return """
      <h2>\(Self.title(subject))</h2>
      <p class="key">\(key.joined(separator: " "))</p>
      <div class="figures">\(survival.svg)
      \(accuracy.svg)
      \(flips(held))</div>
      \(armTable(held))
      <p class="soft">\(withoutVerdict(subject) ?? "")</p>
      """
  }

  static func title(_ subject: CriticSubject) -> String { "Feedback after the \(subject.rawValue)" }

  private func points(_ shares: [Shares], from first: Int) -> [(Double, Estimate)] {
    shares.enumerated().map { (Double($0.offset + first), $0.element.estimate(level: setting.level)) }
  }

  private func draw(_ points: [(Double, Estimate)], _ style: String, _ name: String, on chart: inout Chart) {
    chart.line(points.compactMap { point in point.1.number.map { (point.0, $0) } }, style)
    for (round, estimate) in points {
      guard let number = estimate.number else { continue }
      chart.dot(round, number, radius: 3, style, "\(name), round \(Int(round)): \(estimate.shownWithInterval)")
    }
  }

  /// Harmful and helpful flips in the last round, critic by critic.
  private func flips(_ held: [ArmFinding]) -> String {
    var chart = Chart(
      "Flips in the last round (left harmful, right helpful)", x: 0...Double(held.count + 1), y: 0...1,
      labels: ("critics, in the order of the key", "share"))
    for (place, finding) in held.enumerated() {
      for (shares, shift, style) in [(finding.harmful, 0.88, "after"), (finding.helpful, 1.12, "given")] {
        guard let estimate = shares.last?.estimate(level: setting.level), let number = estimate.number else { continue }
        let x = Double(place) + shift
        if let interval = estimate.interval { chart.whisker(at: x, interval.lower, interval.upper, style) }
        chart.dot(x, number, radius: 4, style, "\(finding.arm.name): \(estimate.shownWithInterval)")
      }
    }
    return chart.svg
  }

  private func armTable(_ held: [ArmFinding]) -> String {
    let rows = held.map { finding in
      func last(_ shares: [Shares]) -> String {
        shares.last?.estimate(level: setting.level).shownWithInterval ?? "–"
      }
      let p =
        neutral(beside: finding).map {
          finding.arm.intent == .neutral ? "" : Self.shownP(finding.test(against: $0).p).escaped
        } ?? ""
      return """
        <tr><td>\(finding.arm.name.escaped)</td><td class="n">\(last(finding.harmful))</td><td class="n">\(last(finding.helpful))</td>
        <td class="n">\(finding.targeted.estimate(level: setting.level).shown)</td><td class="n">\(finding.selectivity(setting).shownWithInterval)</td>
        <td>\(finding.oscillation(setting).shown)</td><td>\(finding.acknowledged.kept.estimate(level: setting.level).shown) /
        \(finding.acknowledged.changed.estimate(level: setting.level).shown)</td><td>\(p)</td>
        <td>\(finding.unscored.values.reduce(0, +))</td></tr>
        """
    }
    return """
      <table><tr><th>critic</th><th>harmful flips</th><th>helpful flips</th><th>targeted</th><th>selectivity</th>
      <th>oscillation</th><th>doubt said, kept / changed</th><th>p against neutral</th><th>unscored</th></tr>
      \(rows.joined(separator: "\n"))</table>
      """
  }

  var exhibitSection: String {
    guard !exhibits.isEmpty else { return "" }
    let parts = exhibits.map { exhibit in
      """
      <details><summary>\(exhibit.perturbation.escaped)\(exhibit.variant.isEmpty ? "" : " / \(exhibit.variant.escaped)") on
      \(exhibit.item.escaped): \(Self.change(exhibit))</summary>
      <p class="soft">Prompt</p><blockquote>\(exhibit.prompt.escaped)</blockquote>
      <div class="sides"><div><p class="soft">\(exhibit.before == nil ? "As it was" : "The response as it was")</p>
      <blockquote>\((exhibit.before ?? "").escaped)</blockquote><p class="soft">The judge</p>
      <blockquote>\(exhibit.cleanWords.escaped)</blockquote></div>
      <div><p class="soft">As it was changed</p><blockquote class="after">\((exhibit.after ?? "").escaped)</blockquote>
      <p class="soft">The judge</p><blockquote class="after">\(exhibit.words.escaped)</blockquote></div></div></details>
      """
    }
    return "<h2>Examples of what broke it</h2>\n" + parts.joined(separator: "\n")
  }

  /// What the decision became; what had to change may have stayed.
  private static func change(_ exhibit: Exhibit) -> String {
    let (before, after) = (exhibit.cleanDecision.escaped, exhibit.decision.escaped)
    return before == after ? "<b>\(after)</b> stayed" : "<b>\(before)</b> became <b>\(after)</b>"
  }

  var conversationSection: String {
    guard !conversations.isEmpty else { return "" }
    let parts = conversations.map { conversation in
      let rounds = conversation.rounds.enumerated().map { number, turn in
        """
        <p class="soft">Round \(number + 1), the critic</p><blockquote class="after">\(turn.remark.escaped)</blockquote>
        <p class="soft">The reply: \(turn.decision.escaped)</p><blockquote>\(turn.words.escaped)</blockquote>
        """
      }
      return """
        <details><summary>\(conversation.arm.escaped) on \(conversation.item.escaped): at first, and rightly,
        <b>\(conversation.first.escaped)</b>; at last <b>\((conversation.rounds.last?.decision ?? "").escaped)</b></summary>
        <p class="soft">At first</p><blockquote>\(conversation.firstWords.escaped)</blockquote>
        \(rounds.joined(separator: "\n"))</details>
        """
    }
    return "<h2>What was right and given up</h2>\n" + parts.joined(separator: "\n")
  }
}
