import Configuration
import JSON
import Judging
import Wire

/// What is known of a judge without asking it anything.
struct JudgeCard {
  private let settings: JudgeSettings
  private let about: JudgeDescription

  init(_ settings: JudgeSettings, _ about: JudgeDescription) {
    self.settings = settings
    self.about = about
  }

  static let headings: [(String, Table.Alignment)] = [
    ("judge", .left), ("plugin", .left), ("kind", .left), ("model", .left), ("modalities", .left), ("formats", .left),
    ("in flight", .right), ("timeout", .right), ("prices", .left),
  ]

  var row: [String] {
    [
      settings.name, settings.plugin, about.kind.rawValue, about.model ?? "-", modalities, formats,
      inFlight.map(String.init) ?? "-", settings.timeoutMilliseconds.map { "\($0) ms" } ?? "-",
      settings.prices?.words ?? "-",
    ]
  }

  /// One fact in a line.
  var lines: [String] {
    var table = Table([("", .left), ("", .left)])
    let facts = zip(Self.headings.map(\.0), row).filter { $0.1 != "-" }
    for (name, value) in facts { table.add([name, value]) }
    table.add(["log-probabilities", about.maxTopLogprobs == 0 ? "none" : "up to \(about.maxTopLogprobs) alternatives"])
    table.add(["samples in one call", String(about.maxSamples)])
    return Array(table.lines.dropFirst())
  }

  var json: JSONValue {
    var object = JSONObject([
      ("name", .string(settings.name)), ("plugin", .string(settings.plugin)), ("kind", .string(about.kind.rawValue)),
    ])
    object["model"] = about.model.map { .string($0) }
    object["modalities"] = .array(about.modalities.map { .string($0.rawValue) })
    object["formats"] = .array(about.formats.map { .string($0.rawValue) })
    object["max_in_flight"] = inFlight.map { .int(Int64($0)) }
    object["timeout_ms"] = settings.timeoutMilliseconds.map { .int(Int64($0)) }
    object["max_top_logprobs"] = .int(Int64(about.maxTopLogprobs))
    object["max_samples"] = .int(Int64(about.maxSamples))
    object["can_probe"] = .bool(about.canProbe)
    object["prices"] = settings.prices?.json
    return .object(object)
  }

  private var modalities: String { about.modalities.map(\.rawValue).joined(separator: " ") }
  private var formats: String { about.formats.map(\.rawValue).joined(separator: " ") }
  private var inFlight: Int? { settings.maxInFlight ?? about.maxInFlight }
}

extension Prices {
  /// `2.5 in, 10 out, per million, USD`.
  fileprivate var words: String {
    func perMillion(_ price: Money) -> String { (1_000_000 * price).decimal }
    var parts: [String] = []
    if prompt != .zero || completion != .zero || request == .zero {
      let tokens = [
        perMillion(prompt) + " read", cached == prompt ? nil : perMillion(cached) + " read again",
        perMillion(completion) + " written", reasoning == completion ? nil : perMillion(reasoning) + " reasoned",
      ]
      parts.append(tokens.compactMap { $0 }.joined(separator: ", ") + " per million")
    }
    if request != .zero { parts.append("\(request.decimal) per request") }
    return "\(currency): " + parts.joined(separator: "; ")
  }
}
