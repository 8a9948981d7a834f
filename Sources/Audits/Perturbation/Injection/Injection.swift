import Wire

/// Perturbations that add words to a response which speak to the judge, in each slot in turn.
///
/// Recipes after RobustJudge (Li et al. 2025); the words are ours.
protocol Injection: Perturbation {
  /// What a response becomes, by name of the variant; empty where there is one form only.
  func forms(_ text: String, at place: Int, of item: AuditItem) -> [(name: String, text: String)]
}

extension Injection {
  var suite: AuditSuite { .injection }
  var expectation: Expectation { .untouched }
  var needs: Needs { .text }

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    let isPair = item.item.responses.count > 1
    return item.item.responses.indices.flatMap { place in
      forms(item.item.responses[place].text, at: place, of: item).map { form in
        let slot = isPair ? "response-\(place)" : ""
        return Variant(
          name: [form.name, slot].filter { !$0.isEmpty }.joined(separator: "/"),
          item: item.item.rewriting(place) { _ in form.text }, favoured: place)
      }
    }
  }
}

extension Example {
  /// For injections: `text` stands for "Lyon" in the example's pair, and the change is made to each response in turn.
  init(injected change: (_ text: String, _ place: Int) -> [String: String]) {
    let pair = Example("Lyon", becomes: [:]).item
    var becomes: [String: Item] = [:]
    for (place, response) in pair.item.responses.enumerated() {
      for (form, text) in change(response.text, place) {
        becomes[(form.isEmpty ? "" : "\(form)/") + "response-\(place)"] = pair.item.rewriting(place) { _ in text }
      }
    }
    self.init(item: pair, becomes: becomes)
  }
}
