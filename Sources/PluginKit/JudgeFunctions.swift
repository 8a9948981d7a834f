internal import CCupelPlugin
import JSON
import PluginBridge

// The C functions of the tables. File scope and nonisolated, so that they run on whatever thread the host calls them from.

let startPlugin: @convention(c) (UnsafePointer<cupel_host>, OpaquePointer) -> cupel_status = { host, _ in
  HostTable.keep(host)
  return Status.ok.rawValue
}

let findCapability: @convention(c) (UnsafePointer<CChar>) -> UnsafeRawPointer? = { id in
  switch String(cString: id) {
  case CUPEL_JUDGE: UnsafeRawPointer(judgeTable)
  case CUPEL_JUDGE_PROBE where JudgeRegistration.get()?.offersProbe == true: UnsafeRawPointer(probeTable)
  case CUPEL_JUDGE_LOGPROBS where JudgeRegistration.get()?.offersLogprobs == true: UnsafeRawPointer(logprobsTable)
  default: nil
  }
}

/// Written once, on first use, and never again.
nonisolated(unsafe) private let judgeTable: UnsafePointer<cupel_judge> = {
  let table = UnsafeMutablePointer<cupel_judge>.allocate(capacity: 1)
  table.initialize(
    to: cupel_judge(
      struct_size: cupel_judge.size, reserved: 0, open: openJudge, describe: describeJudge, submit: submitCall,
      close: closeJudge, cancel: cancelCall))
  return UnsafePointer(table)
}()

nonisolated(unsafe) private let logprobsTable: UnsafePointer<cupel_judge_logprobs> = {
  let table = UnsafeMutablePointer<cupel_judge_logprobs>.allocate(capacity: 1)
  table.initialize(
    to: cupel_judge_logprobs(struct_size: cupel_judge_logprobs.size, reserved: 0, max_top: maxTopLogprobs))
  return UnsafePointer(table)
}()

private let openJudge: @convention(c) (cupel_text, OpaquePointer) -> OpaquePointer? = { config, error in
  do {
    guard let registration = JudgeRegistration.get() else { throw PluginError(.failed, "the plugin was not started") }
    let reader = JSONReader(config.size == 0 ? .object(JSONObject()) : try JSONParser.parse(config.bytes))
    _ = try reader.object()
    return OpaquePointer(Unmanaged.passRetained(InstanceBox(try registration.open(reader))).toOpaque())
  } catch let failure {
    _ = HostTable.fail(error, PluginError(any: failure))
    return nil
  }
}

private let describeJudge: @convention(c) (OpaquePointer, OpaquePointer, OpaquePointer) -> cupel_status = {
  judge, sink, error in
  do {
    let text = try JSONWriter.compact(InstanceBox.at(judge).description.json)
    if let host = HostTable.current { text.withView { host.pointee.write(sink, $0) } }
    return Status.ok.rawValue
  } catch let failure {
    return HostTable.fail(error, PluginError(any: failure))
  }
}

private let submitCall:
  @convention(c) (
    OpaquePointer, UnsafePointer<cupel_call>, @escaping cupel_on_reply, UnsafeMutableRawPointer?,
    UnsafeMutablePointer<UInt64>, OpaquePointer
  ) -> cupel_status = { judge, call, onReply, context, ticket, error in
    do {
      try InstanceBox.at(judge).submit(call, Answer(function: onReply, context: context), ticket: ticket)
      return Status.ok.rawValue
    } catch let failure {
      return HostTable.fail(error, PluginError(any: failure))
    }
  }

private let cancelCall: @convention(c) (OpaquePointer, UInt64) -> Void = { judge, ticket in
  InstanceBox.at(judge).cancel(ticket)
}

private let closeJudge: @convention(c) (OpaquePointer) -> Void = { judge in
  let box = Unmanaged<InstanceBox>.fromOpaque(UnsafeRawPointer(judge))
  box.takeUnretainedValue().instance.close()
  box.release()
}

private let maxTopLogprobs: @convention(c) (OpaquePointer) -> UInt32 = { judge in
  UInt32(clamping: InstanceBox.at(judge).description.maxTopLogprobs)
}

/// What the host holds as `cupel_judge_instance *`.
final class InstanceBox: Sendable {
  let instance: any JudgeInstance

  init(_ instance: any JudgeInstance) { self.instance = instance }

  /// The instance that a pointer of the host means.
  static func at(_ pointer: OpaquePointer) -> any JudgeInstance {
    Unmanaged<InstanceBox>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue().instance
  }
}
