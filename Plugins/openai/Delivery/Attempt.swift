import HTTP
import Wire

/// One attempt that has ended, and what that means.
struct Attempt: Sendable {
  let result: Result<HTTPResponse, HTTPFailure>
  /// The replica has answered something before: what is known to have been right may be wrong for a moment only.
  let wasThereBefore: Bool

  /// The name in a list of attempts: the status, or a word.
  var word: String {
    switch result {
    case .success(let response): String(response.status)
    case .failure(let failure): failure.kind.word
    }
  }

  /// Whether the same request can succeed when it is made again (docs/judges.md, "What is tried again").
  var isWorthAnother: Bool {
    switch result {
    case .success(let response):
      switch response.status {
      case 408, 429: true
      // Not implemented, and an unknown version of HTTP: so it will be next time.
      case 501, 505: false
      case 500...599: true
      default: false
      }
    case .failure(let failure):
      switch failure.kind {
      case .connect, .closed, .connectTimeout, .firstByteTimeout: true
      case .unknownHost: wasThereBefore
      case .badRequest, .tls, .badResponse, .tooLarge, .timeout, .cancelled, .other: false
      }
    }
  }

  /// What it says about the server.
  var ending: ReplicaTable.Ending {
    switch result {
    case .success(let response):
      switch response.status {
      case 429: .overloaded
      case 503, 529: .unavailable
      case 500...599: .failed
      case 200..<300: .answered
      default: .declined
      }
    case .failure(let failure):
      switch failure.kind {
      case .unknownHost, .connect, .tls, .closed, .badResponse, .connectTimeout, .firstByteTimeout: .failed
      case .tooLarge: .declined
      // The call's own time was over: it may have been short.
      case .badRequest, .timeout, .cancelled, .other: .unknown
      }
    }
  }

  /// Why there is no score, if nothing more is tried; `words` are the server's.
  func reason(_ words: ServerWords) -> UnscoredReason {
    switch result {
    case .success(let response):
      switch response.status {
      case 408, 504: .timeout
      case 429, 503, 529: .overloaded
      case 400, 413, 422: words.inputFault(status: response.status) ?? .judgeError
      default: .judgeError
      }
    case .failure(let failure):
      switch failure.kind {
      case .connectTimeout, .firstByteTimeout, .timeout: .timeout
      case .cancelled: .cancelled
      case .badRequest, .unknownHost, .connect, .tls, .closed, .badResponse, .tooLarge, .other: .judgeError
      }
    }
  }
}

extension ServerWords {
  /// The reason where the server says that the input itself is at fault: only then would asking again, or asking another
  /// judge of the same kind, be in vain.
  func inputFault(status: Int) -> UnscoredReason? {
    if codes.contains(where: ["content_filter", "content_policy_violation"].contains) { return .refused }
    if status == 413 { return .invalidInput }
    let text = message.lowercased()
    // The limit on the reply is the configuration's affair, although the same sentence names the context.
    if text.contains("max_tokens"), text.contains("too large") { return nil }
    let isAtFault =
      codes.contains(where: Self.codesOfInput.contains) || Self.phrasesOfInput.contains(where: text.contains)
    return isAtFault ? .invalidInput : nil
  }

  /// OpenAI, llama.cpp.
  private static let codesOfInput = [
    "context_length_exceeded", "string_above_max_length", "exceed_context_size_error", "invalid_image",
    "invalid_image_format", "image_parse_error",
  ]

  /// OpenAI and vLLM; SGLang; llama.cpp; text-embeddings-inference; pictures that cannot be read.
  private static let phrasesOfInput = [
    "maximum context length", "longer than the maximum model length", "maximum model length",
    "longer than the model's context length", "exceeds the available context size", "input is too long",
    "input is too large to process",
    "prompt is too long", "must have less than", "cannot identify image file", "failed to load image",
    "could not process image",
  ]
}

extension HTTPFailure.Kind {
  fileprivate var word: String {
    switch self {
    case .badRequest: "not sent"
    case .unknownHost: "unknown host"
    case .connect: "no connection"
    case .tls: "TLS"
    case .closed: "closed early"
    case .badResponse: "not HTTP"
    case .tooLarge: "too large"
    case .connectTimeout: "connect timeout"
    case .firstByteTimeout: "first byte timeout"
    case .timeout: "timeout"
    case .cancelled: "cancelled"
    case .other: "failed"
    }
  }
}
