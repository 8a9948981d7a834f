internal import CCupelPlugin
import JSON
import Judging
import PluginBridge
import Wire

/// Opens a judge of a plugin, and reads what it says of itself.
struct JudgeOpener {
  let plugin: LoadedPlugin
  let name: String

  func open(_ config: JSONValue) throws(PluginFailure) -> HostedJudge {
    guard let table = plugin.judge else { throw refuse("has no judge") }
    let text: String
    do {
      _ = try JSONReader(config).object()
      text = try JSONWriter.canonical(config)
    } catch {
      throw refuse("its configuration cannot be used: \(error)")
    }
    let errors = ErrorBox()
    guard let instance = text.withView({ table.pointee.open?($0, errors.pointer) }) else {
      throw refuse(errors.take()?.message ?? "open failed and does not say why")
    }
    do {
      let (description, criteria, submitsAtOnce) = try describe(table, instance, config: text)
      let reader = ReplyReader(kind: description.kind, criteria: criteria)
      return HostedJudge(
        description: description,
        judge: OpenJudge(
          pluginID: plugin.info.id, table: table, prober: plugin.probe, instance: instance, reader: reader,
          submitsAtOnce: submitsAtOnce))
    } catch {
      table.pointee.close?(instance)
      throw error
    }
  }

  private func describe(
    _ table: UnsafePointer<cupel_judge>, _ instance: OpaquePointer, config: String
  ) throws(PluginFailure) -> (JudgeDescription, criteria: [String], submitsAtOnce: SubmitsAtOnce) {
    let errors = ErrorBox()
    let sink = TextSink()
    guard table.pointee.describe?(instance, sink.pointer, errors.pointer) == Status.ok.rawValue else {
      throw refuse("describe failed: \(errors.take()?.message ?? "it does not say why")")
    }
    guard let text = sink.text else { throw refuse("describe wrote what is not UTF-8, or too much of it") }
    do {
      let reader = JSONReader(try JSONParser.parse(text))
      var description = try JudgeDescription(name: name, reader)
      description.maxTopLogprobs = Int(plugin.logprobs?.pointee.max_top?(instance) ?? 0)
      description.canProbe = plugin.probe != nil
      description.fingerprint = try fingerprint(description.fingerprint, config: config)
      var criteria: [String] = []
      for criterion in try reader["criteria"]?.array() ?? [] { criteria.append(try criterion.string()) }
      return (description, criteria, try SubmitsAtOnce(reader["submits_at_once"]))
    } catch {
      throw refuse("describe wrote what is not a description: \(error)")
    }
  }

  /// Over everything that can change an answer: the plugin, its version, the configuration, and what the judge adds.
  private func fingerprint(_ own: String, config: String) throws(JSONError) -> String {
    Digest.sha256(
      try JSONWriter.canonical([
        "plugin": .string(plugin.info.id), "version": .string(plugin.info.version), "config": .string(config),
        "judge": .string(own),
      ]))
  }

  private func refuse(_ message: String) -> PluginFailure {
    PluginFailure(file: nil, "judge '\(name)' (plugin '\(plugin.info.id)'): \(message)")
  }
}
