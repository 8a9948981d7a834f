import Configuration
import CupelTesting
import HTTPServing
import JSON
import Service
import Testing

/// Every method, with what it is asked and what it answers, in process and over a port; and every answer against the document.
@Suite(.timeLimit(.minutes(10))) struct MethodTests {
  static let tables = ["judge", "reward", "calibrations", "audits", "about", "rpc", "hostile"]

  @Test(arguments: tables) func inProcess(_ table: String) async throws {
    let front = Self.front()
    let schemas = try await DocumentSchemas(front)
    for row in RequestRow.table(table) {
      let came = try await front.ask(row)
      try row.check(came, "in process, \(row.name)")
      try schemas.check(came, to: row)
      // JSON-RPC answers what it does not take, too.
      try schemas.checkRequest(row, wasTaken: came.status == 200 && table != "rpc")
    }
  }

  @Test(arguments: tables) func live(_ table: String) async throws {
    let live = try LiveFront(Self.front())
    for row in RequestRow.table(table) { try row.check(await live.ask(row), "live, \(row.name)") }
  }

  /// Limits that requests of a table can reach.
  private static func front() -> Front {
    TestBench.front { settings in
      settings.maxTimeoutMilliseconds = 60_000
      settings.timeoutMilliseconds = 30_000
      settings.limits.maxItems = 5
      settings.limits.maxResponses = 6
      settings.limits.maxParts = 3
      settings.limits.maxStringBytes = 10_000
      settings.limits.maxBatch = 4
      settings.limits.maxDepth = 16
    }
  }
}
