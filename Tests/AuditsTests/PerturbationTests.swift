import Testing
import Wire

@testable import Audits

@Suite struct PerturbationTests {
  @Test(arguments: Catalogue.all.map(\.id)) func doesWhatItsDocumentationShows(id: String) throws {
    let perturbation = try #require(Catalogue.all.first { $0.id == id })
    #expect(!perturbation.examples.isEmpty)
    for example in perturbation.examples {
      let variants = perturbation.variants(of: example.item, example.setting)
      #expect(Set(variants.map(\.name)) == Set(example.becomes.keys))
      for variant in variants { #expect(variant.item == example.becomes[variant.name], "\(variant.name)") }
    }
  }

  @Test func namesAreUnique() {
    let names = Catalogue.all.map(\.id)
    #expect(Set(names).count == names.count)
    for perturbation in Catalogue.all {
      let variants = perturbation.variants(of: .pair(3), AuditSetting())
      #expect(Set(variants.map(\.name)).count == variants.count, "\(perturbation.id)")
    }
  }

  @Test func whatBecomesOfAnItemFollowsFromItsIDAndTheSeed() throws {
    let setting = AuditSetting()
    var other = AuditSetting()
    other.seed = 1
    let items = (0..<40).map { number in
      AuditItem(
        Item(
          id: "n\(number)", prompt: Content("?"), responses: [Content("1")], reference: Content("100")))
    }
    func guesses(_ setting: AuditSetting, _ items: [AuditItem]) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: items.compactMap { item in
          GuessedNumber().variants(of: item, setting).first.map { (item.id, $0.item.responses[0].text) }
        })
    }
    #expect(guesses(setting, items) == guesses(setting, items.reversed()))
    #expect(guesses(setting, items) != guesses(other, items))
    #expect(!guesses(setting, items).values.contains("100"))
  }
}
