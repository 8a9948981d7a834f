import ArgumentParser
import Configuration
import PluginHost

/// `cupel plugin`: what is loaded, and whether a plugin keeps to the ABI.
struct PluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin", abstract: "List and check plugins.", subcommands: [PluginList.self, PluginCheck.self])
}

struct PluginList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the plugins that are found, and those that cannot be used.",
    discussion: """
      EXAMPLES
        cupel plugin list
        CUPEL_PLUGIN_PATH=./build cupel plugin list
        cupel plugin list --plugin ./libmine.so
      """)

  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func run() throws {
    let configuration = try asUsage { try Configuration.find(named: places.config) }
    let host = Workbench(configuration, plugins: places.plugins, rubrics: places.rubrics).host
    var table = Table([("plugin", .left), ("version", .left), ("does", .left), ("file", .left)])
    for plugin in host.plugins {
      table.add([plugin.id, plugin.version, plugin.capabilities.joined(separator: " "), plugin.file])
    }
    if !table.isEmpty { for line in table.lines { Console.print(line) } }
    if !host.failures.isEmpty { throw CommandFailure(.checkFailed, host.failures.map(\.description)) }
  }
}
