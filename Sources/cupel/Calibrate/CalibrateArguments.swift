public import ArgumentParser
public import Calibration
import JSON

extension ConfidenceSource: ExpressibleByArgument {}
extension CalibrationMethod: ExpressibleByArgument {}

extension HumanScale: ExpressibleByArgument {
  /// `MIN:MAX` or `MIN:MAX:STEP`.
  public init?(argument: String) {
    guard let scale = try? HumanScale(argument) else { return nil }
    self = scale
  }
}

/// How a report is printed.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case markdown, json

  func print(markdown: String, _ json: JSONValue) throws {
    switch self {
    case .markdown: Console.print(markdown)
    case .json: Console.print(try JSONWriter.pretty(json))
    }
  }
}

/// A source of confidence, or none.
enum WantedSource: ExpressibleByArgument {
  case named(ConfidenceSource)
  case nothing

  init?(argument: String) {
    if argument == "none" {
      self = .nothing
    } else if let source = ConfidenceSource(rawValue: argument) {
      self = .named(source)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { ConfidenceSource.allCases.map(\.rawValue) + ["none"] }
}
