import Configuration
import Documents
import JSON
import Judging
import PluginHost
import Wire

/// What probing a judge came to, for people and for programs.
struct Probe {
  private let settings: JudgeSettings
  private let card: JudgeCard
  private let report: ProbeReport
  /// What the configuration says of the judge, with the options that were seen to work; nil where it cannot be used.
  private let configuration: JSONObject?

  init(_ settings: JudgeSettings, _ about: JudgeDescription, _ report: ProbeReport, in file: Configuration) {
    self.settings = settings
    self.report = report
    card = JudgeCard(settings, about)
    configuration = report.options.map { options in
      var judge =
        file.document?.root["judges"]?[settings.name]?.value.object
        ?? JSONObject([("plugin", .string(settings.plugin))])
      judge["options"] = .object(options)
      return JSONObject([("judges", .object(JSONObject([(settings.name, .object(judge))])))])
    }
  }

  var isUsable: Bool { report.options != nil }

  var lines: [String] { (card.lines + [""] + findings + [""] + expense + paste).map(Self.onOneLine) }

  private var findings: [String] {
    var table = Table([("found", .left), ("", .left), ("", .left)])
    for finding in report.findings { table.add([finding.name, finding.status.rawValue, finding.detail]) }
    return table.lines
  }

  private var expense: [String] {
    let usage = report.usage
    let counts = [
      usage.requests.map { "\(Number.grouped($0)) \($0 == 1 ? "request" : "requests")" },
      usage.promptTokens.map { "\(Number.grouped($0)) prompt tokens" },
      usage.completionTokens.map { "\(Number.grouped($0)) completion tokens" },
    ].compactMap { $0 }
    var lines = ["probing took: " + (counts.isEmpty ? "not known" : counts.joined(separator: ", "))]
    if let prices = settings.prices {
      let cost = prices.cost(of: usage).map { "\(Number.money($0)) \(prices.currency)" }
      lines.append("cost: " + (cost ?? "not known: the judge does not report every count that has a price"))
    }
    return lines
  }

  private var paste: [String] {
    guard let configuration else { return [] }
    return ["", "for cupel.yaml, with nothing in it but what was seen to work:", ""] + YAMLText.lines(configuration)
  }

  /// What a server says may hold anything, line ends and escape sequences included.
  private static func onOneLine(_ line: String) -> String {
    String(String.UnicodeScalarView(line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  var json: JSONValue {
    var object = card.json.object ?? JSONObject()
    object["usable"] = .bool(isUsable)
    for member in report.json.object?.members ?? [] where member.key != "options" { object[member.key] = member.value }
    if let prices = settings.prices {
      var expense = Expense(prices: prices)
      expense.add(report.usage, answered: true)
      object["cost"] = expense.cost
    }
    object["configuration"] = configuration.map { .object($0) }
    return .object(object)
  }
}
