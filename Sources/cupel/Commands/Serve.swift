import ArgumentParser

/// `cupel serve`: what can be said on its command line. What it does is in `ServeRun`.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve judgments over HTTP.",
    discussion: """
      Listens on 127.0.0.1:8080 unless it is told otherwise, with the judges of cupel.yaml and every rubric that can be asked \
      for by name; without any configuration, with the rubrics that need no judge. Prints one line when it is ready. SIGTERM \
      and Ctrl-C let requests in flight finish (serve.drain_ms), a second one ends at once; SIGHUP reads configuration, \
      rubrics and keys again. What else is to be known to run it: docs/operations.md.

      EXAMPLES
        With what is built in:
          cupel serve
        With judges, routes and limits of a file, on any free port:
          cupel serve --config deployment/cupel.yaml --listen 127.0.0.1:0
        For other machines, which need a key:
          cupel serve --listen 0.0.0.0:8080 --keys-file keys
      """)

  @Option(help: "Where to listen, HOST:PORT; else serve.listen. Port 0: any that is free.")
  var listen: String?

  @Option(help: "A file of API keys, one NAME KEY a line; else serve.keys_file.", completion: .file())
  var keysFile: String?

  @Flag(help: "Let other machines ask although there are no keys.")
  var withoutKeys = false

  @OptionGroup(title: "Where things are") var places: PlaceOptions

  /// Serves until it is told to stop.
  func run() async throws { try await ServeRun(self).run() }
}
