internal import Glibc
public import Media
public import MediaFetching
public import PluginHost
public import Rubrics

/// Everything that stands ready for a run: the configuration, the plugins that were found, the rubrics that can be asked for.
public struct Workbench: Sendable {
  /// What `cupel.yaml` says.
  public let configuration: Configuration
  /// The loaded plugins.
  public let host: PluginHost
  /// The rubrics and styles.
  public let library: RubricLibrary

  /// Loads the plugins that are named here, in the configuration and in `CUPEL_PLUGIN_PATH`, and those of the installation;
  /// finds rubrics in the same order (`CUPEL_RUBRIC_PATH`).
  public init(
    _ configuration: Configuration, plugins: [String] = [], rubrics: [String] = [],
    installation: Installation = Installation()
  ) {
    self.init(
      configuration, PluginHost(PluginSearch.standard(files: plugins + configuration.plugins)), rubrics, installation)
  }

  /// The same plugins with another configuration. Plugins are never unloaded: other ones need another process.
  public func reloaded(
    _ configuration: Configuration, rubrics: [String] = [], installation: Installation = Installation()
  ) -> Workbench {
    Workbench(configuration, host, rubrics, installation)
  }

  private init(
    _ configuration: Configuration, _ host: PluginHost, _ rubrics: [String], _ installation: Installation
  ) {
    self.configuration = configuration
    self.host = host
    let environment = getenv("CUPEL_RUBRIC_PATH").map { String(cString: $0) } ?? ""
    let folders = rubrics + configuration.rubrics + environment.split(separator: ":").map(String.init)
    library = RubricLibrary(
      folders: folders + installation.rubricFolders, styleFolders: installation.styleFolders)
  }

  /// The decoders, where the configuration wants them.
  public var decoders: [any MediaDecoder] { host.decoders(configuration.decodingPlace) }

  /// A loader for the media of a run; files are read from `roots` and the configured ones, relative paths start in the
  /// working folder. Throws where the system gives no threads to fetch files with.
  public func mediaLoader(roots: [String]) throws(WebMediaProblem) -> MediaLoader {
    var sources = MediaSources()
    sources.roots = roots + configuration.media.roots
    sources.base = "."
    sources.fetcher = try WebMedia(configuration.media.web)
    return loader(sources)
  }

  /// A loader for the media of requests: only what `serve.media` allows.
  public func servingLoader(uploads: UploadStore) throws(WebMediaProblem) -> MediaLoader {
    let allowed = configuration.serve.media
    var sources = MediaSources()
    sources.tellsRoots = false
    if allowed.takesFiles {
      sources.roots = configuration.media.roots
      sources.base = configuration.media.roots.first
    }
    if allowed.takesAddresses { sources.fetcher = try WebMedia(configuration.media.web) }
    if allowed.uploads != nil { sources.uploads = uploads }
    return loader(sources)
  }

  private func loader(_ sources: MediaSources) -> MediaLoader {
    MediaLoader(
      decoders: decoders, sources: sources, limits: configuration.limits.media,
      cacheBytes: configuration.media.cacheBytes)
  }
}
