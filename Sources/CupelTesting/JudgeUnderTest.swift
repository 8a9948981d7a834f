internal import CCupelPlugin
import Glibc
import Judging
import PluginBridge
import PluginHost
import Synchronization
import Wire

/// A judge plugin's functions, called as they are, without the protection that the host puts around them.
struct JudgeUnderTest: @unchecked Sendable {
  // @unchecked: the plugin promises that its functions may be called from any thread.
  let table: UnsafePointer<cupel_judge>

  /// Why open refused.
  struct Refusal: Error {
    let status: Status
    let message: String
  }

  func open(_ config: String) -> Result<OpenJudgeUnderTest, Refusal> {
    let errors = ErrorBox()
    if let instance = config.withView({ table.pointee.open?($0, errors.pointer) }) {
      return .success(OpenJudgeUnderTest(table: table, instance: instance))
    }
    let record = errors.take()
    return .failure(Refusal(status: record?.status ?? .failed, message: record?.message ?? ""))
  }
}

/// An open judge of a plugin under test.
struct OpenJudgeUnderTest: @unchecked Sendable {
  let table: UnsafePointer<cupel_judge>
  let instance: OpaquePointer

  func describe() -> (status: Status, text: String?) {
    let errors = ErrorBox()
    let sink = TextSink()
    let code = table.pointee.describe?(instance, sink.pointer, errors.pointer) ?? Status.failed.rawValue
    return (Status(code: code), sink.text)
  }

  /// Submits a call; its replies are counted in the result for as long as the process lives, and read by `reader`.
  func submit(_ call: JudgeCall, reader: ReplyReader = ReplyReader(kind: nil, criteria: [])) -> SubmittedCall {
    let submitted = SubmittedCall(reader: reader, samples: call.sampling.samples)
    // Never released: a plugin may answer whenever it likes, and the process ends with the check.
    let context = Unmanaged.passRetained(submitted).toOpaque()
    let errors = ErrorBox()
    var ticket: UInt64 = 0
    let code = try? call.withView(in: Arena()) { view in
      table.pointee.submit?(instance, view, countReply, context, &ticket, errors.pointer)
    }
    submitted.returned(Status(code: (code ?? nil) ?? Status.failed.rawValue), ticket, errors.take()?.message)
    return submitted
  }

  var canCancel: Bool { table.pointee.cancel != nil }
  func cancel(_ ticket: UInt64) { table.pointee.cancel?(instance, ticket) }
  func close() { table.pointee.close?(instance) }
}

/// A call to a plugin under test, with everything that came back.
final class SubmittedCall: Sendable {
  private struct State {
    var status = Status.failed
    var ticket: UInt64 = 0
    var message: String?
    var replies: [Result<JudgeReply, Unscored>] = []
  }

  private let state = Mutex(State())
  private let reader: ReplyReader
  private let samples: Int

  /// - Parameter samples: The replies that the call asks for.
  init(reader: ReplyReader, samples: Int) {
    self.reader = reader
    self.samples = samples
  }

  var status: Status { state.withLock { $0.status } }
  var ticket: UInt64 { state.withLock { $0.ticket } }
  var message: String? { state.withLock { $0.message } }
  var replies: [Result<JudgeReply, Unscored>] { state.withLock { $0.replies } }

  func returned(_ status: Status, _ ticket: UInt64, _ message: String?) {
    state.withLock { state in
      state.status = status
      state.ticket = ticket
      state.message = message
    }
  }

  func add(_ reply: Result<JudgeReply, Unscored>) { state.withLock { $0.replies.append(reply) } }

  func add(_ reply: UnsafePointer<cupel_reply>) {
    add(Result { () throws(Unscored) in try reader.copy(reply, samples: samples) })
  }

  /// Waits until the call has an answer. A plugin that never answers is found by the deadline of the check.
  func wait() {
    while status == .ok, replies.isEmpty { usleep(500) }
  }

  /// Whether the contract is kept so far: one reply after OK, none after anything else. `when` is part of the message.
  func checkReplies(_ when: String) throws(ConformanceCheck.End) {
    let count = replies.count
    if status == .ok {
      try ConformanceCheck.require(count == 1, "a call was answered \(count) times\(when); it must be exactly once")
    } else {
      try ConformanceCheck.require(
        count == 0, "submit failed and the call was answered all the same, \(count) times\(when)")
      try ConformanceCheck.require(message?.isEmpty == false, "submit failed without host->fail saying why")
    }
  }
}

private let countReply: cupel_on_reply = { context, code, reply, message in
  guard let context else { return }
  let call = Unmanaged<SubmittedCall>.fromOpaque(context).takeUnretainedValue()
  guard Status(code: code) == .ok else {
    call.add(.failure(Unscored(Status(code: code).reason, message.repaired)))
    return
  }
  guard let reply else {
    call.add(.failure(Unscored(.judgeError, "CUPEL_OK without a reply")))
    return
  }
  call.add(reply)
}
