import Glibc
import JSON

/// `silence: {max: 0.2}`: the share of the time, 0 to 1, in which all channels stay below `threshold_db` (-60) for at least `seconds` (0.5).
/// With `true`, the score is 1 minus the share.
struct SilenceCheck: Check {
  static let kind = CheckKind("silence", .sound, options: ["threshold_db", "seconds"]) {
    (arguments) throws(JSONError) in
    SilenceCheck(
      bounds: try Bounds.read(arguments.argument), choice: try SoundChoice(arguments),
      threshold: Float(pow(10, (try arguments["threshold_db"]?.double(in: -200...0) ?? -60) / 20)),
      seconds: try arguments["seconds"]?.double(in: 0...86_400) ?? 0.5)
  }

  private let bounds: Bounds
  private let choice: SoundChoice
  private let threshold: Float
  private let seconds: Double

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let sound = try choice.response(subject)
    let shortest = max(1, Int((seconds * Double(sound.rate)).rounded(.up)))
    var (silent, length) = (0, 0)
    func end() {
      if length >= shortest { silent += length }
      length = 0
    }
    for level in sound.envelope { if level < threshold { length += 1 } else { end() } }
    end()
    let share = Double(silent) / Double(sound.count)
    let described = "\(Reason.number(100 * share, digits: 2)) % of the time is silent"
    return bounds.areGiven
      ? bounds.measure(share, described) : Measurement(value: share, score: 1 - share, reason: described)
  }
}
