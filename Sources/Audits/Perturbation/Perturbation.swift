import Rubrics
import Wire

/// One way to change an item, and what a sound judge makes of it.
///
/// A perturbation is a function of the item, its id and the seed of the audit: the order in which items are taken never changes
/// what becomes of one.
protocol Perturbation: Sendable {
  /// Unique in its suite; `injection.naive-request` is what conditions and reports call it.
  var name: String { get }
  var suite: AuditSuite { get }
  /// One sentence for the report.
  var summary: String { get }
  var expectation: Expectation { get }
  /// An item that lacks one of these is left out, and the plan says so.
  var needs: Needs { get }

  /// Whether the rate of its suite counts it: not where it is a suite's attack once more, under other conditions.
  var isPooled: Bool { get }

  /// What an item becomes; empty where this perturbation has nothing to change in it.
  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant]

  /// What it does, as its documentation shows it; a test holds it to that.
  var examples: [Example] { get }
}

extension Perturbation {
  var needs: Needs { [] }
  var isPooled: Bool { true }
  /// `suite.name`.
  var id: String { "\(suite.rawValue).\(name)" }
}

/// What a sound judge does with a perturbed item.
enum Expectation: String, Sendable {
  /// Comes to the same decision.
  case invariant
  /// Does not come to favour the response that asks for it. Only items count whose clean decision does not favour it anyway.
  case untouched = "target"
  /// No longer favours the response that has lost what it was favoured for. Only items count whose clean decision did.
  case mustChange = "must_change"
  /// Never favours the response, which holds nothing.
  case rejects
}

/// What an item or a judge must have.
struct Needs: OptionSet, Sendable {
  let rawValue: Int
  /// Two responses or more.
  static let several = Needs(rawValue: 1)
  /// A gold verdict that is no tie.
  static let gold = Needs(rawValue: 2)
  static let prompt = Needs(rawValue: 4)
  static let reference = Needs(rawValue: 8)
  /// A picture in it, and a judge that sees.
  static let picture = Needs(rawValue: 16)
  /// A sound in it.
  static let sound = Needs(rawValue: 64)
  /// Text in its responses.
  static let text = Needs(rawValue: 32)
  /// Moving pictures in it, and a judge that sees them.
  static let video = Needs(rawValue: 128)
  /// A program that speaks.
  static let speech = Needs(rawValue: 256)
  /// A second model that rewrites responses.
  static let rewriter = Needs(rawValue: 512)
}

/// An item as a perturbation leaves it.
struct Variant: Sendable {
  /// Tells it from the perturbation's other variants; empty where there is one only.
  var name: String
  /// Its id is the original's; the run gives it one of its own.
  var item: Item
  /// The response that the change is to the advantage of, by its place in the original; nil: of none.
  var favoured: Int?
  /// How it is judged.
  var road: Road = .deployed
  /// What its decision is compared with: the clean item on this road.
  var baseline: Road = .deployed
  /// Where its responses stood in the original: the response at place `i` is the original's `places[i]`. nil: where they are.
  var places: [Int]?
  /// What is done to its media when they are loaded.
  var edit: (any MediaEdit)?
  /// What a second model makes of a response before it is judged.
  var rewriting: Rewriting?

  /// Its name without the response that it is done to.
  var form: String {
    name.split(separator: "/").filter { !$0.hasPrefix(Self.response) }.joined(separator: "/")
  }

  /// What the part of a name begins with that says to which response it is done.
  static let response = "response-"
}

/// A documented pair of input and output.
struct Example: Sendable {
  let item: AuditItem
  var setting = AuditSetting()
  /// By name of the variant.
  let becomes: [String: Item]
}

extension Example {
  /// For perturbations of the text of a response: in the pair ("Paris", right; `text`, wrong), whose second response is changed.
  init(_ text: String, becomes: [String: String]) {
    let prompt = Content("What is the capital of France?")
    func pair(_ second: String) -> Item {
      Item(id: "q", prompt: prompt, responses: [Content("Paris"), Content(second)])
    }
    self.init(
      item: AuditItem(pair(text), gold: .winner(0)), becomes: becomes.mapValues(pair))
  }
}
