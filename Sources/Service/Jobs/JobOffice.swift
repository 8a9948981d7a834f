import Calibration
import Configuration
import JSON
import Judging
import Rubrics
import Synchronization

/// All that methods about jobs need: the jobs, and what has been put in force of what they gave.
public final class JobOffice: Sendable {
  let jobs: Jobs
  let activations: Activations
  private let engine: Engine
  /// Held while the generation that is in force is replaced by one that was made of it.
  let changing = Mutex(())

  /// A folder that is taken for the jobs of one server.
  struct Premises {
    let directory: JobDirectory
    let activations: Activations

    /// nil where the configuration names none.
    init?(_ settings: JobSettings) throws(JobDirectoryProblem) {
      guard let path = settings.directory else { return nil }
      directory = try JobDirectory(path)
      activations = try Activations(directory)
    }
  }

  init(_ premises: Premises, _ engine: Engine) {
    activations = premises.activations
    self.engine = engine
    jobs = Jobs(premises.directory, [CalibrationJob(), AuditJob()], engine)
  }

  /// What was wrong with what was found on the disk.
  var problems: [String] { jobs.problems + activations.problems }

  /// Puts a calibration in force: what is asked for from now on is calibrated by it.
  func activate(_ job: Job, judge named: String?, isForced: Bool, by name: String) throws(Fault) -> Activation {
    guard job.state == .done else {
      throw Fault(
        .conflict, "the calibration is \(job.state.rawValue); only one that is done can be put in force", path: "id")
    }
    let reader = JSONReader(try jobs.report(of: job))
    let (file, digest): (CalibrationFile, String)
    do throws(JSONError) {
      file = try CalibrationFile(
        reader.require("calibration"), path: activations.path(job.id), isForced: isForced)
      digest = try file.digest()
    } catch {
      throw Fault(.internalError, "what came of the job cannot be read: \(error)")
    }
    return try changing.withLock { _ throws(Fault) in
      let generation = engine.generation
      let judge = try Self.judge(named, for: file.calibration, generation)
      try Self.requireFollowers(file, judge.name, generation)
      if !isForced, let misfit = Self.misfit(file, judge, generation) {
        throw Fault(.notUsable, "\(misfit); fit it again, or pass \"force\": true to apply it all the same")
      }
      let activation = Activation(
        id: job.id, judge: judge.name, since: Jobs.now(), by: name, digest: digest, file: file)
      try refuseToBreakRoutes(of: generation, activations.files(with: activation))
      try keeping { () throws(JobFileProblem) in try activations.add(activation) }
      apply(generation)
      return activation
    }
  }

  /// Takes it out of force.
  func deactivate(_ job: Job, by name: String) throws(Fault) -> Activation {
    try changing.withLock { _ throws(Fault) in
      let generation = engine.generation
      try refuseToBreakRoutes(of: generation, activations.files(without: job.id))
      let found = try keeping { () throws(JobFileProblem) in try activations.remove(job.id, by: name, at: Jobs.now()) }
      guard let found else { throw Fault(.conflict, "the calibration is not in force", path: "id") }
      apply(generation)
      return found
    }
  }

  /// A training loop that is under way is not to get errors from now on: neither for want of a calibration that its rewards are made of, nor
  /// because scores would be of several judges.
  private func refuseToBreakRoutes(
    of generation: Generation, _ activated: [String: [CalibrationFile]]
  ) throws(Fault) {
    let next = Generation(generation.workbench, after: generation, activated: activated)
    for settings in generation.settings.routes {
      guard let route = try? Route(settings, engine), (try? route.check(in: generation)) != nil else { continue }
      do throws(Fault) { try route.check(in: next) } catch {
        throw Fault(
          .conflict,
          "the route \(settings.path) could not be answered any more: \(error.message); change the route first")
      }
    }
  }

  private func apply(_ generation: Generation) {
    let next = Generation(generation.workbench, after: generation, activated: activations.files)
    engine.replace(with: next)
    engine.metrics.changed(to: next.number)
  }

  private func keeping<Value>(_ body: () throws(JobFileProblem) -> Value) throws(Fault) -> Value {
    do throws(JobFileProblem) { return try body() } catch {
      throw Fault(.internalError, "it cannot be written to the disk, and nothing has changed: \(error.message)")
    }
  }

  /// The judge that is named; else the one with the fingerprint of the one that was fitted, with its name, or that is asked where none is
  /// named.
  private static func judge(
    _ name: String?, for calibration: JudgeCalibration, _ generation: Generation
  ) throws(Fault) -> (name: String, fingerprint: String) {
    if name == nil, let fitted = calibration.judge.fingerprint {
      for settings in generation.judges {
        guard let judge = try? generation.judge(named: settings.name), judge.judge.description.fingerprint == fitted
        else { continue }
        return (settings.name, fitted)
      }
    }
    let known = generation.judges.map(\.name)
    let wanted = name ?? calibration.judge.name.flatMap { known.contains($0) ? $0 : nil }
    guard let judge = try generation.judge(named: wanted) else {
      throw Fault(.notUsable, "there is no judge to put it in force for", path: "judge")
    }
    return (judge.settings.name, judge.judge.description.fingerprint)
  }

  /// Refuses a cascade of more judges than are named after the first.
  private static func requireFollowers(
    _ file: CalibrationFile, _ judge: String, _ generation: Generation
  ) throws(Fault) {
    let named = followers(of: judge, generation).count
    guard named < file.later.count else { return }
    throw Fault(
      .notUsable,
      "it is a cascade of \(file.later.count + 1) judges; name in 'then' of judge '\(judge)' who judges what it is unsure of: "
        + "\(file.later.count) judges, not \(named)")
  }

  private static func followers(of judge: String, _ generation: Generation) -> [String] {
    generation.judges.first { $0.name == judge }?.then ?? []
  }

  /// Why no request could be calibrated by it; nil where some could.
  private static func misfit(
    _ file: CalibrationFile, _ judge: (name: String, fingerprint: String), _ generation: Generation
  ) -> String? {
    var judges = [judge]
    for name in followers(of: judge.name, generation).prefix(file.later.count) {
      guard let next = try? generation.judge(named: name) else { return "judge '\(name)' cannot be opened" }
      judges.append((name, next.judge.description.fingerprint))
    }
    for (fitted, judge) in zip([file.calibration] + file.later, judges)
    where fitted.judge.fingerprint != judge.fingerprint {
      return
        "it was fitted to another judge than '\(judge.name)' is now (fingerprint \(fitted.judge.fingerprint ?? "none"), not \(judge.fingerprint))"
    }
    let rubrics = generation.entries.compactMap { try? $0.rubric.get().reference }
    let rubric = file.calibration.judge.rubric
    return rubrics.contains(rubric) ? nil : "it was fitted to the rubric \(rubric), which is not there or has changed"
  }
}
