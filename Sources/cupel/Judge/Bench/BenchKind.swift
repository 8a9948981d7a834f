import ArgumentParser
import Judging

/// The parts of `cupel judge bench`, in the order in which they are asked.
enum BenchKind: String, CaseIterable, ExpressibleByArgument {
  case short, long, samples, group, picture, rate

  /// Why a judge cannot be asked it; nil: it can.
  func obstacle(for judge: JudgeDescription) -> String? {
    switch self {
    case .long, .samples:
      judge.kind == .scoring
        ? "the judge gives numbers: it writes nothing that could be timed, and has no samples" : nil
    case .picture:
      judge.modalities.contains(.image)
        ? nil
        : "the judge is not shown images (its modalities: \(judge.modalities.map(\.rawValue).joined(separator: ", "))); "
          + "if its model can be, configure image"
    case .short, .group, .rate: nil
    }
  }
}
