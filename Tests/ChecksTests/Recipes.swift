import Glibc
import JSON

@testable import Checks

/// The sounds and videos of media.json, made as `media_cases.py` makes them.
enum Recipes {
  struct Bad: Error {}

  static func sound(_ recipe: JSONReader) throws -> SoundTrack {
    let (rate, channels) = (try recipe.require("rate").int(), try recipe.require("channels").int())
    let count = Int(Double(rate) * (try recipe.require("seconds").double()))
    var values = [Double](repeating: 0, count: count * channels)
    for tone in try recipe.require("tones").array() {
      let cells = try tone.array()
      let (channel, hz, amplitude) = (try cells[0].int(), try cells[3].double(), try cells[4].double())
      let (start, end) = (Int(try cells[1].double() * Double(rate)), Int(try cells[2].double() * Double(rate)))
      for place in start..<end {
        values[place * channels + channel] += amplitude * sin(2 * Double.pi * hz * Double(place) / Double(rate))
      }
    }
    let noise = try recipe.require("noise").double()
    var state = UInt32(try recipe.require("seed").int())
    let samples = values.map { value -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      let whole = ((value + noise * (Double(state >> 16) / 32768 - 1)) * 32768 + 0.5).rounded(.down)
      return Float(max(-32768, min(32767, whole))) / 32768
    }
    guard let sound = SoundTrack(rate: rate, channels: channels, samples: samples) else { throw Bad() }
    return sound
  }

  private static let (width, height, rate) = (48, 32, 10.0)

  static func video(_ segments: JSONReader) throws -> Footage {
    var pictures: [Picture] = []
    for segment in try segments.array() {
      let cells = try segment.array()
      let (kind, seed) = (try cells[0].string(), try cells[2].int())
      for time in 0..<(try cells[1].int()) {
        var pixels: [UInt8] = []
        for y in 0..<height {
          for x in 0..<width {
            for channel in 0..<3 { pixels.append(UInt8(value(kind, x, y, channel, time, seed))) }
          }
        }
        guard let picture = Picture(width: width, height: height, rgb: pixels) else { throw Bad() }
        pictures.append(picture)
      }
    }
    let times = pictures.indices.map { Double($0) / rate }
    guard let footage = Footage(times: times, pictures: pictures) else { throw Bad() }
    return footage
  }

  private static func value(_ kind: String, _ x: Int, _ y: Int, _ channel: Int, _ time: Int, _ seed: Int) -> Int {
    let place = ["moving", "flicker", "noisy"].contains(kind) ? x + time : x
    let plain = 64 + texture(place, y, channel, seed) / 2
    return switch kind {
    case "blurred": 64 + texture((x + time) / 4, y / 4, channel, seed) / 2
    case "black": texture(x + time, y, channel, seed) % 8
    case "flicker": plain + (time % 2 == 1 ? 30 : 0)
    case "noisy": plain + texture(x, y, channel, 1000 + time) % 16 - 8
    default: plain
    }
  }

  private static func texture(_ x: Int, _ y: Int, _ channel: Int, _ seed: Int) -> Int {
    var hash = UInt32(truncatingIfNeeded: x &* 374_761_393 &+ y &* 668_265_263)
    hash = hash &+ UInt32(truncatingIfNeeded: channel &* 2_147_483_647 &+ seed &* 1_274_126_177)
    hash = (hash ^ hash >> 13) &* 1_274_126_177
    return Int(hash >> 16 & 255)
  }
}
