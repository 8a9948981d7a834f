public import HTTPServing
public import JSON
import Wire

extension Reply {
  /// `value` as JSON. What JSON cannot express (NaN) is a fault, never an empty or broken body.
  public static func json(_ value: JSONValue, status: Int = 200) throws(Fault) -> Reply {
    do throws(JSONError) {
      return Reply(status, headers: [.init("Content-Type", "application/json")], body: try JSONWriter.bytes(value))
    } catch {
      throw Fault(.internalError, "the answer cannot be written as JSON: \(error)")
    }
  }
}

extension Fault {
  /// `{"error": {"code", "message", "path", "request_id"}}` with the status, `Retry-After` where asking again helps, and
  /// `X-Cupel-Unscored` where the fault is that there are no scores.
  public func reply(requestID: String) -> Reply {
    let body: JSONValue = ["error": json(requestID: requestID)]
    var headers = [RequestHead.Field("Content-Type", "application/json")]
    if let seconds = retryAfterSeconds { headers.append(.init("Retry-After", String(seconds))) }
    if !unscored.isEmpty { headers.append(Self.unscoredField(unscored)) }
    // Strings and nothing else: there is no number in it that JSON could not express.
    return Reply(status, headers: headers, body: (try? JSONWriter.bytes(body)) ?? [])
  }

  /// The header that says why there are no scores: each reason once.
  static func unscoredField(_ reasons: [UnscoredReason]) -> RequestHead.Field {
    let reasons = UnscoredReason.allCases.filter(reasons.contains).map(\.rawValue)
    return RequestHead.Field("X-Cupel-Unscored", reasons.joined(separator: ", "))
  }
}
