public import Documents
internal import Glibc

extension Configuration {
  /// The file that is in force: the one that was named, else `CUPEL_CONFIG`, else `cupel.yaml` in the working folder, else none.
  ///
  /// A file that was named must be there; nobody has to have a `cupel.yaml`.
  public static func find(named: String?) throws(DocumentErrors) -> Configuration {
    if let named { return try load(named) }
    if let path = getenv("CUPEL_CONFIG").map({ String(cString: $0) }), !path.isEmpty { return try load(path) }
    return access(standardFile, F_OK) == 0 ? try load(standardFile) : Configuration()
  }

  /// The name that is looked for in the working folder.
  public static let standardFile = "cupel.yaml"

  private static func load(_ path: String) throws(DocumentErrors) -> Configuration {
    let document: Document
    do throws(DocumentError) { document = try Document.load(file: path) } catch { throw DocumentErrors([error]) }
    return try Configuration(document)
  }
}
