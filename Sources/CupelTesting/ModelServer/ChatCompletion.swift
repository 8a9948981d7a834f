public import JSON
public import Wire

extension ModelServer {
  /// The reply to `POST /v1/chat/completions`.
  public struct ChatCompletion: Sendable {
    /// One answer of the model.
    public struct Choice: Sendable {
      /// The message's `content`: a string, an array of parts, null, or absent.
      public var content: JSONValue?
      /// What a server with a reasoning parser puts beside the content, as vLLM did and SGLang and others do.
      public var reasoningContent: String?
      /// The same under the name that vLLM uses now.
      public var reasoning: String?
      /// OpenAI's word for declining.
      public var refusal: String?
      /// `stop`, `length`, `content_filter`, …; nil is sent as null.
      public var finishReason: String?
      /// The tokens of the answer; nil is sent as null.
      public var logprobs: [Token]?

      /// An answer that ended by itself.
      public init(
        _ content: JSONValue?, reasoningContent: String? = nil, reasoning: String? = nil, refusal: String? = nil,
        finishReason: String? = "stop", logprobs: [Token]? = nil
      ) {
        self.content = content
        self.reasoningContent = reasoningContent
        self.reasoning = reasoning
        self.refusal = refusal
        self.finishReason = finishReason
        self.logprobs = logprobs
      }
    }

    /// A token with its log-probability and the likeliest tokens at its place.
    public struct Token: Sendable {
      /// As text.
      public var token: String
      /// Natural logarithm.
      public var logprob: Double
      /// The likeliest first, as servers send them.
      public var top: [(token: String, logprob: Double)]

      /// A token; `top` is what stands in `top_logprobs`.
      public init(_ token: String, _ logprob: Double, top: [(token: String, logprob: Double)] = []) {
        self.token = token
        self.logprob = logprob
        self.top = top
      }
    }

    /// The `id` of the reply.
    public var id = "chatcmpl-1"
    /// The model that answered, as the server names it.
    public var model = "scripted-1"
    /// The answers; `index` is their place.
    public var choices: [Choice]
    /// Nil leaves `usage` out.
    public var usage: Usage? = Usage(promptTokens: 12, completionTokens: 5)

    /// A completion with these answers.
    public init(_ choices: [Choice]) { self.choices = choices }

    /// As it is sent.
    public var json: JSONValue {
      var object = JSONObject([
        ("id", .string(id)), ("object", "chat.completion"), ("created", 1_750_000_000), ("model", .string(model)),
        ("choices", .array(choices.enumerated().map { $0.element.json(index: $0.offset) })),
      ])
      object["usage"] = usage?.openAI
      return .object(object)
    }
  }
}

extension ModelServer.Reply {
  /// A chat completion with one choice for each text, every one of which ended by itself.
  public static func chat(_ texts: String...) -> Self {
    chat(ModelServer.ChatCompletion(texts.map { .init(.string($0)) }))
  }

  /// A chat completion with as many choices as the request asks for, each with this text.
  public static func chat(_ text: String, for request: ModelServer.Request) -> Self {
    chat(ModelServer.ChatCompletion(repeatElement(.init(.string(text)), count: request.wantedChoices).map(\.self)))
  }

  /// A chat completion as it is.
  public static func chat(_ completion: ModelServer.ChatCompletion) -> Self { .json(completion.json) }
}

extension ModelServer.ChatCompletion.Choice {
  fileprivate func json(index: Int) -> JSONValue {
    var message = JSONObject([("role", "assistant")])
    message["content"] = content
    message["reasoning_content"] = reasoningContent.map { .string($0) }
    message["reasoning"] = reasoning.map { .string($0) }
    message["refusal"] = refusal.map { .string($0) } ?? .null
    return [
      "index": .int(Int64(index)), "message": .object(message),
      "logprobs": logprobs.map { ["content": .array($0.map(\.json))] } ?? .null,
      "finish_reason": finishReason.map { .string($0) } ?? .null,
    ]
  }
}

extension ModelServer.ChatCompletion.Token {
  fileprivate var json: JSONValue {
    var object = Self.entry(token, logprob)
    object["top_logprobs"] = .array(top.map { .object(Self.entry($0.token, $0.logprob)) })
    return .object(object)
  }

  private static func entry(_ token: String, _ logprob: Double) -> JSONObject {
    JSONObject([
      ("token", .string(token)), ("logprob", .number(logprob)), ("bytes", .array(token.utf8.map { .int(Int64($0)) })),
    ])
  }
}

extension Usage {
  /// As OpenAI writes it, with the details that are known.
  fileprivate var openAI: JSONValue {
    var object = JSONObject([
      ("prompt_tokens", .int(Int64(promptTokens ?? 0))), ("completion_tokens", .int(Int64(completionTokens ?? 0))),
      ("total_tokens", .int(Int64((promptTokens ?? 0) + (completionTokens ?? 0)))),
    ])
    object["prompt_tokens_details"] = cachedTokens.map { ["cached_tokens": .int(Int64($0))] }
    object["completion_tokens_details"] = reasoningTokens.map { ["reasoning_tokens": .int(Int64($0))] }
    return .object(object)
  }
}
