/// Names the media of a prompt by kind and place: a line `<<<IMAGE 2 (mark)>>>` before the second picture that is shown, so that the
/// judge, the rubric and a reader of its reasoning mean the same by "image 2". The lines carry the mark of the fences: nobody who
/// writes a candidate can write one.
struct MediaNames {
  /// nil: names carry no mark.
  let fence: Fence?
  private var counts: [String: Int] = [:]

  init(fence: Fence?) { self.fence = fence }

  /// `parts` with a name before each medium. Numbers go on where those of the parts before ended.
  mutating func naming(_ parts: [PromptPart]) -> [PromptPart] {
    guard parts.contains(where: { $0.noun != nil }) else { return parts }
    var named: [PromptPart] = []
    for part in parts {
      if let noun = part.noun {
        counts[noun, default: 0] += 1
        let plain = "\(noun) \(counts[noun, default: 0])"
        let name = (fence.map { "<<<\(plain) \($0.boundary)>>>" } ?? "\(plain):") + "\n"
        if case .text(let before)? = named.last {
          named[named.count - 1] = .text(before + (before.hasSuffix("\n") ? "" : "\n") + name)
        } else {
          named.append(.text((named.isEmpty ? "" : "\n") + name))
        }
      }
      named.append(part)
    }
    return named
  }
}
