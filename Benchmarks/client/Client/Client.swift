import Glibc
import HTTP
import JSON
import Judging
import PluginHost
import Synchronization

/// Cupel's side of the benchmark of clients, as one process: `cupel-bench-client judge|http URL IN_FLIGHT CALLS`. Prints
/// what the calls took as one JSON line.
@main struct Client {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let inFlight = Int(arguments[3]), let calls = Int(arguments[4]) else {
      print("usage: cupel-bench-client judge|http URL IN_FLIGHT CALLS")
      exit(2)
    }
    let asking = try asking(arguments[1], url: arguments[2], inFlight: inFlight)
    // Connections and caches are there before the clock starts.
    _ = await round(asking, inFlight, 2 * inFlight)
    let before = Usage.now
    let wrong = await round(asking, inFlight, calls)
    let used = Usage.now - before
    print("{\"wall\": \(used.wall), \"cpu\": \(used.cpu), \"wrong\": \(wrong)}")
  }

  /// What asks the question of that number, and says whether the answer was the right one.
  typealias Asking = @Sendable (Int) async -> Bool

  private static func asking(_ way: String, url: String, inFlight: Int) throws -> Asking {
    way == "judge" ? try judge(url, inFlight) : try plain(url, inFlight)
  }

  /// The way of a judge call: plugin host, plugin kit, the plugin with its delivery, HTTP.
  private static func judge(_ url: String, _ inFlight: Int) throws -> Asking {
    let host = PluginHost(.standard(environment: ""))
    let judge = try host.judge(
      plugin: "openai", name: "bench",
      config: ["url": .string(url), "model": "bench", "max_in_flight": .int(Int64(inFlight))])
    return { number in (try? await judge.reply(to: Question.call(number)))?.text == Question.answer(number) }
  }

  /// `HTTPClient` alone, with the JSON on both sides of it.
  private static func plain(_ url: String, _ inFlight: Int) throws -> Asking {
    let client = try HTTPClient(HTTPClientOptions(maxConnectionsPerHost: inFlight))
    let headers = [
      HTTPHeader("Accept", "application/json"), HTTPHeader("Content-Type", "application/json"),
      HTTPHeader("Authorization", "Bearer none"),
    ]
    return { number in
      guard let body = try? Question.body(number),
        let response = try? await client.send(
          HTTPRequest(.post, url + "/chat/completions", headers: headers, body: body)),
        let answer = try? JSONParser.parse(response.body)
      else { return false }
      return answer["choices"]?.array?.first?["message"]?["content"]?.string == Question.answer(number)
    }
  }

  /// Makes the calls with so many at a time; how many answers were wrong.
  private static func round(_ ask: @escaping Asking, _ inFlight: Int, _ calls: Int) async -> Int {
    let numbers = Numbers(below: calls)
    return await withTaskGroup(of: Int.self) { group in
      for _ in 0..<inFlight {
        group.addTask {
          var wrong = 0
          while let number = numbers.next() {
            if !(await ask(number)) { wrong += 1 }
          }
          return wrong
        }
      }
      return await group.reduce(0, +)
    }
  }
}

/// Each number once, for whoever asks first.
private final class Numbers: Sendable {
  private let given = Atomic(0)
  private let end: Int

  init(below end: Int) { self.end = end }

  func next() -> Int? {
    let number = given.wrappingAdd(1, ordering: .relaxed).oldValue
    return number < end ? number : nil
  }
}

/// Seconds of the clock, and of the processor for this process.
private struct Usage {
  let wall: Double
  let cpu: Double

  static var now: Usage { Usage(wall: seconds(CLOCK_MONOTONIC), cpu: seconds(CLOCK_PROCESS_CPUTIME_ID)) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func - (end: Usage, start: Usage) -> Usage { Usage(wall: end.wall - start.wall, cpu: end.cpu - start.cpu) }
}
