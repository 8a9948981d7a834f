import Foundation
import Media
import PluginHost
import Wire

/// Decodes files as the server does: each is read, known by its digest, and decoded by the plugin that its bytes choose, so many at
/// once. Prints what each round took and the most memory that host and workers had; the first result goes into a file.
@main struct Decode {
  static func main() async throws {
    let task = try DecodeTask(Array(CommandLine.arguments.dropFirst()))
    // Nothing is kept: each file is decoded each time.
    let loader = MediaLoader(
      decoders: PluginHost().decoders(task.place), roots: ["/"], limits: task.limits, cacheBytes: 0)
    try write(try await load(loader, task, 0), to: task.output)
    var seconds: [Double] = []
    for _ in 0..<task.rounds {
      let start = ContinuousClock.now
      try await all(loader, task)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    let list = seconds.map { String(format: "%.6f", $0) }.joined(separator: ", ")
    print("{\"seconds\": [\(list)], \"peak_kb\": \(Memory.peakKilobytes())}")
  }

  private static func all(_ loader: MediaLoader, _ task: DecodeTask) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<task.count {
        if number >= task.jobs { try await group.next() }
        group.addTask { _ = try await load(loader, task, number) }
      }
      try await group.waitForAll()
    }
  }

  private static func load(_ loader: MediaLoader, _ task: DecodeTask, _ number: Int) async throws -> Media {
    let reference = MediaReference(kind: task.kind, url: task.files[number % task.files.count])
    return try await loader.load(reference, request: task.request).media
  }

  /// Pixels of all frames one after the other, or samples as they are in memory.
  private static func write(_ media: Media, to path: String) throws {
    var data = Data()
    if let image = media.image { data.append(contentsOf: image.pixels) }
    for frame in media.frames { data.append(contentsOf: frame.image.pixels) }
    if let sound = media.sound { sound.samples.withUnsafeBytes { data.append(contentsOf: $0) } }
    try data.write(to: URL(filePath: path))
  }
}
