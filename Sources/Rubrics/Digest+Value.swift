import JSON
import Wire

extension Digest {
  /// The digest of a value's canonical text: equal values, equal digests.
  static func sha256(_ value: JSONValue) throws(JSONError) -> String { sha256(try JSONWriter.canonical(value)) }
}
