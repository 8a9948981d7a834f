import JSON
import Judging

/// How a model is asked in words: the fields of kind chat.
struct ChatOptions: Sendable, Hashable {
  /// How a reply is held to the shape that the rubric expects.
  enum Structured: String, Sendable, CaseIterable {
    /// By the prompt alone.
    case none
    /// `response_format` with a JSON schema, for rubrics that are answered in JSON.
    case jsonSchema = "json_schema"
    /// `response_format` of type `json_object` with a schema beside it, as llama-cpp-python has it.
    case jsonObject = "json_object"
    /// vLLM's `structured_outputs` (since 0.11): JSON schema, or a regular expression for the other shapes.
    case vllm
    /// `guided_json` and `guided_regex`, as vLLM called them up to 0.11.
    case vllmGuided = "vllm_guided"
    /// SGLang: `response_format`, or `regex`.
    case sglang
  }

  /// How moving pictures are sent.
  enum Frames: String, Sendable, CaseIterable {
    /// Each as an image, with its moment in words.
    case images
    /// As one `video_url` that holds the frames, which vLLM reads.
    case videoURL = "video_url"
    /// As one `video_url` that holds the file as it came: the server chooses the frames.
    case file
  }

  /// Who speaks the system message.
  enum SystemRole: String, Sendable, CaseIterable { case system, developer, user }
  /// What the limit on a reply is called.
  enum MaxTokensField: String, Sendable, CaseIterable {
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
  }
  /// Settings that some servers refuse.
  enum Setting: String, Sendable, CaseIterable {
    case temperature, stop, seed
    case topP = "top_p"
  }

  /// The most replies that are asked for in one request; 1: one request each.
  var maxN: Int
  /// The largest `top_logprobs`; 0: log-probabilities are not offered.
  var maxTopLogprobs: Int
  var structured: Structured
  /// Text is always among them.
  var modalities: [JudgeDescription.Modality]
  var image: ImageOptions
  var video: FileOptions
  var sound: FileOptions
  var frames: Frames
  var systemRole: SystemRole
  var maxTokensField: MaxTokensField
  /// Not sent, whatever a call says.
  var omitted: [Setting]

  static let fields = [
    "n", "logprobs", "structured", "modalities", "image", "frames", "video", "sound", "system_role", "max_tokens_field",
    "omit",
  ]

  /// Reads its fields and passes over all others.
  init(_ reader: JSONReader) throws(JSONError) {
    maxN = try Self.maxN(reader["n"])
    maxTopLogprobs = try Self.maxTopLogprobs(reader["logprobs"])
    structured = try reader["structured"]?.choice() ?? .none
    modalities = try Self.modalities(reader["modalities"])
    image = try ImageOptions(reader["image"])
    frames = try reader["frames"]?.choice() ?? .images
    video = try FileOptions(reader["video"], kind: "video", types: ["video/mp4"], maxBytes: 64 << 20)
    sound = try FileOptions(reader["sound"], kind: "audio", types: ["audio/wav", "audio/mpeg"], maxBytes: 24 << 20)
    systemRole = try reader["system_role"]?.choice() ?? .system
    maxTokensField = try reader["max_tokens_field"]?.choice() ?? .maxTokens
    omitted = try Self.choices(reader["omit"])
    if let field = reader["image"], !modalities.contains(.image), !modalities.contains(.frames) {
      throw field.error("the judge is shown no pictures; add image or frames to 'modalities'")
    }
    if let field = reader["frames"], !modalities.contains(.frames) {
      throw field.error("the judge is shown no moving pictures; add frames to 'modalities'")
    }
    if let field = reader["video"], frames != .file {
      throw field.error("videos are not passed on as files; say 'frames: file' if the server takes them")
    }
    if let field = reader["sound"], !modalities.contains(.sound) {
      throw field.error("the judge is given no sound; add sound to 'modalities'")
    }
  }

  /// Members of a request's body that ``ExtraBody`` may not hold.
  var reserved: [String] {
    ExtraBody.always + ["temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed"]
      + ["logprobs", "top_logprobs"]
      + (structured == .none
        ? [] : ["response_format", "structured_outputs", "guided_json", "guided_regex", "regex", "json_schema"])
  }

  /// What `n: auto` asks for in one request at most.
  private static let autoN = 64
  /// What `logprobs: true` means: as many as OpenAI and vLLM give unless they are told otherwise.
  private static let usualTopLogprobs = 20

  private static func maxN(_ field: JSONReader?) throws(JSONError) -> Int {
    guard let field, field.value.string != "auto" else { return autoN }
    if field.value.string == "never" { return 1 }
    guard field.value.string == nil else {
      throw field.error("accepted: auto, never, or a whole number from 1 to 1024")
    }
    return try field.int(in: 1...1024)
  }

  private static func maxTopLogprobs(_ field: JSONReader?) throws(JSONError) -> Int {
    guard let field else { return 0 }
    if let flag = field.value.bool { return flag ? usualTopLogprobs : 0 }
    guard field.value.int != nil else {
      throw field.error("accepted: true, false, or how many alternatives the server gives")
    }
    return try field.int(in: 0...1024)
  }

  private static func modalities(_ field: JSONReader?) throws(JSONError) -> [JudgeDescription.Modality] {
    let named: [JudgeDescription.Modality] = try choices(field)
    return JudgeDescription.Modality.allCases.filter { $0 == .text || named.contains($0) }
  }

  private static func choices<Choice: RawRepresentable & CaseIterable>(
    _ field: JSONReader?
  ) throws(JSONError) -> [Choice] where Choice.RawValue == String {
    guard let field else { return [] }
    var choices: [Choice] = []
    for element in try field.array() { choices.append(try element.choice()) }
    return choices
  }
}
