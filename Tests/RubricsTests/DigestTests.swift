import JSON
import Testing

@testable import Rubrics

@Suite struct DigestTests {
  static let base = """
    name: d
    description: Is it right?
    scale: {min: 1, max: 5, anchors: {1: wrong, 5: right}}
    criteria:
      - {name: a, weight: 2, ask: Is it?}
      - {name: b, check: {word_count: {min: 1, max: 10}}}
    """

  /// The same rubric, written otherwise.
  static let same = [
    """
    # a comment
    criteria:
      - ask: Is it?
        name: a
        weight: 2.0
      - check:
          word_count: {max: 10.0, min: 1}
        name: b
        weight: 1
    scale:
      max: 5
      min: 1.0
      step: 1
      anchors:
        5: right
        "1": wrong
    description: >
      Is it
      right?
    version: 1
    name: "d"
    style: flex-judge@1
    samples: 1
    order: as-given
    combine: mean
    verdict: {from: words}
    calls: together
    format: pointwise
    sampling: {}
    instructions: ""
    """,
    """
    {"description": "Is it right?", "name": "d", "scale": {"max": 5, "min": 1, "anchors": {"1": "wrong", "5": "right"}},
     "criteria": [{"ask": "Is it?", "name": "a", "weight": 2}, {"check": {"word_count": {"max": 10, "min": 1}}, "name": "b"}]}
    """,
  ]

  /// One change each that makes another rubric of it.
  static let changes: [(from: String, to: String)] = [
    ("name: d", "name: e"), ("Is it right?", "Is it right"), ("max: 5,", "max: 5, step: 2,"), ("1: wrong", "1: Wrong"),
    ("name: a,", "name: c,"), ("weight: 2", "weight: 3"), ("Is it?", "Is that it?"),
    ("min: 1, max: 10", "min: 1, max: 11"),
    ("weight: 2", "weight: 2, required: true, threshold: 3"), ("name: b,", "name: b, required: true,"),
    ("weight: 2", "weight: 2, scale: {min: 1, max: 5}"), ("name: d", "name: d\nversion: 2"),
    ("name: d", "name: d\nsamples: 2"),
    ("name: d", "name: d\nstyle: json"), ("name: d", "name: d\nformat: pairwise"), ("name: d", "name: d\norder: both"),
    ("name: d", "name: d\ncombine: median"), ("name: d", "name: d\ncalls: per-criterion"),
    ("name: d", "name: d\ninstructions: Look twice."), ("name: d", "name: d\nsampling: {temperature: 0}"),
    ("name: d", "name: d\nsampling: {stop: []}"), ("name: d", "name: d\nverdict: {from: logprobs}"),
  ]

  @Test(arguments: same) func orderCommentsAndLayoutDoNotMatter(text: String) throws {
    let name = text.hasPrefix("{") ? "d.json" : "d.yaml"
    #expect(try Tree.rubric(text, name: name).digest == Tree.rubric(Self.base).digest)
  }

  @Test(arguments: changes) func contentDoes(from: String, to: String) throws {
    let changed = Self.base.replacing(from, with: to, maxReplacements: 1)
    #expect(changed != Self.base)
    #expect(try Tree.rubric(changed).digest != Tree.rubric(Self.base).digest)
  }

  @Test func theOrderOfCriteriaMatters() throws {
    let rubric = try Tree.rubric("criteria: [{name: a, ask: x?}, {name: b, ask: y?}]")
    let turned = try Tree.rubric("criteria: [{name: b, ask: y?}, {name: a, ask: x?}]")
    #expect(rubric.digest != turned.digest)
  }

  @Test func theWordingOfTheStyleIsPartOfIt() throws {
    let json = try Tree.text(Tree.rubrics + "/styles/json.yaml")
    #expect(json.contains("impartial"))
    let style = try self.style(json)
    let reworded = try self.style(json.replacing("impartial", with: "fair"))
    let commented = try self.style("# comment\n" + json)
    #expect(style.digest != reworded.digest)
    #expect(style.digest == commented.digest)
    #expect(try Tree.library.style("json").digest == style.digest)
  }

  private func style(_ text: String) throws -> Style { try Rubrics.Style(Tree.document(text)) }

  @Test func theNormalisedContentSaysEverything() throws {
    let base = try #require(Tree.rubric(Self.base).normalised.object)
    let whole = try #require(
      Tree.rubric(Self.base + "\nverdict: {from: logprobs}\nvideo_sound: true").normalised.object)
    #expect(Set(whole.keys) == Set(Rubric.fields))
    // Rubrics from before verdicts could come from elsewhere, and videos be heard, keep their digests.
    #expect(Set(base.keys) == Set(Rubric.fields).subtracting(["verdict", "video_sound"]))
  }
}
