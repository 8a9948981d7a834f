import Audits
import Configuration
import JSON
import Judging
import Wire

/// A critic of the configuration that is ready to speak.
struct DeceptiveRoute: Sendable {
  let settings: DeceptiveSettings
  let critic: AnswerCritic

  /// Throws at what stands in the configuration that is not known, or does not fit together.
  init(_ settings: DeceptiveSettings) throws(JSONError) {
    let reader = JSONReader(
      ["intent": .string(settings.intent), "knowledge": .string(settings.knowledge)], path: settings.jsonPath)
    let intent = try reader.require("intent").choice(CriticIntent.self)
    let knowledge = try reader.require("knowledge").choice(CriticKnowledge.self)
    do throws(AuditError) { critic = try AnswerCritic(intent, knowledge) } catch {
      throw JSONError(error.description, path: settings.jsonPath["knowledge"].description)
    }
    if (knowledge == .parametric) != (settings.judge != nil) {
      throw JSONError(
        knowledge == .parametric
          ? "'judge' is missing: a parametric critic says what a model believes or makes up; name a judge of the configuration"
          : "a critic whose knowledge is \(knowledge.rawValue) asks no model; leave 'judge' out",
        path: settings.jsonPath.description)
    }
    self.settings = settings
  }

  /// Throws where its judge is not there or cannot speak.
  func check(in generation: Generation) throws(Fault) {
    guard let name = settings.judge, let judge = try generation.judge(named: name) else { return }
    guard judge.judge.description.kind == .generative else {
      throw Fault(.notUsable, "judge '\(name)' gives numbers; a critic has to answer in words")
    }
  }

  /// What stands on everything that comes from here.
  var mark: JSONValue {
    [
      "route": .string(settings.path), "intent": .string(critic.intent.rawValue),
      "knowledge": .string(critic.knowledge.rawValue), "warning": .string(Self.warning),
    ]
  }

  /// For `GET /v1/judges`.
  var card: JSONValue {
    var object = JSONObject([
      ("path", .string(settings.path)), ("intent", .string(critic.intent.rawValue)),
      ("knowledge", .string(critic.knowledge.rawValue)),
    ])
    object["judge"] = settings.judge.map { .string($0) }
    return .object(object)
  }

  static let warning = """
    This is no judgment. A critic that was told how to behave, and may mislead on purpose, wrote it to try an agent; never train on it or \
    report it as a score.
    """

  /// The header that stands on every answer.
  static let header = "X-Cupel-Deceptive"
}
