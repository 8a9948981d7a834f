internal import CCupelPlugin
import Dispatch
import JSON
import Judging
import PluginBridge
import Synchronization

/// Written once, on first use, and never again.
nonisolated(unsafe) let probeTable: UnsafePointer<cupel_judge_probe> = {
  let table = UnsafeMutablePointer<cupel_judge_probe>.allocate(capacity: 1)
  table.initialize(to: cupel_judge_probe(struct_size: cupel_judge_probe.size, reserved: 0, probe: probeJudge))
  return UnsafePointer(table)
}()

private let probeJudge: @convention(c) (OpaquePointer, UInt32, OpaquePointer, OpaquePointer) -> cupel_status = {
  judge, timeout, sink, error in
  do {
    guard let probing = InstanceBox.at(judge).judge as? any ProbingPluginJudge else {
      throw PluginError(.unsupported, "the judge cannot be probed")
    }
    let report = try Deadline.wait(milliseconds: Int(timeout)) {
      try await probing.probe(timeoutMilliseconds: Int(timeout))
    }
    let text = try JSONWriter.compact(report.json)
    if let host = HostTable.current { text.withView { host.pointee.write(sink, $0) } }
    return Status.ok.rawValue
  } catch let failure {
    return HostTable.fail(error, PluginError(any: failure))
  }
}

/// Asynchronous work for a caller that blocks.
private enum Deadline {
  /// What `work` comes to. At the deadline its task is cancelled, and whatever it does then nobody waits for.
  static func wait<Value: Sendable>(
    milliseconds: Int, _ work: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let outcome = Outcome<Value>()
    let task = Task {
      do { outcome.set(.success(try await work())) } catch { outcome.set(.failure(error)) }
    }
    guard outcome.done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
      task.cancel()
      throw PluginError(.timeout, "the probe did not end within \(milliseconds) ms")
    }
    return try outcome.take()
  }

  private final class Outcome<Value: Sendable>: Sendable {
    let done = DispatchSemaphore(value: 0)
    private let value = Mutex<Result<Value, any Error>>(.failure(CancellationError()))

    func set(_ result: Result<Value, any Error>) {
      value.withLock { $0 = result }
      done.signal()
    }

    func take() throws -> Value { try value.withLock { $0 }.get() }
  }
}
