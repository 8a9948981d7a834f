import Testing

@testable import Rubrics

@Suite struct TemplateTests {
  @Test func fillsSlotsAndKeepsTheRest() throws {
    let template = try Template("Judge {rubric}.\n\n{{not a slot}}\n{responses}\n")
    #expect(template.render([.rubric: "R", .responses: "a\n\nb"]) == "Judge R.\n\n{not a slot}\na\n\nb")
    #expect(template.slots == [.rubric, .responses])
  }

  @Test func whatIsPutInIsNeverReadAgain() throws {
    let template = try Template("{prompt}\n\n{responses}")
    let filled = template.render([.prompt: "{responses}{{", .responses: "{scale} {prompt} }}"])
    #expect(filled == "{responses}{{\n\n{scale} {prompt} }}")
  }

  @Test func aParagraphGoesWithItsSlots() throws {
    let template = try Template("# Prompt\n{prompt}\n\n# Reference\n{reference}\n\n\n\nplain\n\n{rubric} {criteria}")
    #expect(template.render([.prompt: "p", .criteria: "c"]) == "# Prompt\np\n\nplain\n\n c")
    #expect(template.render([:]) == "plain")
  }

  @Test func segmentsLeaveRoomForMedia() throws {
    let template = try Template("a {responses}\n\n{reference}")
    #expect(template.segments { $0 == .slot(.reference) } == [.text("a "), .slot(.responses)])
  }

  @Test func doubledBracesBesideASlot() throws {
    #expect(try Template("{{{rubric}}}").render([.rubric: "R"]) == "{R}")
  }

  @Test func factsMayBeNamed() throws {
    let template = try Template("{facts}\n\n# Known\n{facts: codec, frame_rate}\n\n{prompt}")
    #expect(template.allSlots == [.facts, .facts, .prompt])
    #expect(
      template.segments { $0 == .facts([]) } == [
        .text("# Known\n"), .facts(["codec", "frame_rate"]), .text("\n\n"), .slot(.prompt),
      ])
  }

  @Test(arguments: ["", "\n\n", "  \n"]) func nothingIsNothing(text: String) throws {
    #expect(try Template(text).render([:]) == "")
  }

  static let broken: [(text: String, message: String)] = [
    ("{respnses}", "line 1 of the text: unknown slot 'respnses'; did you mean 'responses'? accepted: "),
    ("a\n\nb\n{Rubric}", "line 4 of the text: unknown slot 'Rubric'; did you mean 'rubric'? accepted: "),
    (
      "{facts: a,, b}",
      "line 1 of the text: {facts: a,, b} names no fact; accepted: {facts}, or {facts: codec, duration}"
    ),
    ("{facts:}", "line 1 of the text: {facts:} names no fact"),
    ("{rubric: a}", "line 1 of the text: unknown slot 'rubric: a'"),
    ("{}", "line 1 of the text: unknown slot ''; accepted: "),
    ("{rubric", "line 1 of the text: '{' belongs to no slot; write '{{' for the character itself"),
    ("{rub\nric}", "line 1 of the text: '{' belongs to no slot"),
    ("x }", "line 1 of the text: '}' belongs to no slot; write '}}' for the character itself"),
  ]

  @Test(arguments: broken) func saysWhatIsWrong(text: String, message: String) throws {
    let problem = try #require(throws: Template.Problem.self) { try Template(text) }
    #expect(problem.message.hasPrefix(message), "\(problem.message)")
  }
}
