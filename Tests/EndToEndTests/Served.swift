import Foundation
import Glibc
import HTTP
import JSON
import Synchronization
import Testing

/// A `cupel serve` that runs; killed, where it still does, when it is let go.
final class Served: Sendable {
  /// `http://127.0.0.1:PORT`.
  let url: String
  let process: pid_t
  private let errors: Lines
  private let output: Lines
  private let client: HTTPClient
  private let isOver = Mutex(false)

  /// Starts it on a free port, and waits until it says that it is ready.
  init(_ arguments: [String] = [], in scratch: Scratch, environment: [String: String] = [:]) async throws {
    let number = scratch.nextNumber()
    output = Lines("\(scratch.path)/.out.\(number)")
    errors = Lines("\(scratch.path)/.err.\(number)")
    let running = Running(
      [Program.cupel, "serve", "--listen", "127.0.0.1:0"] + arguments, in: scratch, input: "/dev/null",
      environment: environment, streams: (output.path, errors.path))
    process = running.process
    client = try HTTPClient()
    let ready = await output.first { $0.hasPrefix("cupel: listening on http://127.0.0.1:") }
    url = ready.map { String($0.dropFirst("cupel: listening on ".count)) } ?? ""
    if ready == nil { _ = await errors.first { _ in false } }
    let seen = errors.seen.joined(separator: "\n")
    try #require(!url.isEmpty, "it did not start: \(seen)")
  }

  deinit {
    client.close()
    if !isOver.withLock({ $0 }) {
      kill(process, SIGKILL)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
  }

  struct Answer: Sendable {
    let status: Int
    let headers: [HTTPHeader]
    let text: String
    var json: JSONValue { (try? JSONParser.parse(text)) ?? .null }
  }

  /// Asks for `path`; with a body by POST.
  func ask(_ path: String, _ body: String? = nil, headers: [String: String] = [:]) async throws -> Answer {
    let headers = headers.map { HTTPHeader($0.key, $0.value) } + [HTTPHeader("Content-Type", "application/json")]
    let answer = try await client.send(
      HTTPRequest(
        body == nil ? .get : .post, url + path, headers: headers, body: Array((body ?? "").utf8),
        timeouts: HTTPTimeouts(totalMilliseconds: 60_000)))
    return Answer(status: answer.status, headers: answer.headers, text: String(decoding: answer.body, as: UTF8.self))
  }

  func send(_ signal: Int32) { kill(process, signal) }

  /// The next line on standard error for which `isIt`; nil where the program ended, or a minute went by, without one.
  func said(_ isIt: @escaping @Sendable (String) -> Bool) async -> String? { await errors.first(where: isIt) }

  /// Everything on standard error until it ended, and its exit status.
  func end() async -> (status: Int32, errors: [String]) {
    _ = await errors.first { _ in false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    isOver.withLock { $0 = true }
    let signal = status & 0x7F
    return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, errors.seen)
  }

  /// Tells it to stop, and returns how it ended.
  func stop() async -> (status: Int32, errors: [String]) {
    send(SIGTERM)
    return await end()
  }
}

/// The lines that a program writes into a pipe, as they come.
private final class Lines: Sendable {
  let path: String
  private let descriptor: Int32
  private let state = Mutex<(rest: String, waiting: [String], seen: [String])>(("", [], []))

  init(_ path: String) {
    self.path = path
    mkfifo(path, 0o600)
    // Non-blocking: opened before there is a writer.
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  var seen: [String] { state.withLock { $0.seen } }

  func first(where isIt: @escaping @Sendable (String) -> Bool) async -> String? {
    await withCheckedContinuation { continuation in
      // On a thread of its own: those of the tests must not wait.
      Thread.detachNewThread { continuation.resume(returning: self.read(isIt)) }
    }
  }

  private func read(_ isIt: (String) -> Bool) -> String? {
    let deadline = ContinuousClock.now + .seconds(60)
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while ContinuousClock.now < deadline {
      if let line = next(isIt) { return line }
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, 1000) > 0 else { continue }
      let count = Glibc.read(descriptor, &block, block.count)
      if count == 0 { return nil }
      if count > 0 { append(String(decoding: block[..<count], as: UTF8.self)) }
    }
    return nil
  }

  private func append(_ text: String) {
    state.withLock { state in
      var lines = (state.rest + text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      state.rest = lines.removeLast()
      state.waiting += lines
    }
  }

  private func next(_ isIt: (String) -> Bool) -> String? {
    state.withLock { state in
      while !state.waiting.isEmpty {
        let line = state.waiting.removeFirst()
        state.seen.append(line)
        if isIt(line) { return line }
      }
      return nil
    }
  }
}
