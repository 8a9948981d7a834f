import JSON
import Rubrics
import Wire

/// Pattern `json`: one object with `score` or `scores`, bare or in a code fence, after any text.
struct JSONAnswer {
  private let shape: AnswerShape

  init(_ shape: AnswerShape) { self.shape = shape }

  /// A reply is searched from its end; this many bytes and opening braces are looked at.
  private static let maxBytes = 64 << 10
  private static let maxBraces = 256

  /// Objects in the text that stand on their own and parse as strict JSON.
  static func occurrences(in text: String) -> [Occurrence] {
    let bytes = text.utf8
    var at = bytes.index(bytes.endIndex, offsetBy: -maxBytes, limitedBy: bytes.startIndex) ?? bytes.startIndex
    var found: [Occurrence] = []
    for _ in 0..<maxBraces {
      guard let start = bytes[at...].firstIndex(of: UInt8(ascii: "{")) else { break }
      if let end = end(of: start, in: bytes), (try? JSONParser.parse(String(text[start..<end]))) != nil {
        found.append(Occurrence(range: start..<end, token: text[start..<end]))
        at = end
      } else {
        at = bytes.index(after: start)
      }
    }
    return found
  }

  /// Where the object that opens at `start` closes, braces in strings left out.
  private static func end(of start: String.Index, in bytes: String.UTF8View) -> String.Index? {
    var depth = 0
    var inString = false
    var escaped = false
    for at in bytes[start...].indices {
      switch bytes[at] {
      case _ where escaped: escaped = false
      case UInt8(ascii: "\\") where inString: escaped = true
      case UInt8(ascii: "\""): inString.toggle()
      case UInt8(ascii: "{") where !inString: depth += 1
      case UInt8(ascii: "}") where !inString:
        depth -= 1
        if depth == 0 { return bytes.index(after: at) }
      default: break
      }
    }
    return nil
  }

  func read(_ own: [Occurrence], in text: String) -> Result<LocatedVerdict, Unscored> {
    let objects = own.compactMap { occurrence in
      (try? JSONParser.parse(String(occurrence.token)).object?[member]).map { (occurrence, $0) }
    }
    guard let (occurrence, value) = objects.last else {
      return .failure(Unscored(.unparsed, "no JSON object with '\(member)' after the reasoning"))
    }
    do throws(Unscored) {
      let answers = try answers(value)
      var values: [Double] = []
      for (place, answer) in answers.enumerated() { values.append(try number(answer, shape.question(at: place))) }
      return .success(
        LocatedVerdict(.scores(by: values, shape), in: text, from: occurrence, answers: places(occurrence.token)))
    } catch {
      return .failure(error)
    }
  }

  /// `score` for one number about one response, else `scores`.
  private var member: String { shape.format == .pointwise && shape.questions.count == 1 ? "score" : "scores" }

  /// Where the answers are in the object, in the order of ``AnswerShape``.
  private func places(_ object: Substring) -> [Range<String.Index>] {
    let places = JSONPlaces(object)
    guard let value = places.members(of: places.all)[member] else { return [] }
    let byResponse = shape.format == .pointwise ? [value] : places.elements(of: value)
    if shape.questions.count == 1 { return byResponse }
    return byResponse.flatMap { response in
      let byQuestion = places.members(of: response)
      return shape.questions.compactMap { byQuestion[$0.name] }
    }
  }

  /// The answers in the order of ``AnswerShape``.
  private func answers(_ value: JSONValue) throws(Unscored) -> [JSONValue] {
    let byResponse: [JSONValue]
    if shape.format == .pointwise {
      byResponse = [value]
    } else {
      guard let list = value.array else { throw Unscored(.unparsed, "'scores' is \(value.kind), expected an array") }
      guard list.count == shape.responses else {
        throw Unscored(.wrongCount, "expected \(shape.responses) scores, found \(list.count)")
      }
      byResponse = list
    }
    if shape.questions.count == 1 { return byResponse }
    var answers: [JSONValue] = []
    for response in byResponse { answers += try byQuestion(response) }
    return answers
  }

  private func byQuestion(_ value: JSONValue) throws(Unscored) -> [JSONValue] {
    let names = shape.questions.map(\.name)
    guard let object = value.object else {
      throw Unscored(.unparsed, "expected an object by criterion, found \(value.kind)")
    }
    guard Set(object.keys) == Set(names) else {
      throw Unscored(
        .wrongCount,
        "expected the criteria \(names.joined(separator: ", ")), found \(object.keys.joined(separator: ", "))")
    }
    return names.compactMap { object[$0] }
  }

  private func number(_ answer: JSONValue, _ question: AnswerShape.Question) throws(Unscored) -> Double {
    let reading: Result<Double, Scale.Misfit>
    switch answer {
    case .string(let token): reading = question.scale.value(of: token)
    case .int, .number: reading = question.scale.value(of: answer.double ?? .nan)
    default: throw Unscored(.unparsed, "\(question.name) is \(answer.kind), expected a number")
    }
    switch reading {
    case .success(let value): return value
    case .failure(let misfit): throw misfit.unscored((try? JSONWriter.compact(answer)) ?? "", question)
    }
  }
}
