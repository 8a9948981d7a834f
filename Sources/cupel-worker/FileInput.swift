import CCupelPlugin
import CWorker
import Glibc
import Media
import PluginBridge
import PluginHost
import Wire

/// An open file behind `cupel_input`.
struct FileInput {
  let descriptor: Int32
  /// In bytes; what is behind it is not the file's.
  let size: UInt64

  /// What `call` makes of the file.
  func decode(_ job: cwk_job, _ call: DecoderCall) throws(Unscored) -> Media {
    let times = try times(job)
    var (imageSize, frameSize, file) = (job.image_size, job.frame_size, self)
    let outcome: Result<Media, Unscored> = withUnsafeMutablePointer(to: &file) { context in
      withUnsafePointer(to: &imageSize) { imageSize in
        withUnsafePointer(to: &frameSize) { frameSize in
          times.withUnsafeBufferPointer { times in
            var input = cupel_input(
              struct_size: cupel_input.size, reserved: 0, context: UnsafeMutableRawPointer(context), size: size,
              read_at: readFile)
            var wanted = job.wanted
            wanted.image_size = imageSize.pointee.struct_size == 0 ? nil : imageSize
            wanted.frame_size = frameSize.pointee.struct_size == 0 ? nil : frameSize
            wanted.frame_times_us = times.isEmpty ? nil : times.baseAddress
            return Result { () throws(Unscored) in try call.decode(&input, &wanted) }
          }
        }
      }
    }
    return try outcome.get()
  }

  /// The times of frames, which follow the file.
  private func times(_ job: cwk_job) throws(Unscored) -> [Int64] {
    guard job.wanted.frame_choice == UInt32(CUPEL_FRAMES_TIMES) else { return [] }
    let count = Int(job.wanted.frame_count)
    var times = [Int64](repeating: 0, count: count)
    let isWhole = times.withUnsafeMutableBytes { room in
      var done = 0
      while done < room.count {
        let got = pread(
          descriptor, room.baseAddress.map { $0 + done }, room.count - done, off_t((size + 7) / 8 * 8) + done)
        guard got > 0 else { return false }
        done += got
      }
      return true
    }
    guard isWhole else { throw Unscored(.judgeError, "the times of frames did not reach the worker") }
    return times
  }
}

/// `cupel_input.read_at`; the context is a pointer to a ``FileInput``.
private let readFile: @convention(c) (UnsafeMutableRawPointer?, UInt64, UnsafeMutableRawPointer, Int) -> Int64 = {
  context, offset, buffer, capacity in
  guard let context, capacity >= 0 else { return -1 }
  let file = context.assumingMemoryBound(to: FileInput.self).pointee
  guard offset < file.size else { return 0 }
  let count = min(capacity, Int(file.size - offset))
  while true {
    let got = pread(file.descriptor, buffer, count, off_t(offset))
    if got >= 0 || errno != EINTR { return Int64(got) }
  }
}
