import Glibc

/// One connection of the server; only its thread touches it.
final class Connection {
  /// What it waits for.
  enum Waiting {
    /// Bytes of the client, or its end.
    case reading
    /// Room for more bytes.
    case writing
    /// A moment; only the client's end matters meanwhile.
    case until(ContinuousClock.Instant)
    /// A gate.
    case gate(Gate)
    /// Nothing: only the client's end matters.
    case nothing
    /// It is to be closed, or reset.
    case over(isReset: Bool)
    /// The same, and the listening socket with it.
    case refusal
  }

  let number: Int
  let descriptor: Int32
  var reader = RequestReader()
  /// A gate that is waited for, with the number to forget it by.
  var gate: (gate: Gate, id: UInt64)?
  private(set) var isAnswering = false
  private var closesAfterReply = false
  private var isDismissed = false
  private var acts: [Act] = []
  private var nextAct = 0
  private var output: [UInt8] = []
  private var sent = 0
  private var fillLeft = 0
  private var trickle: (bytes: [UInt8], at: Int, interval: Duration)?
  private static let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)

  init(number: Int, descriptor: Int32) {
    self.number = number
    self.descriptor = descriptor
  }

  /// Begins a reply; `advance` carries it out. The connection ends with it where `isLast`.
  func answer(_ acts: [Act], isLast: Bool) {
    self.acts = acts
    nextAct = 0
    isAnswering = true
    closesAfterReply = isLast
  }

  /// Sends something that is no reply.
  func sendAside(_ bytes: [UInt8]) { output += bytes }

  /// Sends what is no reply to a request, ends this side, and reads nothing more: closing while bytes of the client are
  /// on their way would reset the connection, and the client might never see why.
  func dismiss(_ reply: ModelServer.Reply) {
    acts = [.send(reply.message)]
    nextAct = 0
    isDismissed = true
  }

  /// Does what can be done now, and says what the rest waits for. `isAnswering` is false once a reply is carried out.
  func advance(now: ContinuousClock.Instant) -> Waiting {
    while true {
      switch flush() {
      case .done: break
      case .full: return .writing
      case .broken: return .over(isReset: false)
      }
      if let pause = nextTrickle(now) { return .until(pause) }
      guard nextAct < acts.count else {
        if isDismissed {
          shutdown(descriptor, Int32(SHUT_WR))
          return .nothing
        }
        let wasAnswering = isAnswering
        isAnswering = false
        return wasAnswering && closesAfterReply ? .over(isReset: false) : .reading
      }
      nextAct += 1
      switch acts[nextAct - 1] {
      case .send(let bytes): output = bytes
      case .fill(let count): fillLeft = count
      case .trickle(let bytes, let interval): trickle = (bytes, 0, interval)
      case .pause(let time): return .until(now + time)
      case .wait(let gate): return .gate(gate)
      case .hang: return .nothing
      case .close: return end(isReset: false)
      case .reset: return end(isReset: true)
      case .refuse: return finish(.refusal)
      }
    }
  }

  private func end(isReset: Bool) -> Waiting { finish(.over(isReset: isReset)) }

  private func finish(_ waiting: Waiting) -> Waiting {
    isAnswering = false
    return waiting
  }

  /// Puts the next byte of a trickle into the output; returns when it may be sent, where it must wait before.
  private func nextTrickle(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    guard let (bytes, at, interval) = trickle else { return nil }
    output = [bytes[at]]
    trickle = at + 1 < bytes.count ? (bytes, at + 1, interval) : nil
    return now + interval
  }

  private enum Flushed { case done, full, broken }

  private func flush() -> Flushed {
    while sent < output.count {
      let count = output.withUnsafeBytes { raw in
        send(descriptor, raw.baseAddress.map { $0 + sent }, raw.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 { return failure() }
      sent += count
    }
    output.removeAll(keepingCapacity: output.count <= 64 << 10)
    sent = 0
    while fillLeft > 0 {
      let count = send(descriptor, Self.filler, min(fillLeft, Self.filler.count), Int32(MSG_NOSIGNAL))
      if count < 0 { return failure() }
      fillLeft -= count
    }
    return .done
  }

  private func failure() -> Flushed { errno == EAGAIN ? .full : .broken }

  /// Reads what is there; false at the end of the connection. No more than `limit` bytes are held that nobody asked for.
  func receive(limit: Int) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while reader.waiting < limit {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 {
        if !isDismissed { reader.append(buffer[..<count]) }
        if count < buffer.count { return true }
      } else {
        return count < 0 && (errno == EAGAIN || errno == EINTR)
      }
    }
    return true
  }

  func shut(isReset: Bool) {
    if let gate { gate.gate.forget(gate.id) }
    if isReset {
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }
    close(descriptor)
  }
}
