public import JSON

extension ModelServer {
  /// What the server does with one request: a response, or something worse.
  public struct Reply: Sendable {
    /// The HTTP status; any number.
    public var status: Int
    /// Besides `Content-Length`, which is added where ``body`` is sent as it is.
    public var headers: [Header]
    /// What follows the head.
    public var body: [UInt8]
    /// How the response is carried out; ``Delivery/whole`` unless stated.
    var delivery = Delivery.whole
    /// Before the first byte is sent.
    var latency = Duration.zero
    var gate: Gate?

    /// How a response is carried out.
    enum Delivery: Sendable {
      case whole
      /// The whole response, one byte at a time.
      case trickle(every: Duration)
      /// Something other than the response; the request is that which it answers.
      case fault(Fault)
      /// `count` bytes of body under an honest `Content-Length`.
      case huge(count: Int)
      /// These bytes as they are, then the end.
      case raw([UInt8], Ending)
    }

    /// What becomes of the connection after bytes that are no whole response.
    public enum Ending: Sendable, Hashable {
      /// It is closed.
      case close
      /// It is reset (`RST`).
      case reset
      /// It stays open, and nothing more is sent.
      case hang
    }

    /// A response; `Content-Length` is added.
    public init(_ status: Int, headers: [Header] = [], body: [UInt8] = []) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    /// A response with a JSON body. A number that JSON cannot express makes it status 500 with the reason: servers that
    /// write `NaN` are played with ``text(_:status:type:)``.
    public static func json(_ value: JSONValue, status: Int = 200, headers: [Header] = []) -> Reply {
      do throws(JSONError) {
        let body = try JSONWriter.bytes(value)
        return Reply(status, headers: [Header("Content-Type", "application/json")] + headers, body: body)
      } catch {
        return .text("the script's reply cannot be written: \(error)", status: 500)
      }
    }

    /// A response of plain text, or of another type that is text.
    public static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> Reply {
      Reply(status, headers: [Header("Content-Type", type)], body: Array(text.utf8))
    }

    /// Bytes in place of a response, HTTP or not, and what becomes of the connection then.
    public static func raw(_ bytes: [UInt8], then ending: Ending = .close) -> Reply {
      var reply = Reply(200)
      reply.delivery = .raw(bytes, ending)
      return reply
    }

    /// A JSON string of `bytes` bytes in all, under an honest `Content-Length`, streamed for as long as the client reads;
    /// nothing of it is held.
    public static func huge(bytes: Int) -> Reply {
      var reply = Reply(200, headers: [Header("Content-Type", "application/json")])
      reply.delivery = .huge(count: bytes)
      return reply
    }

    /// A redirect to `url`.
    public static func redirect(_ status: Int = 302, to url: String) -> Reply {
      Reply(status, headers: [Header("Location", url)])
    }

    /// The same response with another header line.
    public func adding(_ name: String, _ value: String) -> Reply {
      var reply = self
      reply.headers.append(Header(name, value))
      return reply
    }

    /// The same response, spoilt by `fault`.
    public func with(_ fault: Fault) -> Reply {
      var reply = self
      reply.delivery = .fault(fault)
      return reply
    }

    /// A good chat completion, spoilt by `fault`.
    public static func fault(_ fault: Fault) -> Reply { Reply.chat("[[A]]").with(fault) }

    /// The same response, `latency` after the request was complete.
    public func after(_ latency: Duration) -> Reply {
      var reply = self
      reply.latency = latency
      return reply
    }

    /// The same response, not before the gate is open.
    public func after(_ gate: Gate) -> Reply {
      var reply = self
      reply.gate = gate
      return reply
    }

    /// The same response, one byte each time that `interval` has passed.
    public func trickling(every interval: Duration) -> Reply {
      var reply = self
      reply.delivery = .trickle(every: interval)
      return reply
    }

    /// The same response, after which the server closes the connection and says so before.
    public func closing() -> Reply { adding("Connection", "close") }
  }
}
