import Testing

@testable import Calibration

@Suite struct FoldsTests {
  @Test func groupsStayTogether() throws {
    let groups = (0..<300).map { "q\($0 % 47)" }
    let folds = try Folds(groups: groups, count: 5, seed: 3)
    var seen: [String: Int] = [:]
    for (group, fold) in zip(groups, folds.assignment) {
      #expect(seen.updateValue(fold, forKey: group) ?? fold == fold)
    }
    let sizes = (0..<5).map { fold in Set(zip(groups, folds.assignment).filter { $0.1 == fold }.map(\.0)).count }
    #expect(sizes.sorted() == [9, 9, 9, 10, 10])
    for split in folds.splits {
      #expect(Set(split.fit.map { groups[$0] }).isDisjoint(with: split.judge.map { groups[$0] }))
      #expect(split.fit.count + split.judge.count == groups.count)
    }
    // The order of the rows changes nothing.
    let reversed = try Folds(groups: groups.reversed(), count: 5, seed: 3)
    #expect(reversed.assignment == folds.assignment.reversed())
    #expect(try Folds(groups: groups, count: 5, seed: 4) != folds)
  }

  @Test func refused() {
    #expect(throws: CalibrationError("2 groups do not fill 5 folds; label more items or ask for fewer folds")) {
      try Folds(groups: ["a", "b", "a"])
    }
    #expect(throws: CalibrationError.self) { try Folds(groups: ["a", "b"], count: 1) }
    #expect(throws: CalibrationError("group 'a' is in the folds 0 and 1; rows of one group belong together")) {
      try Folds(assignment: [0, 1, 1], groups: ["a", "b", "a"])
    }
    #expect(throws: CalibrationError.self) { try Folds(assignment: [0, 2], groups: ["a", "b"]) }
    #expect(throws: CalibrationError.self) { try Folds(assignment: [0, 0], groups: ["a", "b"]) }
  }
}

@Suite struct SelectionTests {
  /// Each item has a confidence of its own, ten rows, and one outcome drawn by a coin: nothing can be learnt for a new item, but whoever
  /// has seen the item knows its outcome.
  @Test func aPlantedLeakIsCaught() throws {
    var randomness = Randomness(seed: 12, purpose: "test")
    let items = (0..<80).map { _ in (confidence: randomness.uniform(), outcome: randomness.uniform() < 0.5) }
    let rows = items.indices.flatMap { item in (0..<10).map { copy in (item: item, copy: copy) } }
    let data = try Predictions(rows.map { items[$0.item].confidence }, rows.map { items[$0.item].outcome })
    let groups = rows.map { "item \($0.item)" }
    func loss(_ folds: Folds) throws -> Double {
      try #require(try data.crossFit(.isotonic, folds).logLoss.number)
    }
    let whole = try loss(try Folds(groups: groups))
    let torn = try loss(try Folds(groups: rows.map { "row \($0.item) \($0.copy)" }))
    #expect(whole > 0.69)
    #expect(torn < whole - 0.01)
    #expect(throws: CalibrationError.self) {
      try Folds(assignment: rows.map { $0.copy % 5 }, groups: groups)
    }
  }

  private func judge(_ rows: Int, seed: UInt64, rate: (Double) -> Double) throws -> (Predictions, [String]) {
    var randomness = Randomness(seed: seed, purpose: "test")
    let probabilities = (0..<rows).map { _ in (2 * randomness.normal()).sigmoid }
    let data = try Predictions(probabilities, probabilities.map { randomness.uniform() < rate($0) })
    return (data, (0..<rows).map(String.init))
  }

  @Test func prefersTheSimplestThatIsGoodEnough() throws {
    let (calibrated, groups) = try judge(600, seed: 1) { $0 }
    let selection = try calibrated.select(groups: groups, folds: try Folds(groups: groups))
    #expect(selection.method == .identity)
    #expect(selection.candidates.map(\.method) == CalibrationMethod.allCases)
    #expect(selection.warnings.isEmpty)

    let (sure, _) = try judge(600, seed: 2) { (0.4 * $0.logit).sigmoid }
    let flattened = try sure.select(groups: groups, folds: try Folds(groups: groups))
    #expect(flattened.method == .temperature)
    let before = try #require(try sure.calibrationError(.equalMass(10)).number)
    let after = try #require(try flattened.heldOut.calibrationError(.equalMass(10)).number)
    #expect(after < before / 2)

    // A step that no logistic curve has.
    let (stepped, _) = try judge(600, seed: 3) { $0 < 0.7 ? 0.35 : 0.9 }
    let bent = try stepped.select(groups: groups, folds: try Folds(groups: groups))
    #expect([.histogram, .isotonic].contains(bent.method))
  }

  @Test func warnsOfTooFew() throws {
    let (data, groups) = try judge(40, seed: 4) { $0 }
    let selection = try data.select([.isotonic], groups: groups, folds: try Folds(groups: groups))
    #expect(selection.warnings.count == 3)
    #expect(selection.warnings[0] == "only 40 items are labelled; a fit needs about 100 to be steady")
  }

  @Test func oneClassIsNoCalibration() throws {
    let data = try Predictions((0..<20).map { Double($0) / 20 }, Array(repeating: true, count: 20))
    let groups = (0..<20).map(String.init)
    #expect(throws: Undefined.oneClass("true")) { try data.select(groups: groups, folds: try Folds(groups: groups)) }
  }
}
