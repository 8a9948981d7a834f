import JSON
import Judging
import Wire

/// Finds out by asking what stands behind a judge's URL: `cupel judge probe`. Every step is bounded in time; what fails is never
/// reported as support, and nothing is taken for granted because of the server's name.
struct Probe {
  let options: Options
  let session: ProbeSession
  /// Members of the configuration that were seen to work.
  var found = JSONObject()
  private var findings: [ProbeReport.Finding] = []

  init(_ options: Options, delivery: any Delivering, milliseconds: Int) {
    self.options = options
    session = ProbeSession(options, delivery: delivery, milliseconds: milliseconds)
  }

  /// All steps. Throws where the server cannot be reached, or does not take the key: then nothing can be found out.
  mutating func run() async throws(Unscored) -> ProbeReport {
    try await models()
    let works =
      switch options.endpoint {
      case .chat(let chat): await self.chat(chat)
      case .reward(let reward): await self.reward(reward)
      }
    await endpoints()
    return ProbeReport(
      findings: findings, usage: await session.usage, options: works ? options.configuration(with: found) : nil)
  }

  mutating func note(_ name: String, _ status: ProbeReport.Status, _ detail: String) {
    findings.append(ProbeReport.Finding(name, status, detail))
  }

  /// Notes an outcome: `read` says what an answer means.
  mutating func note<Value>(
    _ name: String, _ outcome: ProbeSession.Outcome<Value>, _ read: (Value) -> (ProbeReport.Status, String)
  ) {
    switch outcome {
    case .answered(let value):
      let (status, detail) = read(value)
      note(name, status, detail)
    case .refused(let words): note(name, .no, words)
    case .unknown(let words): note(name, .unknown, words)
    }
  }

  /// What is there: the models, the server, how long a conversation may be.
  private mutating func models() async throws(Unscored) {
    let outcome = await session.get("/models")
    if case .unknown(let words) = outcome { throw Unscored(.judgeError, words, spent: await session.usage) }
    var list: ModelList?
    if case .answered(let answer) = outcome { list = ModelList(answer) }
    let model = options.model
    note("models", outcome) { _ in
      guard let list else { return (.unknown, "the answer to /models is no list of models") }
      if list.names.contains(model) { return (.yes, list.shown) }
      return (.no, "'\(Quote.of(model))' is not listed; there are: \(list.shown)")
    }
    let identity = await ServerIdentity.find(session)
    note("server", identity.name == nil ? .unknown : .yes, identity.name ?? "none that is known by its pages")
    let length = list?.contextLength(of: model) ?? identity.contextLength
    note("context-length", length == nil ? .unknown : .yes, length.map { "\($0) tokens" } ?? "the server does not say")
  }

  /// The endpoints that a judge can be configured for, and the older one for completions: one request each, with next to
  /// nothing in it.
  private mutating func endpoints() async {
    let model = JSONValue.string(options.model)
    let bodies: [(String, Letter.Root, JSONValue)] = [
      ("/completions", .base, ["model": model, "prompt": "1", "max_tokens": 1]),
      ("/embeddings", .base, ["model": model, "input": "1"]),
      ("/classify", .server, ["model": model, "input": "1", "text": "1"]),
      ("/score", .server, ["model": model, "text_1": "1", "text_2": "1"]),
      ("/rerank", .server, ["model": model, "query": "1", "documents": ["1"]]),
      ("/pooling", .server, ["model": model, "input": "1"]),
    ]
    for (path, root, body) in bodies {
      note(path, await session.post(path, root: root, body)) { _ in (.yes, "answers") }
    }
  }
}

extension Options {
  /// These options, with what a probe found in place of what it looked for.
  fileprivate func configuration(with found: JSONObject) -> JSONObject {
    let seesPictures = found["modalities"]?.array?.contains("image") == true
    let looked = kind == .chat ? ChatOptions.fields.filter { $0 != "image" || !seesPictures } : []
    let kept = (reader.value.object?.members ?? []).filter { !looked.contains($0.key) }
    return JSONObject((kept + found.members).map { ($0.key, $0.value) })
  }
}
