import CupelTesting
import Documents
import JSON
import Judging
import Wire

@testable import Grading
@testable import Rubrics

/// The shipped rubrics and styles, found from the tests' own place.
enum Shipped {
  static let root = Fixture.path("").split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
  static let library = RubricLibrary(folders: [root + "/Rubrics"], styleFolders: [root + "/Rubrics/styles"])
}

extension Rubric {
  /// A rubric from the text of its file, with the shipped styles.
  init(yaml: String) throws {
    let document = try Document.parse(yaml, name: "test.yaml")
    self = try Rubric(document, defaultName: "test") { name throws(StyleNotFound) in
      do throws(DocumentErrors) { return try Shipped.library.style(name) } catch {
        throw StyleNotFound(message: error.description)
      }
    }
  }
}

extension Pipeline {
  /// A pipeline over scripted judges; `checks` are the scores that every response gets, by criterion.
  init(
    _ yaml: String, judge: (any Judge)? = nil, checks: [String: Double]? = nil, options: Pipeline.Options = .init()
  ) throws {
    let scoring = checks.map { table in
      ScriptedJudge(ScriptedJudge.scoring) { _ in
        .scores(
          table.sorted { $0.key < $1.key }.map {
            CriterionScore(name: $0.key, .success(.init(value: $0.value, score: $0.value, reason: "given")))
          })
      }
    }
    try self.init(rubric: Rubric(yaml: yaml), judge: judge, checks: scoring, media: nil, options: options)
  }
}

extension Pipeline.Options {
  static func with(_ change: (inout Pipeline.Options) -> Void) -> Pipeline.Options {
    var options = Pipeline.Options()
    change(&options)
    return options
  }
}

extension Item {
  init(_ responses: String..., id: String = "q1", prompt: String? = "What is 6 × 7?", reference: String? = nil) {
    self.init(
      id: id, prompt: prompt.map { Content($0) }, responses: responses.map { Content($0) },
      reference: reference.map { Content($0) })
  }
}

extension JudgeCall {
  /// All text of the call.
  var text: String {
    messages.flatMap(\.parts).compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
  }
}
