import ArgumentParser
import Configuration
import Glibc
import JSON
import Media
import PNGWriting
import Wire

/// `cupel media`: what a judge would see of a file.
struct MediaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "media", abstract: "Show what a judge would see of a picture, a video or a sound.",
    discussion: """
      Prints what is known about the file and what was lost, and writes the
      pictures side by side as one PNG, the earliest frame first.

      EXAMPLES
        cupel media clip.mp4
        cupel media clip.mp4 --frames 16 --sheet frames.png
        cupel media clip.mp4 --frames scenes --scene-threshold 20
        cupel media speech.mp3 --preset flex-judge
      """)

  @Argument(help: "The file.", completion: .file()) var file: String

  @Option(help: "How many frames of a video, evenly spaced (8 unless stated); every; scenes: those that begin one.")
  var frames: String?

  @Option(help: "What a change of scene scores at least, 0 to 100; 10 unless stated.") var sceneThreshold: Double?

  @Flag(help: "Find out how loud the sound is.") var loudness = false

  @Option(
    help: "Decode as the models of judges see it: flex-judge or qwen2.5-vl.",
    completion: .list(MediaRequest.presets.keys.sorted()))
  var preset: String?

  @Option(
    help: "Where the pictures go; FILE.sheet.png in this folder unless stated.", completion: .file())
  var sheet: String?

  @Flag(help: "Write no pictures.") var noSheet = false

  @Flag(help: "Replace the file of the pictures if it exists.") var overwrite = false

  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func run() async throws {
    let request = try request()
    let workbench = try Workbench.standing(at: places)
    let path = realPath(file) ?? file
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let loader = try asUsage { try workbench.mediaLoader(roots: [folder]) }
    let loaded: LoadedMedia
    do throws(Unscored) {
      loaded = try await loader.load(unknown: path, request: request)
    } catch {
      throw CommandFailure.usage(error.message)
    }
    for line in MediaText(loaded).lines { Console.print(line) }
    if !noSheet { try writeSheet(of: loaded.media) }
  }

  private func request() throws -> MediaRequest {
    var request = MediaRequest()
    if let preset {
      guard let known = MediaRequest.presets[preset] else {
        throw CommandFailure.usage(
          "--preset: " + Suggestion.unknown("preset", preset, among: MediaRequest.presets.keys.sorted()))
      }
      request = known
    }
    if let frames { request.frames = try Self.frames(frames) }
    if let sceneThreshold {
      guard case .scenes(var scenes) = request.frames else {
        throw CommandFailure.usage("--scene-threshold: needs --frames scenes")
      }
      scenes.threshold = sceneThreshold
      request.frames = .scenes(scenes)
    }
    request.measuresLoudness = loudness
    do throws(Unscored) { try request.check() } catch { throw CommandFailure.usage("--frames: \(error.message)") }
    return request
  }

  private static func frames(_ text: String) throws -> MediaRequest.Frames {
    switch text {
    case "every": return .every
    case "scenes": return .scenes(MediaRequest.Scenes())
    default:
      guard let count = Int(text) else {
        throw CommandFailure.usage("--frames: '\(text)'; accepted: a whole number from 1, every, scenes")
      }
      return .count(count)
    }
  }

  private func writeSheet(of media: Media) throws {
    let images = (media.image.map { [$0] } ?? []) + media.frames.map(\.image)
    guard !images.isEmpty else { return }
    let sheet = ContactSheet(images)
    let bytes: [UInt8]
    do throws(Unscored) {
      bytes = try PNGEncoder.encode(sheet.image)
    } catch {
      throw CommandFailure(.outputFailed, [error.message])
    }
    let name = file.split(separator: "/").last.map(String.init) ?? "media"
    let path = self.sheet ?? "\(name).sheet.png"
    try Outputs.check([path], inputs: [file])
    try WholeFile.write(bytes, to: path, overwrite: overwrite, named: " with --sheet")
    Console.print("sheet: \(path), \(sheet.columns) x \(sheet.rows)")
  }
}
