import JSON
import Judging
import Rubrics
import Wire

/// Which calls an item leads to: responses or orders × criteria × samples, each with its seed.
struct CallPlan: Sendable {
  let rubric: Rubric
  let format: JudgmentFormat
  let options: Pipeline.Options
  /// Samples that are asked for in one call: they share its seed.
  let samplesPerCall: Int
  /// Alternatives to each token that the judge serves.
  let servedLogprobs: Int
  /// Whether what is judged stands in fences.
  var isFenced = true

  /// More than this makes replies of megabytes, and servers refuse it.
  private static let mostAlternatives = 20

  /// What verdicts are taken from.
  var source: VerdictSource { options.verdict ?? rubric.verdict }
  private var topLogprobs: Int { source.kind == .logprobs ? min(servedLogprobs, Self.mostAlternatives) : 0 }

  /// How often each question is asked.
  var samples: Int { options.samples ?? rubric.samples }
  private var settings: SamplingSettings {
    options.sampling.filled(from: rubric.sampling).filled(from: rubric.style?.sampling ?? SamplingSettings())
  }

  /// The most tokens of one reply; nil where nobody limits them.
  var maxReplyTokens: Int? { settings.maxTokens }

  /// The orders in which responses are shown. Pointwise, each response is an order of its own.
  func orders(_ responses: Int) -> [[Int]] {
    format == .pointwise ? (0..<responses).map { [$0] } : (options.order ?? rubric.order).orders(of: responses)
  }

  /// The calls for one item, with the reader for each reply; none when the rubric asks no judge.
  func calls(for item: LoadedItem) -> [(call: JudgeCall, reader: ReplyReader)] {
    guard let layout = rubric.style?.layouts[format] else { return [] }
    let writer = PromptWriter(rubric: rubric, item: item, seed: options.seed, isFenced: isFenced)
    let group = Digest.sha256("\(rubric.digest)\n\(item.prompt.text)")
    let readable = orders(item.responses.count).filter { order in order.allSatisfy { item.whole[$0] != nil } }
    var calls: [(call: JudgeCall, reader: ReplyReader)] = []
    for order in readable {
      for shape in rubric.shapes(in: format, responses: order.count) {
        let messages = writer.messages(layout, shape: shape, order: order)
        let digest = PromptMessage.digest(messages)
        let reader = ReplyReader(shape, shown: writer.texts, from: source)
        for sample in 0..<samples {
          let key = key(item.id, shape, order, sample)
          let call = JudgeCall(
            key: key, messages: messages.map(\.judgeMessage), sampling: sampling(key), promptDigest: digest,
            group: group, answerShape: shape.json, timeoutMilliseconds: options.timeoutMilliseconds)
          calls.append((call, reader))
        }
      }
    }
    return calls
  }

  /// How many calls an item with so many whole responses leads to.
  func callCount(responses: Int) -> Int {
    guard rubric.style?.layouts[format] != nil else { return 0 }
    return orders(responses).reduce(0) { $0 + rubric.shapes(in: format, responses: $1.count).count * samples }
  }

  private func key(_ item: String, _ shape: AnswerShape, _ order: [Int], _ sample: Int) -> CallKey {
    let alone = rubric.calls == .perCriterion && !rubric.asked.isEmpty
    return CallKey(
      item: item, response: format == .pointwise ? order[0] : nil, order: order, sample: sample,
      criterion: alone ? shape.questions[0].name : nil)
  }

  /// Seeds are 31 bits: model servers take them as a signed 32-bit number.
  private func sampling(_ key: CallKey) -> Sampling {
    let order = key.order.map(String.init).joined(separator: ",")
    let first = key.sample - key.sample % samplesPerCall
    let seed = Digest.seed("sample", String(options.seed), key.item, String(first), order) >> 33
    return Sampling(
      temperature: settings.temperature, topP: settings.topP, maxTokens: settings.maxTokens, stop: settings.stop ?? [],
      seed: seed, topLogprobs: topLogprobs)
  }

  /// The parser that reads the replies, with its version.
  var parser: String {
    rubric.shapes(in: format, responses: 2).first.map { ReplyReader($0, from: source).identity } ?? "none"
  }

  /// What a judge without sampling settings is shown of media, for provenance.
  var mediaJSON: JSONValue {
    var object = JSONObject()
    object["media"] = options.media.json
    return .object(object)
  }

  /// The sampling settings in force, for provenance.
  var samplingJSON: JSONValue {
    var object = JSONObject()
    object["temperature"] = settings.temperature.map { .number($0) }
    object["top_p"] = settings.topP.map { .number($0) }
    object["max_tokens"] = settings.maxTokens.map { .int(Int64($0)) }
    object["stop"] = settings.stop.map { .array($0.map { .string($0) }) }
    if topLogprobs > 0 {
      object["top_logprobs"] = .int(Int64(topLogprobs))
      object["min_mass"] = source.minMass.map { .number($0) }
    }
    object["media"] = rubric.needsJudge ? options.media.json : nil
    object["samples"] = rubric.needsJudge ? .int(Int64(samples)) : nil
    return .object(object)
  }
}
