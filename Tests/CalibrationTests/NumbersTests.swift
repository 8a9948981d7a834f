import JSON
import Testing

@testable import Calibration

@Suite struct NumbersTests {
  @Test func agreeWithSciPy() throws {
    try compare("numbers", atLeast: 160) { row in
      let o = row.options
      switch row.measure {
      case "incomplete_beta": return [IncompleteBeta.lower(try o.double("x"), try o.double("a"), try o.double("b"))]
      case "inverse_beta": return [IncompleteBeta.inverse(try o.double("share"), try o.double("a"), try o.double("b"))]
      case "normal": return [Normal.cumulative(try o.double("z"))]
      case "normal_quantile": return [Normal.quantile(try o.double("share"))]
      case "f_quantile":
        return [FDistribution.quantile(try o.double("share"), try o.double("above"), try o.double("below"))]
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  @Test func incompleteBetaIsMonotoneWithItsEnds() {
    #expect(IncompleteBeta.lower(0, 2, 3) == 0)
    #expect(IncompleteBeta.lower(1, 2, 3) == 1)
    #expect(IncompleteBeta.inverse(0, 2, 3) == 0)
    #expect(IncompleteBeta.inverse(1, 2, 3) == 1)
    for (a, b) in [(0.1, 0.1), (3, 40), (5000, 20), (1e6, 1e6)] {
      let values = (0...200).map { IncompleteBeta.lower(Double($0) / 200, a, b) }
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 }, "\(a), \(b)")
    }
  }

  /// The same numbers in every release: files and reports depend on them.
  @Test func randomNumbersAreFixed() {
    var randomness = Randomness(seed: 7, purpose: "test")
    #expect((0..<3).map { _ in randomness.index(below: 1000) } == [182, 486, 254])
    var uniform = Randomness(seed: 1, purpose: "test")
    let values = (0..<20_000).map { _ in uniform.uniform() }
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(values.mean - 0.5) < 0.01)
    #expect(abs(values.variance(ddof: 1) - 1 / 12.0) < 0.005)
    var elements = Array(0..<50)
    uniform.shuffle(&elements)
    #expect(elements != Array(0..<50) && elements.sorted() == Array(0..<50))
  }

  @Test func sumsKeepTheirDigits() {
    #expect([1e100, 1, -1e100, 1].sum == 2)
    #expect(Array(repeating: 0.1, count: 1_000_000).sum == 100_000)
  }
}
