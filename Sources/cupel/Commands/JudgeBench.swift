import ArgumentParser
import Configuration
import Foundation
import JSON
import Judging
import PluginHost
import Wire

struct JudgeBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast a judge answers; costs some dozen calls.",
    discussion: """
      Asks calls as they are made for items: short ones, a long one, 8 samples of both orders of one pair, 16 rollouts \
      for one prompt, 16 for one with a picture where the judge is shown images, and short ones several at a time. Shows \
      tokens read and written a second, the time until the first token, and how many of the tokens asked for the judge had \
      to compute, where it counts them. The texts are words without meaning, others in each run, and the picture shows \
      nothing. Ends with 6 when calls fail.

      EXAMPLES
        cupel judge bench local
        cupel judge bench teacher --prompt-tokens 500 --reply-tokens 16
        cupel judge bench openai=http://127.0.0.1:8000/v1,my-model \\
          --only samples --only group --format json
      """)

  @Argument(help: "A judge of cupel.yaml, or openai=URL,MODEL; without it the one that 'cupel grade' would take.")
  var judge: String?

  @Option(help: "Only this part; may be given several times: short, long, samples, group, picture, rate.")
  var only: [BenchKind] = []

  @Option(help: "How long the long prompts are, in tokens, about.")
  var promptTokens = 2000

  @Option(help: "The most tokens of a reply.")
  var replyTokens = 64

  @Option(help: "How large the picture of the part 'picture' is, WIDTHxHEIGHT in pixels.", transform: Self.size)
  var pictureSize = (width: 448, height: 448)

  @Option(help: "How many short calls at a time, for the part 'rate'; may be given several times.")
  var atOnce: [Int] = []

  @Option(help: "Decides texts and picture; without it, other ones each time, so that no judge has read them before.")
  var seed: UInt64?

  @Option(help: "For one call, in milliseconds; the judge's own limit where it has one.")
  var timeoutMs: Int?

  @Option(help: "'table' or 'json'.")
  var format: SummaryFormat = .table
  @OptionGroup(title: "Where things are") var places: PlaceOptions

  private static let usualAtOnce = [1, 2, 4, 8, 16]
  private static let usualTimeout = 600_000

  private static func size(_ text: String) throws -> (width: Int, height: Int) {
    let sides = BenchPicture.sides
    guard let match = text.wholeMatch(of: /([0-9]{1,9})x([0-9]{1,9})/), let width = Int(match.1),
      let height = Int(match.2),
      sides.contains(width), sides.contains(height)
    else {
      throw ValidationError(
        "must be WIDTHxHEIGHT, as in 448x448, with sides of \(sides.lowerBound) to \(sides.upperBound)")
    }
    return (width, height)
  }

  func validate() throws {
    for (name, value, range) in [
      ("--prompt-tokens", promptTokens, 20...1_000_000), ("--reply-tokens", replyTokens, 2...100_000),
      ("--timeout-ms", timeoutMs ?? 1, 1...Int.max),
    ] where !range.contains(value) {
      throw ValidationError("\(name) \(value): must be \(range.lowerBound) to \(range.upperBound)")
    }
    for count in atOnce where !(1...4096).contains(count) {
      throw ValidationError("--at-once \(count): must be 1 to 4096")
    }
    if let seed, seed > UInt64(Int64.max) { throw ValidationError("--seed \(seed): must be at most \(Int64.max)") }
  }

  func run() async throws {
    let workbench = try Workbench.standing(at: places)
    guard let settings = try asUsage({ try workbench.settings(named: self.judge) }) else {
      throw CommandFailure.usage("no judges are configured; name a server as openai=URL,MODEL")
    }
    let judge = try asUsage { try workbench.hosted(settings) }
    let report = try await measure(judge, settings)
    await judge.close()
    switch format {
    case .json: Console.print(try JSONWriter.pretty(report.json))
    case .table: for line in report.lines { Console.print(line) }
    }
    if !report.failures.isEmpty { throw CommandFailure(.checkFailed, report.failures) }
  }

  private func measure(_ judge: HostedJudge, _ settings: JudgeSettings) async throws -> BenchReport {
    let wanted = BenchKind.allCases.filter { only.isEmpty || only.contains($0) }
    let skipped = wanted.compactMap { kind in
      kind.obstacle(for: judge.description).map { BenchSkip(kind: kind, reason: $0) }
    }
    guard skipped.count < wanted.count else {
      throw CommandFailure.usage(
        "nothing to ask judge '\(settings.name)'; " + skipped.map(\.line).joined(separator: "; "))
    }
    let seed = seed ?? UInt64.random(in: 0..<1_000_000_000)
    var run = BenchRun(
      judge: judge, mostAtOnce: settings.maxInFlight ?? judge.description.maxInFlight ?? .max,
      calls: BenchCalls(
        text: BenchText(seed: seed), kind: judge.description.kind, samplesPerCall: judge.description.maxSamples,
        promptTokens: promptTokens,
        replyTokens: replyTokens, timeoutMilliseconds: timeoutMs ?? settings.timeoutMilliseconds ?? Self.usualTimeout))
    do throws(Unscored) { try await run.warmUp() } catch {
      throw CommandFailure(.checkFailed, ["judge '\(settings.name)' cannot be used: \(error.message)"])
    }
    let picture = BenchPicture(seed: seed, width: pictureSize.width, height: pictureSize.height)
    var pace: BenchPace?
    var parts: [BenchPart] = []
    for kind in wanted where !skipped.contains(where: { $0.kind == kind }) {
      switch kind {
      case .long: pace = await run.pace()
      case .short: parts.append(await run.short())
      case .samples: parts.append(await run.samples())
      case .group: parts.append(await run.group())
      case .picture: parts.append(await run.group(with: try picture.image()))
      case .rate: for count in atOnce.isEmpty ? Self.usualAtOnce : atOnce { parts.append(await run.rate(count)) }
      }
    }
    return BenchReport(
      settings: settings, about: judge.description, seed: seed, pace: pace, parts: parts, skipped: skipped)
  }
}
