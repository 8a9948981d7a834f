import Grading
import Judging
import Media
import Wire

extension AuditBench {
  /// The item with each of its media of a kind replaced by what `edit` makes of it.
  func edited(_ item: Item, _ edit: any MediaEdit, _ setting: AuditSetting) async throws(Unscored) -> Item {
    guard let media else { throw Unscored(.invalidInput, "media cannot be loaded here: no decoder is at hand") }
    var urls: [String: String] = [:]
    for reference in item.media where reference.kind == edit.kind && urls[reference.url] == nil {
      let seed = Digest.seed("audit", edit.name, String(setting.seed), item.id)
      let loaded = try await media.load(reference, request: options.media)
      urls[reference.url] = try await edit.replacement(for: loaded.media, seed: seed)
    }
    return item.replacingMedia { reference in
      guard reference.kind == edit.kind, let url = urls[reference.url] else { return reference }
      return MediaReference(kind: reference.kind, url: url)
    }
  }

  /// The item with a response as the second model writes it.
  func rewritten(
    _ item: Item, _ rewriting: Rewriting, _ key: AuditKey, _ spent: inout AuditRecord.Spent
  ) async throws(Unscored) -> Item {
    guard let rewriter = parties.rewriter else { throw Unscored(.invalidInput, "there is no rewriting model") }
    let call = rewriting.call(
      for: item.responses[rewriting.place].text, "\(key.judged)/rewriter",
      timeoutMilliseconds: options.timeoutMilliseconds)
    do throws(Unscored) {
      let text = try Rewriting.text(of: try await ask(rewriter, call, &spent).get())
      return item.rewriting(rewriting.place) { _ in text }
    } catch {
      throw Unscored(error.reason, "the rewriting model: \(error.message)")
    }
  }
}
