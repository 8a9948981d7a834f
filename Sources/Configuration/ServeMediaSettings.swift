import Documents
import JSON
public import Media

/// `serve.media`: what requests may name besides bytes of their own.
public struct ServeMediaSettings: Sendable, Hashable {
  /// `files`: files under `media.roots`.
  public var takesFiles = false
  /// `web`: addresses of the hosts of `media.web`.
  public var takesAddresses = false
  /// `uploads`: files that were sent before with `PUT /v1/media`; nil (`uploads: none`): none can be.
  public var uploads: UploadStore.Limits? = UploadStore.Limits()

  /// The defaults.
  public init() {}

  init(_ reader: JSONReader, _ findings: inout Findings) {
    self.init()
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: ["files", "web", "uploads"])
    takesFiles = findings.optional(reader, "files") { (field) throws(JSONError) in try field.bool() } ?? false
    takesAddresses = findings.optional(reader, "web") { (field) throws(JSONError) in try field.bool() } ?? false
    if let field = reader["uploads"] { uploads = Self.uploads(field, &findings) }
  }

  /// `none`, or an object with `max_bytes` and `max_bytes_per_key`.
  private static func uploads(_ field: JSONReader, _ findings: inout Findings) -> UploadStore.Limits? {
    if field.value.string == "none" { return nil }
    guard field.value.object != nil else {
      findings.add(field.error("expected none or {max_bytes: N, max_bytes_per_key: N}, found \(field.value.kind)"))
      return nil
    }
    findings.refuseUnknown(in: field, accepted: ["max_bytes", "max_bytes_per_key"])
    var limits = UploadStore.Limits()
    limits.maxBytes = findings.int(field, "max_bytes", in: 1...(1 << 40), standard: limits.maxBytes)
    limits.maxBytesPerOwner = findings.int(
      field, "max_bytes_per_key", in: 1...(1 << 40), standard: min(limits.maxBytesPerOwner, limits.maxBytes))
    return limits
  }
}
