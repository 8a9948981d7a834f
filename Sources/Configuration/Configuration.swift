public import Documents
public import JSON
import Media
public import PluginHost

/// What `cupel.yaml` says. Everything has a default, so that no file at all is a configuration, too.
public struct Configuration: Sendable {
  /// Judges by the names that `--judge` takes, in the order of the file.
  public var judges: [JudgeSettings] = []
  /// Plugin files and folders besides the installed ones.
  public var plugins: [String] = []
  /// Folders of rubrics besides the installed ones; they are searched first.
  public var rubrics: [String] = []
  /// Where files may come from.
  public var media = MediaSettings()
  /// `decode`: where files are decoded.
  public var decodingPlace = DecodingPlace.standard
  /// Named limits.
  public var limits = Limits()
  /// How `cupel serve` serves.
  public var serve = ServeSettings()
  /// The file it was read from; nil for the defaults.
  public let document: Document?

  /// The defaults.
  public init() { document = nil }

  /// Reads a whole file, and reports everything that is wrong with it.
  ///
  /// Paths in it are relative to the folder it lies in.
  public init(_ document: Document) throws(DocumentErrors) {
    self.document = document
    let root = document.root
    var findings = Findings()
    guard findings.attempt({ () throws(JSONError) in try root.object() }) != nil else {
      throw DocumentErrors(findings.errors.map(document.locate))
    }
    findings.refuseUnknown(in: root, accepted: ["judges", "plugins", "rubrics", "media", "decode", "limits", "serve"])
    let folder = Self.folder(of: document.name)
    plugins = findings.paths(root, "plugins", relativeTo: folder)
    rubrics = findings.paths(root, "rubrics", relativeTo: folder)
    judges = JudgeSettings.list(root, folder: folder, &findings)
    if let media = root["media"] { self.media = MediaSettings(media, folder: folder, &findings) }
    let place = findings.optional(root, "decode") { (field) throws(JSONError) in try Self.place(field) }
    if let place { decodingPlace = place }
    if let limits = root["limits"] { self.limits = Limits(limits, &findings) }
    if let serve = root["serve"] { self.serve = ServeSettings(serve, folder: folder, &findings) }
    if let background = media.background { limits.media.background = background }
    try document.report(findings)
  }

  /// An error at `path` of the file, with its line.
  public func locate(_ error: JSONError) -> DocumentError {
    document?.locate(error) ?? DocumentError(file: "configuration", path: error.path, error.message)
  }

  private static func folder(of file: String) -> String {
    file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
  }

  /// Where files are decoded, as `decode` says it.
  private static func place(_ field: JSONReader) throws(JSONError) -> DecodingPlace {
    switch try field.string() {
    case "workers": return .standard
    case "in_process": return .inProcess
    case let other:
      throw field.error("'\(other)' is no place to decode; accepted: workers, in_process (unsafe, for debugging)")
    }
  }
}
