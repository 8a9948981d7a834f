import Judging

/// The tokens of a reply as one run of bytes, and where a piece of the reply's text lies in it.
///
/// The tokens need not spell the text exactly: they may begin with the reasoning and its tags, which the server took out of
/// the text; end with a stop sequence and special tokens; and show a character that is split over several tokens as U+FFFD
/// in each of them (vLLM) or not at all (llama-cpp-python). So the text is looked for from its end, by its ASCII characters.
struct TokenStream {
  let tokens: [JudgeReply.Token]
  /// Where each token begins, and at last where the stream ends, in bytes.
  private let offsets: [Int]
  private let ascii: ASCIIBytes

  init(_ tokens: [JudgeReply.Token]) {
    self.tokens = tokens
    var offsets = [0]
    var bytes: [UInt8] = []
    for token in tokens {
      bytes += token.text.utf8
      offsets.append(bytes.count)
    }
    self.offsets = offsets
    ascii = ASCIIBytes(bytes)
  }

  /// What may follow the reply's text: a stop sequence, special tokens, white space.
  private static let longestEnd = 64

  /// Where bytes of `tail`, the end of the text, lie in the stream; nil when the stream does not end in it.
  func align(_ tail: Substring) -> Alignment? {
    let wanted = ASCIIBytes(Array(tail.utf8).trimmedEnd)
    let last = ascii.values.count - wanted.values.count
    guard !wanted.values.isEmpty, last >= 0 else { return nil }
    let start = (max(0, last - Self.longestEnd)...last).last { start in
      ascii.values[start..<start + wanted.values.count].elementsEqual(wanted.values)
    }
    return start.map { Alignment(text: wanted, stream: ascii, start: $0) }
  }

  /// The first token that begins at the byte at `place`, even if it has no text, or else the one that holds it; nil behind
  /// the last.
  func token(at place: Int) -> Int? {
    let next = offsets.partitioningIndex { $0 >= place }
    guard next < offsets.count else { return nil }
    let token = offsets[next] == place ? next : next - 1
    return token < tokens.count ? token : nil
  }

  func range(of token: Int) -> Range<Int> { offsets[token]..<offsets[token + 1] }

  /// From bytes of the text's end to bytes of the stream.
  struct Alignment {
    fileprivate let text: ASCIIBytes
    fileprivate let stream: ASCIIBytes
    fileprivate let start: Int

    /// Where in the stream lies what the text has at `range`, which follows a marker.
    func place(of range: Range<Int>) -> Range<Int> {
      let start = place(of: range.lowerBound - 1) + 1
      return start..<max(start, place(of: range.upperBound))
    }

    /// The place of the text's byte at `place`, or of the first one behind it that has one; the white space at its end has none.
    private func place(of place: Int) -> Int {
      let number = text.offsets.partitioningIndex { $0 >= place }
      return stream.offsets[start + min(number, text.values.count)]
    }
  }
}

/// The ASCII characters among UTF-8 bytes.
private struct ASCIIBytes {
  private(set) var values: [UInt8] = []
  /// Where each is, and at last the end.
  private(set) var offsets: [Int] = []

  init(_ bytes: [UInt8]) {
    for (offset, byte) in bytes.enumerated() where byte < 0x80 {
      values.append(byte)
      offsets.append(offset)
    }
    offsets.append(bytes.count)
  }
}

extension [Int] {
  /// The first index from which on `isBehind` holds, in an ascending array.
  fileprivate func partitioningIndex(_ isBehind: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension [UInt8] {
  fileprivate var trimmedEnd: [UInt8] { Array(self[..<(lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0)]) }
}
