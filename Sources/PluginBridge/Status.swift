package import CCupelPlugin
package import Wire

/// The status codes of the ABI by name. A code that this build does not know is ``failed``.
package enum Status: cupel_status, Sendable, CaseIterable {
  case ok = 0
  case failed = 1
  case invalidInput = 2
  case unsupported = 3
  case limit = 4
  case timeout = 5
  case cancelled = 6
  case overloaded = 7

  package init(code: cupel_status) { self = Status(rawValue: code) ?? .failed }

  /// The reason a judgment carries for this status. A limit that was reached and a thing that is not supported will be so
  /// again: the input is at fault.
  package var reason: UnscoredReason {
    switch self {
    case .ok, .failed: .judgeError
    case .invalidInput, .unsupported, .limit: .invalidInput
    case .timeout: .timeout
    case .cancelled: .cancelled
    case .overloaded: .overloaded
    }
  }

  /// The status that says ``reason`` best. What only the parser of a reply can say counts as a failure of the judge.
  package init(_ reason: UnscoredReason) {
    switch reason {
    case .invalidInput: self = .invalidInput
    case .timeout: self = .timeout
    case .cancelled: self = .cancelled
    case .overloaded: self = .overloaded
    case .judgeError, .unparsed, .truncated, .refused, .outOfRange, .wrongCount: self = .failed
    }
  }
}
