public import Documents
import JSON

/// Finds rubrics and styles by name, in folders, in order; the first folder that has a name wins.
///
/// A rubric is `<folder>/<name>/rubric.yaml` or `<folder>/<name>.yaml`; a style is `<folder>/styles/<name>.yaml`, or
/// `<name>.yaml` in a folder of styles. `.yml` and `.json` do as well. Whatever holds a slash or such an ending is a path.
public struct RubricLibrary: Sendable {
  /// A rubric that can be asked for by name.
  public struct Entry: Sendable {
    /// What to ask for.
    public let name: String
    /// Where it is.
    public let file: String
    /// The rubric, or everything that is wrong with it.
    public let rubric: Result<Rubric, DocumentErrors>
  }

  let folders: [String]
  let styleFolders: [String]

  /// `folders` hold rubrics, and styles in a folder `styles`; `styleFolders` hold styles. A folder that is not there is empty.
  public init(folders: [String], styleFolders: [String] = []) {
    self.folders = folders
    self.styleFolders = folders.map { "\($0)/styles" } + styleFolders
  }

  /// The rubric called `name`, or the one in a file or folder at the path `name`.
  public func rubric(_ name: String) throws(DocumentErrors) -> Rubric {
    if !Self.isPath(name) {
      for (folder, found) in rubricFiles() where found.name == name {
        return try load(found.file, named: name, in: folder)
      }
    }
    if !name.isEmpty, let file = Self.document(at: name) { return try load(file, named: nil, in: nil) }
    if Self.isPath(name) {
      // Loading says why there is nothing: no such file, no rubric in the folder, not readable.
      let file = Folder.isFolder(name) ? "\(name)/rubric.yaml" : name
      return try load(file, named: nil, in: nil)
    }
    let problem = Suggestion.unknown("rubric", name, among: rubricNames())
    throw DocumentErrors([DocumentError(file: name, "\(problem); or give the path of a rubric file")])
  }

  /// Every rubric that can be asked for by name, in order of name; broken ones too.
  public func list() -> [Entry] {
    var entries: [Entry] = []
    for (folder, found) in rubricFiles() where !entries.contains(where: { $0.name == found.name }) {
      let rubric = Result { () throws(DocumentErrors) in try load(found.file, named: found.name, in: folder) }
      entries.append(Entry(name: found.name, file: found.file, rubric: rubric))
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The names of ``list()``, without reading the files.
  public func rubricNames() -> [String] { Set(rubricFiles().map(\.found.name)).sorted() }

  private func load(_ file: String, named name: String?, in folder: String?) throws(DocumentErrors) -> Rubric {
    let document = try Self.loadDocument(file)
    let defaultName = Folder.stem(file) == "rubric" ? Folder.stem(Folder.containing(file)) : Folder.stem(file)
    let rubric = try Rubric(document, defaultName: defaultName) { (style) throws(StyleNotFound) in
      try self.findStyle(style, beside: Folder.containing(file))
    }
    if let name, rubric.name != name {
      let problem = JSONError(
        "'\(rubric.name)' stands where '\(name)' is looked for; give both the same name", path: "name")
      throw DocumentErrors([document.locate(problem)])
    }
    return rubric
  }

  private func rubricFiles() -> [(folder: String, found: (name: String, file: String))] {
    folders.flatMap { folder in
      Folder.names(folder).compactMap { name in
        Self.document(at: "\(folder)/\(name)").map { (folder, (name: Folder.stem(name), file: $0)) }
      }
    }
  }

  /// The document at `path`: the file itself, or the rubric in the folder.
  private static func document(at path: String) -> String? {
    if Folder.isFile(path) { return Folder.endings.contains { path.hasSuffix($0) } ? path : nil }
    return Folder.endings.map { "\(path)/rubric\($0)" }.first(where: Folder.isFile)
  }

  static func isPath(_ name: String) -> Bool {
    name.contains("/") || Folder.endings.contains { name.hasSuffix($0) }
  }
}
