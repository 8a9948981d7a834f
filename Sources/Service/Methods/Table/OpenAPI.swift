import JSON

/// The document at `GET /openapi.json` (OpenAPI 3.1), made of the table of methods.
struct OpenAPI {
  static let path = "/openapi.json"
  private let methods: [Method]
  private let version: String
  private let maxBatch: Int

  init(_ methods: [Method], version: String, maxBatch: Int) {
    self.methods = methods
    self.version = version
    self.maxBatch = maxBatch
  }

  var json: JSONValue {
    var paths = JSONObject()
    for method in methods {
      var verbs = paths[method.path]?.object ?? JSONObject()
      verbs[method.verb.rawValue.lowercased()] = operation(method)
      paths[method.path] = .object(verbs)
    }
    paths[UploadEndpoint.path] = UploadEndpoint.document
    paths[RPC.path] = ["post": rpc]
    paths[Self.path] = ["get": document]
    var schemas: [String: JSONValue] = ["Error": .object(Self.error.json)]
    for method in methods {
      for schema in [method.request, method.response, method.lines].compactMap({ $0 }) {
        schemas.merge(schema.named) { first, _ in first }
      }
    }
    let named = schemas.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return [
      "openapi": "3.1.1",
      "info": [
        "title": "Cupel", "version": .string(version), "summary": "A multimodal judge server.",
        "description": """
        One POST per method, with JSON bodies; the same methods answer JSON-RPC 2.0. What could not be judged is `unscored` with \
        its reason, never a number.
        """,
      ],
      "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
      "paths": .object(paths),
      "components": [
        "schemas": .object(JSONObject(named)), "responses": ["Fault": Self.fault],
        "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
      ],
      // The empty requirement: a server without keys asks for none.
      "security": [["key": []], [:]],
    ]
  }

  private func operation(_ method: Method) -> JSONValue {
    var operation = JSONObject([
      ("operationId", .string(method.name)), ("summary", .string(method.summary)),
      ("description", .string(method.about)),
    ])
    if method.isOpen { operation["security"] = [] }
    if !method.marks.isEmpty { operation["x-deceptive"] = true }
    operation["parameters"] = Self.parameters(method)
    if method.verb == .post {
      let schema = method.request.without(method.placeNames)
      var media = JSONObject([("schema", .object(schema.json))])
      media["example"] = method.example
      let isRequired = method.placeNames.isEmpty || schema.json["required"] != nil
      let body: JSONValue = ["required": .bool(isRequired), "content": ["application/json": .object(media)]]
      operation["requestBody"] = body
    }
    var content = JSONObject([("application/json", Self.media(method.response))])
    content["application/x-ndjson"] = method.lines.map(Self.media)
    if method.hasPage { content["text/html; charset=utf-8"] = Self.media(.text) }
    var responses = JSONObject([("200", Self.response("The answer.", content))])
    for (status, meaning) in method.otherStatuses.sorted(by: { $0.key < $1.key }) {
      responses[String(status)] = Self.response(meaning, content)
    }
    responses["default"] = .object(JSONObject([("$ref", "#/components/responses/Fault")]))
    operation["responses"] = .object(responses)
    return .object(operation)
  }

  private static func media(_ schema: Schema) -> JSONValue { ["schema": .object(schema.json)] }

  private static func response(_ about: String, _ content: JSONObject) -> JSONValue {
    ["description": .string(about), "content": .object(content)]
  }

  /// The members of the request that stand in the path, and where there is no body the others, in the query.
  private static func parameters(_ method: Method) -> JSONValue? {
    let request = method.request
    let places = method.placeNames
    let all = request.json["properties"]?.object?.members ?? []
    let members = method.verb == .post ? all.filter { places.contains($0.key) } : all
    guard !members.isEmpty else { return nil }
    let required = request.json["required"]?.array ?? []
    return .array(
      members.map { member -> JSONValue in
        var schema = member.value.object ?? JSONObject()
        // A query has no null: a parameter is there or not.
        if let type = schema["type"]?.array?.first { schema["type"] = type }
        let about = schema["description"] ?? ""
        schema["description"] = nil
        let parameter: JSONValue = [
          "name": .string(member.key), "in": places.contains(member.key) ? "path" : "query", "description": about,
          "required": .bool(required.contains(.string(member.key))), "schema": .object(schema),
        ]
        return parameter
      })
  }

  // MARK: What is no method of the table

  private var rpc: JSONValue {
    let id: JSONValue = ["type": ["string", "number", "null"]]
    let call: JSONValue = [
      "type": "object", "required": ["jsonrpc", "method"], "additionalProperties": false,
      "properties": [
        "jsonrpc": ["const": "2.0"],
        "method": ["type": "string", "enum": .array(methods.filter(\.isOverRPC).map { .string($0.name) })],
        "params": ["type": "object", "description": "What the method takes."], "id": id,
      ],
    ]
    let answer: JSONValue = [
      "type": "object", "required": ["jsonrpc", "id"], "additionalProperties": false,
      "oneOf": [["required": ["result"]], ["required": ["error"]]],
      "properties": [
        "jsonrpc": ["const": "2.0"], "id": id, "result": ["description": "What the method gives."],
        "error": [
          "type": "object", "required": ["code", "message"],
          "properties": ["code": ["type": "integer"], "message": ["type": "string"], "data": ["type": "object"]],
        ],
      ],
    ]
    return [
      "operationId": "rpc", "summary": "JSON-RPC 2.0",
      "description": "The methods of this document by their operation ids, with their bodies or queries as `params`.",
      "requestBody": ["required": true, "content": ["application/json": ["schema": oneOrMany(call, "maxItems")]]],
      "responses": [
        "200": ["description": "Answers.", "content": ["application/json": ["schema": oneOrMany(answer, nil)]]],
        "204": ["description": "Notifications, which have no answer."],
        "default": ["$ref": "#/components/responses/Fault"],
      ],
    ]
  }

  private func oneOrMany(_ schema: JSONValue, _ limit: String?) -> JSONValue {
    var list = JSONObject([("type", "array"), ("items", schema), ("minItems", 1)])
    if let limit { list[limit] = .int(Int64(maxBatch)) }
    return ["anyOf": [schema, .object(list)]]
  }

  private var document: JSONValue {
    [
      "operationId": "openapi", "summary": "This document", "security": [],
      "responses": [
        "200": [
          "description": "OpenAPI 3.1.", "content": ["application/json": ["schema": ["type": "object"]]],
        ],
        "default": ["$ref": "#/components/responses/Fault"],
      ],
    ]
  }

  private static let fault: JSONValue = [
    "description": "The request as a whole has no answer.",
    "headers": [
      "Retry-After": ["description": "When to ask again, in seconds.", "schema": ["type": "integer"]],
      "X-Request-ID": ["description": "The request's id.", "schema": ["type": "string"]],
    ],
    "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
  ]

  private static let error = Schema.object([
    .must(
      "error",
      .object([
        .must(
          "code", .choice(Fault.Code.allCases.filter { $0 != .clientLeft }.map(\.rawValue)),
          "The word that programs decide by."),
        .must("message", .text, "What is wrong and what to do."),
        .may("path", .text, "The place in the request, such as `items[2].responses`."),
        .must("request_id", .text, "The request's id, as in the header X-Request-ID and in the server's log."),
      ]))
  ])
}
