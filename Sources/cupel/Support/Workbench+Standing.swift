import Configuration
import Documents
import PluginHost
import Rubrics

extension Workbench {
  /// With what the command line names; plugins that cannot be used are warned of where it matters.
  static func standing(at places: PlaceOptions, warning: Bool = true) throws -> Workbench {
    let configuration = try asUsage { try Configuration.find(named: places.config) }
    let workbench = Workbench(configuration, plugins: places.plugins, rubrics: places.rubrics)
    for failure in workbench.host.failures where warning { Console.warn("plugin \(failure)") }
    if warning, configuration.decodingPlace == .inProcess { Console.warn(DecodingPlace.warning) }
    return workbench
  }

  /// The rubric, or all that is wrong with it.
  func rubric(_ name: String) throws -> Rubric { try asUsage { try library.rubric(name) } }
}
