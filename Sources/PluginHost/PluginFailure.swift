/// Why a plugin could not be loaded, or a judge could not be opened.
public struct PluginFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file, absolute where it could be resolved; nil where no file is at fault.
  public let file: String?
  /// What was wrong and what to do; one sentence.
  public let message: String

  /// A failure of a file, or of none.
  public init(file: String? = nil, _ message: String) {
    self.file = file
    self.message = message
  }

  /// `FILE: message`, as it is shown.
  public var description: String { file.map { "\($0): \(message)" } ?? message }
}
