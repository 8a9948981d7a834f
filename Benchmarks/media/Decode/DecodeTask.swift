import Media
import PluginHost
import Wire

/// `workers|in_process TASK JOBS COUNT ROUNDS OUTPUT FILE…`, where TASK is `frames:8`, `fps:2:640x360`, `image:448x448` or `sound:16000`.
struct DecodeTask: Sendable {
  var place = DecodingPlace.standard
  var kind = MediaReference.Kind.image
  var request = MediaRequest()
  /// Files that are decoded at once, and in all; they are taken in turn.
  let jobs: Int
  let count: Int
  let rounds: Int
  let output: String
  let files: [String]

  struct Usage: Error {}

  init(_ arguments: [String]) throws {
    guard arguments.count > 6, let jobs = Int(arguments[2]), let count = Int(arguments[3]),
      let rounds = Int(arguments[4])
    else { throw Usage() }
    if arguments[0] == "in_process" { place = .inProcess }
    (self.jobs, self.count, self.rounds, output) = (jobs, count, rounds, arguments[5])
    files = Array(arguments[6...])
    try read(arguments[1].split(separator: ":").map(String.init))
  }

  private mutating func read(_ words: [String]) throws {
    guard words.count > 1, let number = Int(words[1]) ?? Int(words[1].prefix { $0 != "x" }) else { throw Usage() }
    switch words[0] {
    case "frames":
      kind = .video
      request.frames = .count(number)
    case "fps":
      kind = .video
      request.frames = .rate(.init(perSecond: Double(number), min: 1, max: 100_000))
      request.frameSize = try Self.size(words[2])
    case "image": request.imageSize = try Self.size(words[1])
    case "sound":
      kind = .sound
      (request.soundRate, request.soundChannels) = (number, 1)
    default: throw Usage()
    }
  }

  private static func size(_ text: String) throws -> MediaRequest.Size {
    let sides = text.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2 else { throw Usage() }
    return .exact(width: sides[0], height: sides[1])
  }

  /// What is measured is how long it takes, not whether it may.
  var limits: MediaLimits {
    var limits = MediaLimits()
    (limits.maxInputBytes, limits.maxMemoryBytes, limits.timeoutMilliseconds) = (1 << 32, 4 << 30, 600_000)
    return limits
  }
}
