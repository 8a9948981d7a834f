import Configuration
import HTTPServing
import JSON
import Media
import Wire

/// `PUT /v1/media`: a file that later requests name by its address, so that a loop sends a picture once for all rollouts of it.
struct UploadEndpoint: Sendable {
  static let path = "/v1/media"
  let engine: Engine

  var endpoint: Endpoint {
    Endpoint(.put, Self.path, takesOnlyJSON: false) { (request, caller) throws(Fault) in
      try .json(try keep(request.body, for: caller))
    }
  }

  private func keep(_ bytes: [UInt8], for caller: Caller) throws(Fault) -> JSONValue {
    let generation = engine.generation
    guard generation.settings.media.uploads != nil else {
      throw Fault(.notUsable, "this server keeps no uploads (serve.media.uploads: none); send files as data: URLs")
    }
    guard !bytes.isEmpty else {
      throw Fault(.invalidRequest, "the body is empty; send the bytes of a picture, a video or a sound, as they are")
    }
    let largest = generation.workbench.configuration.limits.media.maxInputBytes
    guard bytes.count <= largest else {
      throw Fault(.tooLarge, "the file has \(bytes.count) bytes; max_input_bytes is \(largest)")
    }
    let type: String?
    do throws(Unscored) { type = try generation.media.type(of: bytes) } catch {
      throw Fault(.unsupportedMediaType, error.message)
    }
    let digest = Digest.sha256(bytes)
    guard generation.uploads.keep(bytes, digest: digest, for: caller.name) else {
      let limits = generation.settings.media.uploads ?? UploadStore.Limits()
      throw Fault(
        .tooLarge,
        "the file has \(bytes.count) bytes; serve.media.uploads has max_bytes_per_key = \(limits.maxBytesPerOwner) and max_bytes = "
          + "\(limits.maxBytes)")
    }
    var answer = JSONObject([
      ("address", .string(UploadStore.address(digest))), ("bytes", .int(Int64(bytes.count))),
    ])
    answer["media_type"] = type.map { .string($0) }
    return .object(answer)
  }

  /// The path in the document.
  static let document: JSONValue = [
    "put": [
      "operationId": "upload", "summary": "Send a file ahead of the requests that use it",
      "description": """
      The body is a picture, a video or a sound, as it is. The answer has its address, which content parts name in the place of a `data:` \
      URL. Only the key that sent a file may use its address. Files are kept in memory; the longest unused ones make room, so a client \
      that is told that an upload is not here sends it again.
      """,
      "requestBody": [
        "required": true, "content": ["application/octet-stream": ["schema": [:]]],
      ],
      "responses": [
        "200": [
          "description": "The file is kept.",
          "content": [
            "application/json": [
              "schema": [
                "type": "object", "required": ["address", "bytes"], "additionalProperties": false,
                "properties": [
                  "address": ["type": "string", "pattern": "^cupel:sha256:[0-9a-f]{64}$"],
                  "bytes": ["type": "integer", "minimum": 1],
                  "media_type": ["type": "string", "description": "As the bytes tell."],
                ],
              ]
            ]
          ],
        ],
        "default": ["$ref": "#/components/responses/Fault"],
      ],
    ]
  ]
}
