import JSON
import Judging
import PluginKit
import Wire

extension Options {
  /// What the options make of a judge that answers in words.
  func description(_ chat: ChatOptions) -> PluginJudgeDescription {
    PluginJudgeDescription(
      kind: .generative, model: model, fingerprint: fingerprint, modalities: chat.modalities,
      maxInFlight: delivery.maxInFlight, maxTopLogprobs: chat.maxTopLogprobs, maxSamples: chat.maxN,
      submitsAtOnce: .always)
  }

  /// What the options make of a reward model.
  func description(_ reward: RewardOptions) -> PluginJudgeDescription {
    PluginJudgeDescription(
      kind: .scoring, model: model, fingerprint: fingerprint, modalities: reward.media.modalities,
      criteria: [RewardJudge.scoreName], maxInFlight: delivery.maxInFlight,
      submitsAtOnce: .always)
  }

  /// Over what may change an answer: how requests are written (the number is raised when that changes), the model, and what is
  /// sent with a call. Not over where the servers are, how they are reached and with which key. The host adds the whole
  /// configuration to it.
  private var fingerprint: String {
    let relevant: JSONValue = [
      "requests": 1, "kind": .string(kind.rawValue), "model": .string(model), "extra_body": .object(extraBody),
      "chat": .object(JSONObject(ownFields.map { ($0.key, $0.value) })),
    ]
    // Options come from JSON, so they can be written as such.
    return Digest.sha256((try? JSONWriter.canonical(relevant)) ?? "\(relevant)")
  }

  /// The fields of the kind, as they were written.
  private var ownFields: [JSONObject.Member] {
    let common = Set(["kind", "model", "extra_body"] + DeliveryOptions.fields)
    return (reader.value.object?.members ?? []).filter { !common.contains($0.key) }
  }
}
