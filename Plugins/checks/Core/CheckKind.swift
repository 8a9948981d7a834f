import JSON

/// A check that rubrics can name: its options, and how it is compiled.
struct CheckKind: Sendable {
  let name: String
  /// Its own options, without those that all checks have.
  let options: [String]
  let modality: Modality
  let make: @Sendable (Arguments) throws(JSONError) -> any Check

  enum Modality: Sendable {
    case text, image, sound, video, file

    /// The option that says which part of the response is looked at.
    fileprivate var option: String {
      switch self {
      case .text: Part.option
      case .image: ImageChoice.option
      case .sound: SoundChoice.option
      case .video: VideoChoice.option
      case .file: FileChoice.option
      }
    }
  }

  init(
    _ name: String, _ modality: Modality = .text, options: [String] = [],
    make: @escaping @Sendable (Arguments) throws(JSONError) -> any Check
  ) {
    self.name = name
    self.options = options
    self.modality = modality
    self.make = make
  }

  /// Every option that may stand beside this check's name.
  var allOptions: [String] {
    options + ScoreRule.options + [modality.option]
  }
}

/// What a rubric wrote for one check: `{name: argument, option: …}`.
struct Arguments: Sendable {
  /// The value beside the check's name.
  let argument: JSONReader
  private let options: JSONReader

  init(argument: JSONReader, options: JSONReader) {
    self.argument = argument
    self.options = options
  }

  subscript(option: String) -> JSONReader? { options[option] }

  /// A whole number option that has a default.
  func int(_ option: String, default value: Int, in range: ClosedRange<Int>) throws(JSONError) -> Int {
    guard let reader = options[option] else { return value }
    return try reader.int(in: range)
  }

  func bool(_ option: String, default value: Bool) throws(JSONError) -> Bool {
    guard let reader = options[option] else { return value }
    return try reader.bool()
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ option: String, default value: Choice
  ) throws(JSONError) -> Choice where Choice.RawValue == String {
    guard let reader = options[option] else { return value }
    return try reader.choice()
  }
}
