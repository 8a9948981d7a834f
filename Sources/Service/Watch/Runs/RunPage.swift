/// The statistics of training runs at one moment.
struct RunPage: Sendable {
  let statistics: [RunTable.Key: RunStatistics]
  /// Runs whose statistics were dropped.
  let forgotten: Int

  /// Writes all runs, family by family. A number that is not known yet has no sample.
  func write(to text: inout Exposition) {
    let all = statistics.labelled.map { (labels: $0.labels, value: $0.value, last: $0.value.last) }
    text.family(
      "cupel_run_rewards_total", .counter, "Rewards of a training run: scored responses, by the run and the rubric.")
    for run in all { text.add(run.value.all.count, run.labels) }
    text.family("cupel_run_unscored_total", .counter, "Responses of a training run that have no score.")
    for run in all { text.add(run.value.unscored, run.labels) }
    func windows(_ name: String, _ help: String, _ number: (Moments) -> Double?) {
      text.family(name, .gauge, help)
      for run in all {
        for (window, moments) in [("all", run.value.all), ("first", run.value.first), ("last", run.last)] {
          if let value = number(moments), value.isFinite { text.add(value, run.labels + [("window", window)]) }
        }
      }
    }
    let of = "of all of a run's rewards, the first and the last \(RunStatistics.window)"
    windows("cupel_run_reward_mean", "The mean \(of).") { $0.count == 0 ? nil : $0.meanX }
    windows("cupel_run_reward_stddev", "The standard deviation (n - 1) \(of).") { $0.deviationX }
    windows("cupel_run_response_bytes", "The mean length of responses in UTF-8, \(of).") {
      $0.count == 0 ? nil : $0.meanY
    }
    windows("cupel_run_length_correlation", "Pearson's correlation of reward and length, \(of).") { $0.correlation }
    func gauge(_ name: String, _ help: String, _ number: (RunStatistics) -> Double?) {
      text.family(name, .gauge, help)
      for run in all { if let value = number(run.value), value.isFinite { text.add(value, run.labels) } }
    }
    gauge(
      "cupel_run_reward_drift",
      "The mean of the last \(RunStatistics.window) rewards less that of the first, over the standard deviation of the "
        + "first (Glass's delta)."
    ) { $0.drift }
    gauge("cupel_run_groups", "Of the last \(GroupWindow.most) groups, those with two rewards or more.") {
      Double($0.groups.comparable)
    }
    gauge("cupel_run_zero_spread_ratio", "The share of these whose rewards are all the same.") { $0.groups.zeroSpread }
    text.family("cupel_runs", .gauge, "Training runs that statistics are kept of, once for each of their rubrics.")
    text.add(all.count)
    text.family(
      "cupel_runs_forgotten_total", .counter, "Runs whose statistics were dropped for those of others (serve.max_runs)."
    )
    text.add(forgotten)
  }
}
