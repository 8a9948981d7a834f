/// Numbers for the characters (code points) of two texts that are compared: the byte itself when both are ASCII, else
/// numbers counted from 0.
struct CharacterIDs {
  let candidate: [Int32]
  let reference: [Int32]
  let vocabulary: Int

  init(candidate: [UInt8], reference: [UInt8], areASCII: Bool) {
    if areASCII {
      self.candidate = candidate.map { Int32($0) }
      self.reference = reference.map { Int32($0) }
      vocabulary = 128
    } else {
      var numbers: [UInt32: Int32] = [:]
      func ids(_ bytes: [UInt8]) -> [Int32] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
          let next = Int32(numbers.count)
          if let known = numbers[scalar.value] { return known }
          numbers[scalar.value] = next
          return next
        }
      }
      self.candidate = ids(candidate)
      self.reference = ids(reference)
      vocabulary = numbers.count
    }
  }
}
