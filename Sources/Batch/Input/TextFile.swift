import Wire

/// A whole text, given as a file.
public enum TextFile {
  /// The UTF-8 text in the file at `path`.
  public static func read(_ path: String, limit: Int) throws(UsageError) -> String {
    let reader = SubmissionReader(prompt: nil, reference: nil, maxTextBytes: limit)
    switch reader.read(path) {
    case .failure(let unscored): throw UsageError(unscored.message)
    case .success(let item):
      guard item.responses.allSatisfy(\.media.isEmpty) else {
        throw UsageError("\(path): is a picture, and text is needed")
      }
      return item.responses[0].text
    }
  }
}
