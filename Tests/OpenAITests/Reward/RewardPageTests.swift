import Foundation
import JSON
import Testing

@testable import OpenAI

/// What docs/judges.md says of reward models is what there is.
@Suite struct RewardPageTests {
  private let section: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    let page = try String(contentsOf: root.appending(path: "docs/judges.md"), encoding: .utf8)
    section = String(page[try #require(page.firstRange(of: "\n## Reward models\n")).upperBound...])
  }

  @Test func everyFieldAndEveryWordIsDescribed() {
    for name in RewardOptions.fields + ["separator", "marker", "aggregate"] {
      #expect(section.contains("`\(name)`"), "\(name)")
    }
    let words =
      RewardServer.allCases.map(\.rawValue) + RewardInput.allCases.map(\.rawValue)
      + RewardOptions.Activation.allCases.map(\.rawValue) + RewardOptions.Query.allCases.map(\.rawValue)
      + StepOptions.Aggregate.allCases.map(\.rawValue)
    for word in words { #expect(section.contains("`\(word)`"), "\(word)") }
  }

  /// The table of endpoints: which kinds each server has, where they are, and what they take.
  @Test func theTableOfEndpointsIsComplete() throws {
    var rows: [String] = []
    var kind = ""
    for line in section.split(separator: "\n") where line.hasPrefix("| ") && line.contains("| `/") {
      let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
      if !cells[0].isEmpty { kind = cells[0] }
      for server in cells[1].split(separator: ", ") { rows.append("\(kind) \(server) \(cells[2]) \(cells[3])") }
    }
    var there: [String] = []
    for server in RewardServer.allCases {
      for kind in server.kinds {
        let inputs = server.inputs(kind)
        let template = inputs[0] == .text ? #", "template": "chatml""# : ""
        let reward = #"{"server": "\#(server.rawValue)"\#(template)}"#
        let options = try #require(try Reward.options(kind.rawValue, reward).reward)
        let request = RewardRequest(options: options, model: "m", extraBody: .init())
        let letter = try request.letter(RewardConversation(Reward.call()))
        let path = (letter.root == .base ? "/v1" : "") + letter.path
        let taken = inputs.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        there.append("`\(kind.rawValue)` `\(server.rawValue)` `\(path)` \(taken)")
      }
    }
    #expect(rows.sorted() == there.sorted())
  }
}
