public import Documents
import JSON

extension RubricLibrary {
  /// The style that `reference` names: `flex-judge`, `flex-judge@1`, or the path of a style file.
  public func style(_ reference: String) throws(DocumentErrors) -> Style {
    let found: StyleReference
    do throws(StyleNotFound) {
      found = try styleFile(reference, beside: ".")
    } catch {
      throw DocumentErrors([DocumentError(file: reference, error.message)])
    }
    return try Self.load(found)
  }

  /// The names of the styles that can be asked for.
  public func styleNames() -> [String] {
    Set(styleFolders.flatMap { Folder.names($0).filter(Self.isPath).map(Folder.stem) }).sorted()
  }

  /// For `style:` in a rubric; a path is taken from the folder that the rubric is in.
  func findStyle(_ reference: String, beside folder: String) throws(StyleNotFound) -> Style {
    let found = try styleFile(reference, beside: folder)
    do throws(DocumentErrors) {
      return try Self.load(found)
    } catch {
      throw StyleNotFound(
        message: "the style cannot be used: \(error.errors.map(\.description).joined(separator: "; "))")
    }
  }

  /// Where a style is, and what it must be.
  private struct StyleReference {
    let file: String
    var name: String?
    var version: String?
  }

  private func styleFile(_ reference: String, beside folder: String) throws(StyleNotFound) -> StyleReference {
    if Self.isPath(reference) {
      return StyleReference(file: reference.hasPrefix("/") ? reference : "\(folder)/\(reference)")
    }
    let parts = reference.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let candidates = styleFolders.flatMap { folder in Folder.endings.map { "\(folder)/\(parts[0])\($0)" } }
    guard let file = candidates.first(where: Folder.isFile) else {
      throw StyleNotFound(message: Suggestion.unknown("style", parts[0], among: styleNames()))
    }
    return StyleReference(file: file, name: parts[0], version: parts.count == 2 ? parts[1] : nil)
  }

  private static func load(_ reference: StyleReference) throws(DocumentErrors) -> Style {
    let document = try loadDocument(reference.file)
    let style = try Style(document)
    if let name = reference.name, style.name != name {
      let message = "'\(style.name)' stands where '\(name)' is looked for; give both the same name"
      throw DocumentErrors([document.locate(JSONError(message, path: "name"))])
    }
    if let version = reference.version, version != String(style.version) {
      let message = "is \(style.version), and version '\(version)' was asked for; accepted: \(style.reference)"
      throw DocumentErrors([document.locate(JSONError(message, path: "version"))])
    }
    return style
  }

  static func loadDocument(_ file: String) throws(DocumentErrors) -> Document {
    do throws(DocumentError) {
      return try Document.load(file: file)
    } catch {
      throw DocumentErrors([error])
    }
  }
}
