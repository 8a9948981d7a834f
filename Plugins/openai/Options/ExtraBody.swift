import JSON

/// `extra_body`: members that a server knows and Cupel does not, such as `chat_template_kwargs`.
enum ExtraBody {
  /// What no request may have changed: what is asked, of whom, and how the answer comes.
  static let always = [
    "model", "messages", "input", "inputs", "prompt", "query", "queries", "documents", "texts", "text_1", "text_2",
    "stream", "stream_options", "n", "best_of",
  ]

  /// Reads the members; one that Cupel writes itself is an error, since a judgment says what Cupel wrote.
  static func read(_ field: JSONReader?, reserved: [String]) throws(JSONError) -> JSONObject {
    guard let field else { return JSONObject() }
    let extra = try field.object()
    for key in extra.keys where reserved.contains(key) {
      throw JSONError("'\(key)' is written by Cupel; \(instead(of: key))", path: field.path[key].description)
    }
    // Written once here, so that no call can fail of a number that JSON cannot express.
    do { _ = try JSONWriter.bytes(field.value) } catch { throw field.error(error.description) }
    return extra
  }

  private static func instead(of key: String) -> String {
    switch key {
    case "temperature", "top_p", "stop", "max_tokens", "max_completion_tokens":
      "say it under 'sampling' of the judge or the rubric"
    case "n", "best_of": "how many replies there are, the call says; see the option 'n'"
    case "logprobs", "top_logprobs": "see the option 'logprobs'"
    case "response_format", "structured_outputs", "guided_json", "guided_regex", "guided_choice", "regex",
      "json_schema":
      "see the option 'structured'"
    case "seed": "each call has its own"
    case "model": "see the option 'model'"
    default: "leave it out"
    }
  }
}
