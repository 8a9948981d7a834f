public import JSON

/// Which calls a judge takes without waiting or computing for long, so that they may be handed to it on the thread of whoever asks.
public enum SubmitsAtOnce: Sendable, Hashable {
  case never
  /// Calls that are text alone, with at most so many bytes of UTF-8 in all their messages.
  case texts(maxBytes: Int)
  case always

  /// Reads what a plugin's `describe` says: true, false, a number of bytes, or nothing.
  public init(_ reader: JSONReader?) throws(JSONError) {
    guard let reader else {
      self = .never
      return
    }
    if case .bool(let isAlways) = reader.value {
      self = isAlways ? .always : .never
    } else {
      self = .texts(maxBytes: try reader.int(in: 1...1 << 30))
    }
  }

  /// What `describe` writes; nil: nothing.
  public var json: JSONValue? {
    switch self {
    case .never: nil
    case .texts(let bytes): .int(Int64(bytes))
    case .always: true
    }
  }
}

extension JudgeCall {
  /// Bytes of UTF-8 in all texts of the messages; nil where there are other parts as well.
  public var textBytes: Int? {
    var bytes = 0
    for message in messages {
      for part in message.parts {
        guard case .text(let text) = part else { return nil }
        bytes += text.utf8.count
      }
    }
    return bytes
  }
}
