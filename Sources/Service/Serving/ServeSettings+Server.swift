import Configuration
import HTTPServing

extension ServerOptions {
  /// As the configuration says.
  init(_ settings: ServeSettings) {
    self.init()
    host = settings.listen.host
    port = settings.listen.port
    maxConnections = settings.limits.maxConnections
    maxBodyBytes = settings.limits.maxBodyBytes
    maxHeadBytes = settings.limits.maxHeadBytes
    idleMilliseconds = settings.limits.idleMilliseconds
    bodyMilliseconds = settings.limits.bodyMilliseconds
    sendMilliseconds = settings.limits.sendMilliseconds
    maxStreamedAheadBytes = settings.limits.maxStreamedAheadBytes
  }
}

extension ServeSettings {
  /// What differs from the settings that the server was started with and stays as it was there, one line each.
  func needingRestart(since started: ServeSettings) -> [String] {
    var changed: [String] = []
    if listen != started.listen { changed.append("serve.listen") }
    if log != started.log { changed.append("serve.log") }
    if jobs.directory != started.jobs.directory { changed.append("serve.jobs.directory") }
    let before = started.limits.named
    changed += zip(limits.named, before).filter { $0.value != $1.value }.map { "serve.limits.\($0.0.name)" }
    return changed.map { "\($0) has changed, which takes effect with the next start" }
  }
}
