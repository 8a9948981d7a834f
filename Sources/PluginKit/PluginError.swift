import JSON
import PluginBridge
public import Wire

/// Why a plugin cannot open a judge or answer a call. The kind decides what the judgment says and whether asking again helps.
public struct PluginError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure that the ABI knows.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// The plugin, or what is behind it, failed.
    case failed
    /// The input can never succeed: bad configuration, a missing modality, a missing reference.
    case invalidInput
    /// Not a thing this plugin does.
    case unsupported
    /// A stated limit was reached; the message names it.
    case limit
    case timeout
    case cancelled
    /// Try again later.
    case overloaded
  }

  /// Decides the reason in the judgment.
  public let kind: Kind
  /// What was wrong, where, the accepted values, what to do. One sentence.
  public let message: String
  /// What the failure consumed all the same: requests, and tokens of replies that could not be used.
  public let spent: Usage

  /// An error of a kind, in words for the user.
  public init(_ kind: Kind, _ message: String, spent: Usage = Usage()) {
    self.kind = kind
    self.message = message
    self.spent = spent
  }

  /// The message.
  public var description: String { message }
}

extension PluginError {
  /// Any error that plugin code may throw, as one of the kinds: an ``Unscored`` keeps its reason, a ``JSONError`` is invalid
  /// input, anything else is a failure.
  init(any error: any Error) {
    switch error {
    case let error as PluginError: self = error
    case let error as Unscored: self.init(Kind(Status(error.reason)), error.message, spent: error.spent)
    case let error as JSONError: self.init(.invalidInput, error.description)
    case is CancellationError: self.init(.cancelled, "the call was cancelled")
    default: self.init(.failed, "\(error)")
    }
  }

  var status: Status {
    switch kind {
    case .failed: .failed
    case .invalidInput: .invalidInput
    case .unsupported: .unsupported
    case .limit: .limit
    case .timeout: .timeout
    case .cancelled: .cancelled
    case .overloaded: .overloaded
    }
  }
}

extension PluginError.Kind {
  fileprivate init(_ status: Status) {
    switch status {
    case .ok, .failed: self = .failed
    case .invalidInput: self = .invalidInput
    case .unsupported: self = .unsupported
    case .limit: self = .limit
    case .timeout: self = .timeout
    case .cancelled: self = .cancelled
    case .overloaded: self = .overloaded
    }
  }
}
