internal import CCupelPlugin
import Glibc
import JSON
import Judging
import PluginBridge
import PluginHost
import Synchronization
import Wire

/// The checks of a judge.
let judgeChecks: [ConformanceCheck] = [
  ConformanceCheck(
    name: "judge-opens", prose: "The judge opens with the configuration given, again and again, several at once."
  ) { subject throws(ConformanceCheck.End) in
    for _ in 0..<20 { try subject.openJudge().close() }
    let first = try subject.openJudge(), second = try subject.openJudge()
    first.close()
    second.close()
  },
  ConformanceCheck(
    name: "judge-refuses-bad-config",
    prose:
      "A configuration that is not an object, or has an unknown field, is refused with a message that names the field."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.judge()
    for config in ["", "{", "[]", "null", "{\"a\":}", "{} {}", "\u{FEFF}{}", String(repeating: "[", count: 100_000)] {
      // Nothing at all may stand for an empty object.
      guard case .failure(let refusal) = judge.open(config) else {
        if config.isEmpty { continue }
        throw .failed("the configuration '\(config.prefix(20))' was accepted")
      }
      try ConformanceCheck.require(!refusal.message.isEmpty, "open refused a configuration without saying why")
    }
    let unknown = "no-such-field-8d1f"
    switch judge.open(try withField(unknown, subject.config)) {
    case .success: throw .failed("the unknown field '\(unknown)' was accepted; a mistyped option would be ignored")
    case .failure(let refusal):
      try ConformanceCheck.require(
        refusal.message.contains(unknown),
        "the message for the unknown field '\(unknown)' does not name it: \(refusal.message)")
    }
  },
  ConformanceCheck(
    name: "judge-describes", prose: "describe writes a valid description, the same every time."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.openJudge()
    defer { judge.close() }
    let description = try describe(judge)
    try ConformanceCheck.require(!description.fingerprint.isEmpty, "the fingerprint is empty")
    try ConformanceCheck.require(try describe(judge) == description, "describe says something else the second time")
  },
  ConformanceCheck(
    name: "judge-replies-once",
    prose:
      "A call that was taken is answered exactly once, also after the judge is closed; a refused one never, with a reason."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.openJudge()
    let calls = (0..<5).map { at in
      let call = judge.submit(ConformanceCalls.usual("once-\(at)"))
      call.wait()
      return call
    }
    for call in calls { try call.checkReplies("") }
    judge.close()
    for call in calls { try call.checkReplies(" after close") }
  },
  ConformanceCheck(
    name: "judge-replies-are-valid",
    prose: "Replies hold what the description promises: finite numbers, valid text, the criteria by name."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.openJudge()
    defer { judge.close() }
    let description = try describe(judge)
    let reader = ReplyReader(kind: description.description.kind, criteria: description.criteria)
    let call = judge.submit(ConformanceCalls.usual("valid"), reader: reader)
    call.wait()
    for reply in call.replies { try check(reply) }
  },
  ConformanceCheck(
    name: "judge-samples",
    prose: "A judge that gives several replies to a call gives as many as were asked for, or says why not."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.openJudge()
    defer { judge.close() }
    let description = try describe(judge)
    let most = description.description.maxSamples
    guard most > 1 else { throw .skipped("the judge gives one reply to a call") }
    let reader = ReplyReader(kind: description.description.kind, criteria: description.criteria)
    for samples in Set([2, most]).sorted() {
      let call = judge.submit(ConformanceCalls.usual("samples-\(samples)", samples: samples), reader: reader)
      call.wait()
      for reply in call.replies { try check(reply) }
    }
  },
  ConformanceCheck(
    name: "judge-takes-odd-calls",
    prose: "Empty, huge and strange calls are answered or refused like any other, and break nothing."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.openJudge()
    defer { judge.close() }
    for (name, call) in ConformanceCalls.odd {
      let submitted = judge.submit(call)
      submitted.wait()
      try submitted.checkReplies(" (\(name))")
    }
  },
  ConformanceCheck(
    name: "judge-cancels", prose: "A cancelled call is still answered exactly once; unknown tickets are ignored."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.openJudge()
    defer { judge.close() }
    guard judge.canCancel else { throw .skipped("the judge has no cancel") }
    judge.cancel(0)
    judge.cancel(.max)
    for at in 0..<20 {
      let call = judge.submit(ConformanceCalls.usual("cancel-\(at)"))
      if call.status == .ok {
        judge.cancel(call.ticket)
        judge.cancel(call.ticket)
      }
      call.wait()
      judge.cancel(call.ticket)
      try call.checkReplies(" after cancel")
    }
  },
  ConformanceCheck(
    name: "judge-close-answers", prose: "Calls that are out when the judge is closed are answered before close returns."
  ) { subject throws(ConformanceCheck.End) in
    for round in 0..<5 {
      let judge = try subject.openJudge()
      let calls = (0..<10).map { judge.submit(ConformanceCalls.usual("close-\(round)-\($0)")) }
      judge.close()
      for call in calls { try call.checkReplies(" when close had returned") }
    }
  },
  ConformanceCheck(
    name: "judge-takes-calls-at-once", prose: "One judge takes calls from several threads at the same time."
  ) { subject throws(ConformanceCheck.End) in
    let judge = try subject.openJudge()
    let calls = Mutex<[SubmittedCall]>([])
    let threads = 8, each = 50
    for thread in 0..<threads {
      let started = startThread {
        for at in 0..<each {
          let call = judge.submit(ConformanceCalls.usual("thread-\(thread)-\(at)"))
          calls.withLock { $0.append(call) }
        }
      }
      try ConformanceCheck.require(started, "the system refuses to start a thread")
    }
    while calls.withLock({ $0.count }) < threads * each { usleep(500) }
    for call in calls.withLock({ $0 }) {
      call.wait()
      try call.checkReplies(" with \(threads) threads")
    }
    judge.close()
  },
  ConformanceCheck(
    name: "logprobs",
    prose: "A judge that offers log-probabilities says how many alternatives it serves, and gives no more."
  ) { subject throws(ConformanceCheck.End) in
    let plugin = try subject.plugin()
    guard let logprobs = plugin.logprobs else { throw .skipped("the plugin offers no log-probabilities") }
    let judge = try subject.openJudge()
    defer { judge.close() }
    let most = logprobs.pointee.max_top?(judge.instance) ?? 0
    try ConformanceCheck.require(most <= 1000, "max_top is \(most); accepted: up to 1000")
    let call = judge.submit(ConformanceCalls.usual("logprobs"))
    call.wait()
    for case .success(let reply) in call.replies {
      let top = reply.tokens.map(\.top.count).max() ?? 0
      try ConformanceCheck.require(top <= 1, "one alternative was asked for and \(top) were given")
    }
  },
]

/// The configuration with one more field.
private func withField(_ name: String, _ config: String) throws(ConformanceCheck.End) -> String {
  do {
    var object = try JSONReader(try JSONParser.parse(config)).object()
    object[name] = true
    return try JSONWriter.compact(.object(object))
  } catch {
    throw .failed("the configuration given is not a JSON object: \(error)")
  }
}

private struct Described: Equatable {
  var description: JudgeDescription
  var criteria: [String]
  var fingerprint: String { description.fingerprint }
}

private func describe(_ judge: OpenJudgeUnderTest) throws(ConformanceCheck.End) -> Described {
  let (status, text) = judge.describe()
  guard status == .ok, let text else { throw .failed("describe failed, or wrote what is not UTF-8") }
  do {
    let reader = JSONReader(try JSONParser.parse(text))
    var criteria: [String] = []
    for criterion in try reader["criteria"]?.array() ?? [] { criteria.append(try criterion.string()) }
    return Described(description: try JudgeDescription(name: "check", reader), criteria: criteria)
  } catch {
    throw .failed("the description is not valid: \(error)")
  }
}

/// A failure is a valid answer, except one that comes from reading the reply.
private func check(_ reply: Result<JudgeReply, Unscored>) throws(ConformanceCheck.End) {
  guard case .failure(let unscored) = reply else { return }
  try ConformanceCheck.require(!unscored.message.isEmpty, "the judge failed and does not say why")
  try ConformanceCheck.require(!unscored.message.contains("breaks the contract"), unscored.message)
}
