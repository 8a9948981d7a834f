internal import CCupelPlugin
import JSON
import Judging
import PluginBridge
import Synchronization
import Wire

/// An open judge of a plugin: its functions, and the threads they run on.
final class OpenJudge: @unchecked Sendable {
  // @unchecked: the plugin promises that its functions may be called from any thread; the pointers never change.
  let pluginID: String
  let counters = Counters()
  let lane = Lane()
  private let table: UnsafePointer<cupel_judge>
  private let prober: UnsafePointer<cupel_judge_probe>?
  private let instance: OpaquePointer
  private let reader: ReplyReader
  private let number: UInt64
  private let sequence = Atomic<UInt64>(0)
  /// The calls for which submit is called on the thread of who asks: as the plugin says, until it is seen to be otherwise.
  private let submitsAtOnce: SubmitsAtOnce
  private let isBelieved = Atomic(true)

  init(
    pluginID: String, table: UnsafePointer<cupel_judge>, prober: UnsafePointer<cupel_judge_probe>?,
    instance: OpaquePointer, reader: ReplyReader,
    submitsAtOnce: SubmitsAtOnce
  ) {
    self.pluginID = pluginID
    self.table = table
    self.prober = prober
    self.instance = instance
    self.reader = reader
    self.submitsAtOnce = submitsAtOnce
    counters.pluginID.withLock { $0 = pluginID }
    number = CallTable.shared.register(counters)
  }

  func newCall(_ call: JudgeCall) -> PendingCall {
    let sequence = sequence.add(1, ordering: .relaxed).newValue
    return PendingCall(
      id: CallTable.id(judge: number, sequence: sequence), timeoutMilliseconds: call.timeoutMilliseconds,
      samples: call.sampling.samples, judge: self)
  }

  /// Starts the clock, and submits the call or queues it.
  func start(_ pending: PendingCall, _ call: JudgeCall) {
    CallTable.shared.insert(pending)
    if let timeout = pending.timeoutMilliseconds { DeadlineClock.shared.watch(pending, milliseconds: timeout) }
    let isTaken =
      isAtOnce(call)
      ? lane.runHere { arena in submit(pending, call, arena, here: true) }
      : lane.run { arena in self.submit(pending, call, arena, here: false) }
    if isTaken { return }
    _ = CallTable.shared.take(pending.id)
    pending.finish(
      .failure(
        Unscored(.judgeError, "plugin '\(pluginID)' takes no more calls: it is closed, or too many hang in its submit"))
    )
  }

  /// Whether the plugin's submit is called on the thread of who asks.
  func isAtOnce(_ call: JudgeCall) -> Bool {
    guard isBelieved.load(ordering: .relaxed) else { return false }
    switch submitsAtOnce {
    case .never: return false
    case .always: return true
    case .texts(let most): return call.textBytes.map { $0 <= most } ?? false
    }
  }

  /// A call's deadline has come while the plugin had it in submit. One that says it returns at once is no longer believed:
  /// whoever asks would wait with it.
  func submitIsSlow() {
    counters.countSlowSubmit()
    guard isBelieved.exchange(false, ordering: .relaxed) else { return }
    PluginLog.write(
      PluginLog.Line(
        level: .warning, plugin: pluginID,
        message:
          "says that its submit returns at once, and did not before a call's deadline; calls go through threads of "
          + "their own from now on"))
  }

  private func submit(_ pending: PendingCall, _ call: JudgeCall, _ arena: Arena, here isHere: Bool) {
    guard pending.enterSubmit(here: isHere) else {
      _ = CallTable.shared.take(pending.id)
      return
    }
    let errors = ErrorBox()
    var ticket: UInt64 = 0
    let context = UnsafeMutableRawPointer(bitPattern: UInt(pending.id))
    let status = Result { () throws(Unscored) in
      try call.withView(in: arena) { view in
        table.pointee.submit?(instance, view, receiveReply, context, &ticket, errors.pointer) ?? Status.failed.rawValue
      }
    }
    if pending.leaveSubmit(ticket) { cancel(ticket) }
    switch status {
    case .success(Status.ok.rawValue): break
    case .success(let code):
      // After a failed submit there is no reply; where there was one, it has won.
      if CallTable.shared.take(pending.id) != nil {
        pending.finish(.failure(failure(Status(code: code), errors.take()?.message ?? "")))
      }
    case .failure(let unscored):
      _ = CallTable.shared.take(pending.id)
      pending.finish(.failure(unscored))
    }
  }

  /// Tells the plugin that nobody waits for a call any more, on a thread of the lane.
  func cancel(_ ticket: UInt64) {
    _ = lane.run { _ in self.table.pointee.cancel?(self.instance, ticket) }
  }

  /// What the plugin answered, as the judgment will carry it.
  func outcome(
    _ status: Status, _ reply: UnsafePointer<cupel_reply>?, _ message: cupel_text, samples: Int
  ) throws(Unscored) -> JudgeReply {
    guard status == .ok else { throw failure(status, message.message, spent: ReplyReader.spent(reply)) }
    guard let reply else { throw Unscored(.judgeError, "plugin '\(pluginID)' said that it has a reply and gave none") }
    return try reader.copy(reply, samples: samples)
  }

  private func failure(_ status: Status, _ message: String, spent: Usage = Usage()) -> Unscored {
    let message = message.isEmpty ? "plugin '\(pluginID)' failed and does not say why" : message
    return Unscored(status.reason, message, spent: spent)
  }

  /// Lets the plugin find out what stands behind the judge, on a thread of the lane; the answer comes through `then`, once.
  func probe(timeoutMilliseconds: Int, then: @escaping @Sendable (Result<ProbeReport, Unscored>) -> Void) {
    let isTaken = lane.run { _ in
      then(Result { () throws(Unscored) in try self.probe(timeoutMilliseconds) })
    }
    if !isTaken { then(.failure(Unscored(.judgeError, "plugin '\(pluginID)' takes no more calls"))) }
  }

  private func probe(_ timeoutMilliseconds: Int) throws(Unscored) -> ProbeReport {
    let errors = ErrorBox()
    let sink = TextSink()
    guard let probe = prober?.pointee.probe else {
      throw Unscored(.invalidInput, "plugin '\(pluginID)' cannot probe its judges")
    }
    let code = probe(instance, UInt32(clamping: timeoutMilliseconds), sink.pointer, errors.pointer)
    guard code == Status.ok.rawValue else { throw failure(Status(code: code), errors.take()?.message ?? "") }
    do {
      guard let text = sink.text else { throw JSONError("is not UTF-8, or too long", path: "") }
      return try ProbeReport(JSONReader(try JSONParser.parse(text)))
    } catch {
      throw Unscored(.judgeError, "plugin '\(pluginID)' wrote what is not a report: \(error)")
    }
  }

  /// Closes the judge after everything that is queued, then calls `then`. What the plugin leaves unanswered is ended here.
  /// False where a call that hangs in the plugin keeps it from closing.
  func close(then: @escaping @Sendable () -> Void) -> Bool {
    lane.finish { _ in
      self.table.pointee.close?(self.instance)
      for call in CallTable.shared.takeAll(judge: self.number) {
        call.finish(.failure(Unscored(.judgeError, "plugin '\(self.pluginID)' closed without answering the call")))
      }
      then()
    }
  }
}

extension OpenJudge {
  /// How often a judge broke or used up something. Outlives the judge.
  final class Counters: Sendable {
    let pluginID = Mutex("")
    private let counts = Mutex(HostedJudge.Counts())

    var current: HostedJudge.Counts { counts.withLock { $0 } }

    func countTimeout() { counts.withLock { $0.timeouts += 1 } }
    func countSlowSubmit() { counts.withLock { $0.slowSubmits += 1 } }
    func countLate() { counts.withLock { $0.lateReplies += 1 } }

    func countStray() {
      let count = counts.withLock { counts in
        counts.strayReplies += 1
        return counts.strayReplies
      }
      // Once is enough to find the fault; a plugin that does it always must not fill the log.
      guard count == 1 else { return }
      PluginLog.write(
        PluginLog.Line(
          level: .warning, plugin: pluginID.withLock { $0 },
          message: "answered a call a second time, or after its judge was closed; such answers are ignored"))
    }
  }
}
