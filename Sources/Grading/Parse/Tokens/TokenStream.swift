import Judging

/// The tokens of a reply as one run of bytes, and where a piece of the reply's text lies in it.
///
/// The tokens need not spell the text exactly: they may begin with the reasoning and its tags, which the server took out of
/// the text; end with a stop sequence and special tokens; and show a character that is split over several tokens as U+FFFD
/// in each of them. So the text is looked for from its end.
struct TokenStream {
  let tokens: [JudgeReply.Token]
  /// Where each token begins, and at last where the stream ends, in bytes.
  private let offsets: [Int]
  private let symbols: Symbols

  init(_ tokens: [JudgeReply.Token]) {
    self.tokens = tokens
    var offsets = [0]
    var bytes: [UInt8] = []
    for token in tokens {
      bytes += token.text.utf8
      offsets.append(bytes.count)
    }
    self.offsets = offsets
    symbols = Symbols(bytes)
  }

  /// What may follow the reply's text: a stop sequence, special tokens, white space.
  private static let longestEnd = 64

  /// Where bytes of `tail`, the end of the text, lie in the stream; nil when the stream does not end in it.
  func align(_ tail: Substring) -> Alignment? {
    let wanted = Symbols(Array(tail.utf8).trimmedEnd)
    let last = symbols.values.count - wanted.values.count
    guard !wanted.values.isEmpty, last >= 0 else { return nil }
    let start = (max(0, last - Self.longestEnd)...last).last { start in
      symbols.values[start..<start + wanted.values.count].elementsEqual(wanted.values)
    }
    return start.map { Alignment(text: wanted, stream: symbols, start: $0) }
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
    fileprivate let text: Symbols
    fileprivate let stream: Symbols
    fileprivate let start: Int

    /// The place in the stream of the text's byte at `place`, or of the first one behind it that has one; the white space at the
    /// text's end has none.
    func place(of place: Int) -> Int {
      let symbol = text.offsets.partitioningIndex { $0 >= place }
      return stream.offsets[start + min(symbol, text.values.count)]
    }
  }
}

/// Bytes, with every run of bytes outside ASCII as one symbol: how such a run is spelled depends on how tokens split it.
private struct Symbols {
  private(set) var values: [UInt8] = []
  /// Where each symbol begins, and at last the end.
  private(set) var offsets: [Int] = []

  init(_ bytes: [UInt8]) {
    for (offset, byte) in bytes.enumerated() {
      if byte >= 0x80, values.last == 0x80 { continue }
      values.append(min(byte, 0x80))
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
