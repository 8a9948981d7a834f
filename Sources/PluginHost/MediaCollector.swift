package import CCupelPlugin
package import Media
import PluginBridge
import Synchronization
package import Wire

/// Takes what a decoder gives, after checking it. The first thing that is wrong ends the decoding, whatever the decoder says
/// afterwards.
package final class MediaCollector: Sendable {
  private struct State {
    var media = Media()
    var bytes = 0
    var failure: Unscored?
  }

  private let state = Mutex(State())
  private let limits: MediaLimits
  private static let mostFacts = 10_000
  private static let longestFact = 64 << 10

  package init(limits: MediaLimits) { self.limits = limits }

  /// What was collected; throws what was wrong with it.
  package func result() throws(Unscored) -> Media {
    let state = state.withLock { $0 }
    if let failure = state.failure { throw failure }
    return state.media
  }

  /// The sink to pass; valid while this collector is.
  package var sink: cupel_media_sink {
    cupel_media_sink(
      struct_size: cupel_media_sink.size, reserved: 0, context: Unmanaged.passUnretained(self).toOpaque(),
      image: takeImage, frame: takeFrame, sound: takeSound, fact: takeFact, note: takeNote)
  }

  fileprivate func image(_ pointer: UnsafePointer<cupel_image>) -> cupel_status {
    take { media throws(Unscored) in
      if media.image != nil { throw Unscored(.judgeError, "the decoder gave a second image; several are frames") }
      let image = try Image(copying: pointer, maxPixels: limits.maxPixels)
      media.image = image
      return image.pixels.count
    }
  }

  fileprivate func frame(_ pointer: UnsafePointer<cupel_frame>) -> cupel_status {
    take { media throws(Unscored) in
      let frame = try Frame(copying: pointer, maxPixels: limits.maxPixels)
      media.frames.append(frame)
      return frame.image.pixels.count
    }
  }

  fileprivate func sound(_ pointer: UnsafePointer<cupel_sound>) -> cupel_status {
    take { media throws(Unscored) in
      if media.sound != nil { throw Unscored(.judgeError, "the decoder gave sound a second time; it is one piece") }
      let sound = try Sound(copying: pointer, maxSamples: limits.maxMemoryBytes / 4)
      media.sound = sound
      return 4 * sound.samples.count
    }
  }

  fileprivate func fact(_ key: cupel_text, _ value: cupel_text) {
    take { media throws(Unscored) in
      guard media.facts.count < Self.mostFacts else { return 0 }
      media.facts.append(Media.Fact(key: Self.short(key), value: Self.short(value)))
      return key.size + value.size
    }
  }

  fileprivate func note(_ code: cupel_text, _ message: cupel_text) {
    take { media throws(Unscored) in
      guard media.notes.count < Self.mostFacts else { return 0 }
      media.notes.append(MediaNote(code: Self.short(code), message: Self.short(message)))
      return code.size + message.size
    }
  }

  /// Lets `add` put something into the media and say how many bytes it holds; counts them against the limit.
  @discardableResult
  private func take(_ add: (inout Media) throws(Unscored) -> Int) -> cupel_status {
    state.withLock { state in
      if let failure = state.failure { return Status(failure.reason).rawValue }
      do throws(Unscored) {
        state.bytes += try add(&state.media)
        if state.bytes > limits.maxMemoryBytes {
          throw Unscored(
            .invalidInput, "the decoded media is over the limit max_memory_bytes = \(limits.maxMemoryBytes)")
        }
        return Status.ok.rawValue
      } catch {
        state.failure = error
        return Status(error.reason).rawValue
      }
    }
  }

  private static func short(_ text: cupel_text) -> String {
    String(decoding: text.bytes.prefix(longestFact), as: UTF8.self)
  }
}

private func collector(_ context: UnsafeMutableRawPointer?) -> MediaCollector? {
  context.map { Unmanaged<MediaCollector>.fromOpaque($0).takeUnretainedValue() }
}

private let takeImage: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cupel_image>) -> cupel_status = {
  collector($0)?.image($1) ?? Status.failed.rawValue
}

private let takeFrame: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cupel_frame>) -> cupel_status = {
  collector($0)?.frame($1) ?? Status.failed.rawValue
}

private let takeSound: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cupel_sound>) -> cupel_status = {
  collector($0)?.sound($1) ?? Status.failed.rawValue
}

private let takeFact: @convention(c) (UnsafeMutableRawPointer?, cupel_text, cupel_text) -> Void = {
  collector($0)?.fact($1, $2)
}

private let takeNote: @convention(c) (UnsafeMutableRawPointer?, cupel_text, cupel_text) -> Void = {
  collector($0)?.note($1, $2)
}
