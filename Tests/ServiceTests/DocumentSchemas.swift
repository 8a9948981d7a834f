import JSON
import Service
import Testing

@testable import Checks

/// The schemas of `/openapi.json`, to hold what really comes and goes against.
struct DocumentSchemas {
  let document: JSONValue

  init(_ front: Front) async throws {
    let row = try RequestRow(JSONReader(["name": "document", "method": "GET", "path": "/openapi.json", "status": 200]))
    document = try JSONParser.parse(try await front.ask(row).body)
  }

  /// The operation that a request is about; nil for what is not in the document.
  private func operation(_ row: RequestRow) -> JSONValue? {
    let path = String(row.path.prefix { $0 != "?" })
    let paths = document["paths"]?.object?.members ?? []
    let found = paths.first { $0.key == path } ?? paths.first { Self.isLike($0.key, path) }
    return found?.value[row.method.lowercased()]
  }

  /// Whether `pattern` has the path's pieces, or names in braces in their place.
  private static func isLike(_ pattern: String, _ path: String) -> Bool {
    let (wanted, given) = (pattern.split(separator: "/"), path.split(separator: "/"))
    return wanted.count == given.count && zip(wanted, given).allSatisfy { $0 == $1 || $0.first == "{" }
  }

  /// An answer must be what the document says of its status.
  func check(_ came: Came, to row: RequestRow) throws {
    guard let operation = operation(row), row.method != "HEAD", came.status != 204 else { return }
    let responses = operation["responses"]
    var response = try #require(responses?[String(came.status)] ?? responses?["default"], "\(row.name)")
    if response["$ref"] == "#/components/responses/Fault" {
      response = try #require(document["components"]?["responses"]?["Fault"])
    }
    let type = came["Content-Type"] ?? ""
    let schema = try #require(response["content"]?[type]?["schema"], "\(row.name): \(type)")
    guard type.hasPrefix("application/") else { return }
    let values =
      type == "application/x-ndjson"
      ? try came.text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
      : [try JSONParser.parse(came.body)]
    for value in values {
      let problems = try problems(value, schema)
      #expect(problems.isEmpty, "\(row.name): \(problems) in \(came.text.prefix(1000))")
    }
  }

  /// A request that was answered must be one that the document allows; one that is not JSON is not looked at.
  func checkRequest(_ row: RequestRow, wasTaken: Bool) throws {
    guard wasTaken, let body = operation(row)?["requestBody"], let value = try? JSONParser.parse(row.body) else {
      return
    }
    let schema = try #require(body["content"]?["application/json"]?["schema"])
    let problems = try problems(value, schema)
    #expect(problems.isEmpty, "\(row.name): the request was answered, and the document refuses it: \(problems)")
  }

  private func problems(_ value: JSONValue, _ schema: JSONValue) throws -> [String] {
    // The document's own names, as definitions of one schema.
    let whole: JSONValue = ["allOf": [schema], "$defs": document["components"]?["schemas"] ?? [:]]
    let text = try JSONWriter.compact(whole).replacing("#/components/schemas/", with: "#/$defs/")
    let compiled = try JSONSchema(JSONReader(try JSONParser.parse(text)))
    return try compiled.problems(in: value, maxDepth: 100).first.map(\.description)
  }
}
