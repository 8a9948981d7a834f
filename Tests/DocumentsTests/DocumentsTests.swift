import JSON
import Testing

@testable import Documents

@Suite struct YAMLTests {
  /// Values by the core schema of YAML 1.2.2, §10.3.2.
  @Test func accepted() throws {
    let cases = try table("accepted.jsonl")
    #expect(cases.count > 50)
    for line in cases {
      let name = try #require(line["name"]?.string), text = try #require(line["text"]?.string)
      let document = try Document.parse(text, name: "t.yaml")
      #expect(document.root.value == line["value"], "\(name)")
    }
  }

  @Test func refused() throws {
    for line in try table("refused.jsonl") {
      let name = try #require(line["name"]?.string), text = try #require(line["text"]?.string)
      let error = #expect(throws: DocumentError.self, "\(name)") { try Document.parse(text, name: "t.yaml") }
      #expect(error?.description == line["error"]?.string, "\(name)")
    }
  }

  @Test func nulNamesItsLine() throws {
    let error = try #require(throws: DocumentError.self) { try Document.parse("a: 1\nb: x\u{0}y\n", name: "t.yaml") }
    #expect(error.description == "t.yaml:2:5: a NUL character; text must be UTF-8")
  }

  @Test func invalidUTF8NamesItsLine() throws {
    let error = try #require(throws: DocumentError.self) {
      try Document.parse(Array("a: é\nb: ".utf8) + [0xFF, 0xFE], name: "t.yaml")
    }
    #expect(error.description == "t.yaml:2:4: text must be UTF-8; these bytes are not")
    let wide = try #require(throws: DocumentError.self) {
      try Document.parse([0xFF, 0xFE, 0x61, 0x00], name: "t.yaml")
    }
    #expect(wide.line == 1)
  }

  @Test func limitsAreNamed() throws {
    var limits = DocumentLimits()
    limits.bytes = 20
    limits.values = 5
    limits.depth = 3
    func message(_ text: String, _ name: String = "t.yaml") throws -> String {
      try #require(throws: DocumentError.self) { try Document.parse(text, name: name, limits: limits) }.description
    }
    #expect(
      try message(String(repeating: "x", count: 21)) == "t.yaml: has 21 bytes; at most 20 are read (limit 'bytes')")
    #expect(try message("[1, 2, 3, 4, 5]") == "t.yaml:1:14: more than 5 values (limit 'values')")
    #expect(try message("[[[[1]]]]") == "t.yaml:1:5: nested deeper than 3 (limit 'depth')")
    #expect(try message("[1, 2, 3, 4, 5]", "t.json") == "t.json:1:14: more than 5 values (limit 'values')")
    #expect(try message("[[[[1]]]]", "t.json") == "t.json:1:5: nested deeper than 3 (limit 'depth')")
    #expect(try Document.parse("[[[1]]]", name: "t.yaml", limits: limits).root.value == [[[1]]])
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "? - "])
  func deepNestingIsAnErrorNotACrash(piece: String) {
    let text = String(repeating: piece, count: 50_000)
    #expect(throws: DocumentError.self) { try Document.parse(text, name: "t.yaml") }
  }
}

@Suite struct JSONFileTests {
  @Test func isParsedAsStrictJSON() throws {
    let text = #"{"a": [1, "\ud83d\ude00"], "b": null}"#
    #expect(try Document.parse(text, name: "t.json").root.value == ["a": [1, "😀"], "b": nil])
    let error = try #require(throws: DocumentError.self) { try Document.parse("{\n \"a\": NaN}", name: "t.json") }
    #expect(error.line == 2)
    #expect(error.description.hasPrefix("t.json:2:"))
    #expect(throws: DocumentError.self) { try Document.parse("name: x", name: "t.json") }
    #expect(throws: DocumentError.self) { try Document.parse(#"{"a": 1, "a": 2}"#, name: "t.json") }
  }
}

@Suite struct LocateTests {
  static let yaml = """
    name: x            # line 1
    scale: {min: 1,
      max: 5}
    criteria:
      - {name: a,
         wieght: 2}
      - name: b
        ask: >
          long
        "odd key": [1, 2]
    """
  static let json = """
    {"name": "x",
     "scale": {"min": 1,
      "max": 5},
     "criteria": [
      {"name": "a", "text": "é \\"} [",
       "wieght": 2},
      {"name": "b",
       "ask": "",
       "gap": 1,
       "odd key": [1, 2]}
    ]}
    """
  static let paths: [(path: String, line: Int)] = [
    ("", 1), ("name", 1), ("scale", 2), ("scale.max", 3), ("criteria", 4), ("criteria[0]", 5),
    ("criteria[0].wieght", 6),
    ("criteria[1].name", 7), ("criteria[1].ask", 8), ("criteria[1][\"odd key\"][1]", 10), ("criteria[1].weight", 7),
    ("criteria[1][\"odd key\"]", 10), ("criteria[1][\"odd", 7), ("criteria[x].name", 4), ("criteria[-1]", 4),
    ("nam", 1), ("names", 1), ("nothing.here", 1), ("criteria[7].name", 4), ("scale.maximum", 2),
  ]

  @Test(arguments: paths) func findsTheLineOfAPath(path: String, line: Int) throws {
    for (text, name) in [(Self.yaml, "t.yaml"), (Self.json, "t.json")] {
      let document = try Document.parse(text, name: name)
      #expect(document.locate(JSONError("wrong", path: path)).line == line, "\(name) \(path)")
    }
  }

  @Test func columnsCountCharacters() throws {
    let yaml = try Document.parse("{é: 1, b: 2}", name: "t.yaml")
    #expect(yaml.locate(JSONError("wrong", path: "b")).description == "t.yaml:1:8: b: wrong")
    let json = try Document.parse("{\"é\": 1, \"b\": 2}", name: "t.json")
    #expect(json.locate(JSONError("wrong", path: "b")).column == 10)
  }

  @Test func findingsComeInTheOrderOfTheFile() throws {
    let document = try Document.parse("b: 1\nweight: x\nnmae: y\n", name: "t.yaml")
    var findings = Findings()
    #expect(findings.optional(document.root, "weight") { (field) throws(JSONError) in try field.int() } == nil)
    #expect(findings.optional(document.root, "absent") { (field) throws(JSONError) in try field.int() } == nil)
    findings.refuseUnknown(in: document.root, accepted: ["name", "weight"])
    let errors = try #require(throws: DocumentErrors.self) { try document.report(findings) }
    #expect(
      errors.description == """
        t.yaml:1:1: b: unknown field 'b'; accepted: name, weight
        t.yaml:2:1: weight: expected a whole number, found a string
        t.yaml:3:1: nmae: unknown field 'nmae'; did you mean 'name'? accepted: name, weight
        """)
    try document.report(Findings())
  }
}

@Suite struct FindingsTests {
  @Test func thereIsALimitAndItIsSaid() throws {
    let text = (0..<5000).map { "key\($0): \n" }.joined()
    let document = try Document.parse(text, name: "t.yaml")
    var findings = Findings()
    findings.refuseUnknown(in: document.root, accepted: ["a"])
    let errors = try #require(throws: DocumentErrors.self) { try document.report(findings) }
    #expect(errors.errors.count == Findings.limit && errors.errors.last?.line == 100)
    #expect(errors.description.hasSuffix("\nthere may be more; only the first 100 errors are shown"))
  }
}

@Suite struct FileTests {
  @Test func whatCannotBeReadIsNamed() throws {
    func message(_ path: String) throws -> String {
      try #require(throws: DocumentError.self) { try Document.load(file: path) }.description
    }
    #expect(try message("/nowhere/rubric.yaml") == "/nowhere/rubric.yaml: cannot be read: No such file or directory")
    #expect(try message("/") == "/: is not a regular file")
    #expect(try message("/dev/zero") == "/dev/zero: is not a regular file")
    #expect(try message("a\u{0}b") == "a\u{0}b: a file name cannot hold a NUL character")
  }
}
