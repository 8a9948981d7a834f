import Documents
import JSON
import Media
public import MediaFetching

/// `media:` of the configuration: where files may come from, and what is kept of them.
public struct MediaSettings: Sendable, Hashable {
  /// `roots`: folders that media may be loaded from besides those of the inputs.
  public var roots: [String] = []
  /// `web`: hosts that files may be fetched from.
  public var web = WebRules()
  /// `cache_bytes`: what finished decodes may take in memory.
  public var cacheBytes = MediaLoader.standardCacheBytes
  /// `background`: what transparent pixels are put on; nil: as limits say.
  var background: [UInt8]?

  /// The defaults.
  public init() {}

  init(_ reader: JSONReader, folder: String, _ findings: inout Findings) {
    self.init()
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: ["roots", "background", "web", "cache_bytes"])
    roots = findings.paths(reader, "roots", relativeTo: folder)
    background = findings.optional(reader, "background", Self.colour)
    cacheBytes = findings.int(reader, "cache_bytes", in: 0...(1 << 40), standard: cacheBytes)
    if let field = reader["web"] { web = WebRules(field, &findings) }
  }

  /// `#rrggbb`.
  private static func colour(_ field: JSONReader) throws(JSONError) -> [UInt8] {
    let text = try field.string()
    let digits = text.dropFirst()
    guard text.first == "#", digits.utf8.count == 6, let number = UInt32(digits, radix: 16) else {
      throw field.error("expected a colour such as \"#ffffff\", found '\(text)'")
    }
    return [UInt8(number >> 16), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
  }
}

extension WebRules {
  fileprivate init(_ reader: JSONReader, _ findings: inout Findings) {
    self.init()
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: ["hosts", "private_hosts", "timeout_ms", "max_redirects"])
    hosts = findings.optional(reader, "hosts", Self.hosts) ?? []
    privateHosts = findings.optional(reader, "private_hosts", Self.hosts) ?? []
    timeoutMilliseconds = findings.int(reader, "timeout_ms", in: 1...3_600_000, standard: timeoutMilliseconds)
    maxRedirects = findings.int(reader, "max_redirects", in: 0...20, standard: maxRedirects)
  }

  private static func hosts(_ field: JSONReader) throws(JSONError) -> [String] {
    var hosts: [String] = []
    for element in try field.array() {
      let host = try element.string()
      if let problem = problem(with: host) { throw element.error(problem) }
      hosts.append(host)
    }
    return hosts
  }
}
