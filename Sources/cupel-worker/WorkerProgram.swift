import Glibc

/// Decodes for a host, one file after the other, with nothing in reach but what it is handed. Started by `cupel`, never by hand.
@main enum WorkerProgram {
  static func main() { exit(Session.run(plugin: CommandLine.arguments.dropFirst().first)) }
}
