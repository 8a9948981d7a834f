import Calibration
public import Configuration
import Documents
import JSON
import Judging
import Media
import MediaFetching
import PluginHost
public import Rubrics
import Synchronization

/// One state of rubrics and judges. A reload makes the next; requests that are under way finish with theirs.
public final class Generation: Sendable {
  /// Counted from 1.
  public let number: Int
  /// Configuration, plugins and rubrics.
  public let workbench: Workbench
  /// The judges that a client may name: those that stand ready, then those of the configuration. What else `cupel grade --judge` takes,
  /// such as the address of a server, is not for strangers to say.
  public let judges: [JudgeSettings]
  /// Every rubric that can be asked for, in order of name, as the files were when the generation was made; broken ones too.
  public let entries: [RubricLibrary.Entry]
  let media: MediaLoader
  /// Files that clients sent; the same through all generations.
  let uploads: UploadStore
  private let mediaProblem: String?

  private typealias Opened = Result<Workbench.OpenedJudge, JudgeProblem>
  private typealias Checks = Result<(any Judge)?, JudgeProblem>
  private let opened: OnceTable<String, Opened>
  /// By the digest of the rubric whose checks they compute.
  private let checks: OnceTable<String, Checks>
  /// By judge, those that could be read.
  private let calibrations: [String: [CalibrationFile]]
  /// By judge, those that were put in force while the server ran; they go before the others.
  private let activated: [String: [CalibrationFile]]
  private let calibrationProblems: [String]
  private let sessions = Mutex(SessionTable())
  /// Judges that are not from the configuration.
  private let given: [Workbench.OpenedJudge]

  /// The first generation, or one after another. `judges` stand ready besides those of the configuration, and go before them.
  ///
  /// What did not change since `previous` is kept: a judge with the same settings goes on with its connections and its limit, and
  /// so do judges that were given.
  ///
  /// `activated`: calibrations by judge that go before those of the configuration; nil: those of `previous`.
  public init(
    _ workbench: Workbench, judges: [Workbench.OpenedJudge] = [], after previous: Generation? = nil,
    activated: [String: [CalibrationFile]]? = nil
  ) {
    self.workbench = workbench
    self.activated = activated ?? previous?.activated ?? [:]
    number = (previous?.number ?? 0) + 1
    entries = workbench.library.list()
    uploads = previous?.uploads ?? UploadStore()
    (media, mediaProblem) = Self.loader(workbench, uploads)
    let names = Set(judges.map(\.settings.name))
    let given = judges + (previous?.given ?? []).filter { !names.contains($0.settings.name) }
    let ready = Set(given.map(\.settings.name))
    self.given = given
    self.judges = given.map(\.settings) + workbench.configuration.judges.filter { !ready.contains($0.name) }
    var kept: [String: Opened] = [:]
    for settings in workbench.configuration.judges {
      guard case .success(let judge)? = previous?.opened.values[settings.name], judge.settings == settings else {
        continue
      }
      kept[settings.name] = .success(judge)
    }
    for judge in given { kept[judge.settings.name] = .success(judge) }
    (calibrations, calibrationProblems) = Self.calibrations(of: self.judges)
    opened = OnceTable(kept)
    checks = OnceTable((previous?.checks.values ?? [:]).filter { if case .success = $0.value { true } else { false } })
  }

  /// `serve:` of its configuration.
  var settings: ServeSettings { workbench.configuration.serve }

  /// Opens every judge and reads every rubric, so that no request has to wait for it, and says what is wrong with them; empty:
  /// nothing.
  public func problems() -> [String] {
    var problems: [String] = []
    for entry in entries {
      switch entry.rubric {
      case .success(let rubric):
        if case .failure(let problem) = ready(checksOf: rubric) { problems.append("\(problem)") }
      case .failure(let errors): problems += errors.errors.map(\.description)
      }
    }
    for settings in workbench.configuration.judges {
      if case .failure(let problem) = ready(settings) { problems.append("\(problem)") }
    }
    return problems + calibrationProblems + misfits() + [mediaProblem].compactMap { $0 }
  }

  private static func loader(_ workbench: Workbench, _ uploads: UploadStore) -> (MediaLoader, problem: String?) {
    do throws(WebMediaProblem) { return (try workbench.servingLoader(uploads: uploads), nil) } catch {
      return (MediaLoader(decoders: workbench.decoders), error.description)
    }
  }

  private static func calibrations(of judges: [JudgeSettings]) -> ([String: [CalibrationFile]], [String]) {
    var (files, problems): ([String: [CalibrationFile]], [String]) = ([:], [])
    for judge in judges {
      for path in judge.calibrations {
        do throws(DocumentError) { files[judge.name, default: []].append(try CalibrationFile(path)) } catch {
          problems.append("\(error)")
        }
      }
    }
    return (files, problems)
  }

  /// Calibrations that no request could ever be given: of another judge, or of a rubric that has changed since; and judges that no
  /// cascade asks.
  private func misfits() -> [String] {
    var problems: [String] = []
    for settings in judges {
      let files = calibrations[settings.name] ?? []
      for file in files {
        problems += misfits(file, file.calibration, settings)
        for (name, step) in zip(settings.then, file.later) {
          if let next = judges.first(where: { $0.name == name }) { problems += misfits(file, step, next) }
        }
        if settings.then.count < file.later.count {
          problems.append(
            "\(file.path): is a cascade of \(file.later.count + 1) judges; name in 'then' of judge '\(settings.name)' who judges "
              + "what it is unsure of: \(file.later.count) judges, not \(settings.then.count)")
        }
        let rubrics = entries.compactMap { try? $0.rubric.get().reference }
        if !rubrics.contains(file.calibration.judge.rubric) {
          problems.append(
            "\(file.path): was fitted to the rubric \(file.calibration.judge.rubric), which is not there or has changed; fit it "
              + "again")
        }
      }
      // Where jobs are kept, one that asks more may be put in force yet.
      let isFinal = self.settings.jobs.directory == nil
      if isFinal, let most = files.map(\.later.count).max(), settings.then.count > most {
        problems.append(
          "\(settings.path)['then'] names \(settings.then.count) judges, and no cascade of judge '\(settings.name)' asks more "
            + "than \(most)")
      }
    }
    return problems
  }

  private func misfits(_ file: CalibrationFile, _ fitted: JudgeCalibration, _ settings: JudgeSettings) -> [String] {
    guard case .success(let judge) = ready(settings) else { return [] }
    let now = judge.judge.description.fingerprint
    guard fitted.judge.fingerprint != now else { return [] }
    return [
      "\(file.path): was fitted to another judge than '\(settings.name)' is now (fingerprint \(fitted.judge.fingerprint ?? "none"), "
        + "not \(now)); fit it again"
    ]
  }

  /// The calibrations of a judge.
  func calibrations(of judge: String) -> [CalibrationFile] { (activated[judge] ?? []) + (calibrations[judge] ?? []) }

  /// The names of rubrics that a client may give; never a path.
  public var rubrics: [String] { entries.map(\.name) }

  /// What judges on `terms`, made ready once and kept.
  public func session(on terms: Terms) throws(Fault) -> Session {
    if let session = sessions.withLock({ $0.find(terms) }) { return session }
    let session = try Session(terms, self)
    return sessions.withLock { $0.keep(session) }
  }

  // MARK: For sessions

  /// Rubrics are known by name alone: a path in a request would be one of this machine.
  func rubric(named name: String) throws(Fault) -> Rubric {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw Fault(.notUsable, Suggestion.unknown("rubric", name, among: rubrics))
    }
    guard case .success(let rubric) = entry.rubric else {
      throw Fault(.notUsable, "rubric '\(name)' is broken; 'cupel rubric check' tells its errors")
    }
    return rubric
  }

  /// The judge that `name` stands for; nil where there is none and none was named. What a request names has to be configured: it
  /// cannot choose a plugin and its options by itself.
  func judge(named name: String?) throws(Fault) -> Workbench.OpenedJudge? {
    let wanted = name ?? (judges.count == 1 ? judges[0].name : "default")
    guard let settings = judges.first(where: { $0.name == wanted }) else {
      let names = judges.map(\.name).sorted()
      if let name { throw Fault(.notUsable, Suggestion.unknown("judge", name, among: names)) }
      if judges.isEmpty { return nil }
      throw Fault(.notUsable, "there are several judges; name one of them: \(names.joined(separator: ", "))")
    }
    guard case .success(let judge) = ready(settings) else {
      throw Fault(.notUsable, "judge '\(settings.name)' cannot be opened; 'cupel judge' tells why")
    }
    return judge
  }

  /// The judge that computes the checks of `rubric`; nil when it has none.
  func checks(of rubric: Rubric) throws(Fault) -> (any Judge)? {
    guard case .success(let judge) = ready(checksOf: rubric) else {
      throw Fault(
        .notUsable, "the checks of rubric '\(rubric.name)' cannot be computed; 'cupel rubric check' tells why")
    }
    return judge
  }

  private func ready(checksOf rubric: Rubric) -> Checks {
    guard !rubric.checked.isEmpty else { return .success(nil) }
    return checks.value(for: rubric.digest) {
      Result { () throws(JudgeProblem) in try workbench.checks(of: rubric) }
    }
  }

  private func ready(_ settings: JudgeSettings) -> Opened { opened.value(for: settings.name) { open(settings) } }

  private func open(_ settings: JudgeSettings) -> Opened {
    Result { () throws(JudgeProblem) in try workbench.open(settings) }
  }

  /// What the judges that are open have and hold back, in order of name.
  var judgeCounts: [Snapshot.Judge] {
    opened.values.compactMap { name, opened in
      guard case .success(let judge) = opened else { return nil }
      let counts = judge.judge.counts
      return Snapshot.Judge(name: name, inFlight: counts.inFlight, waiting: counts.waiting)
    }.sorted { $0.name < $1.name }
  }
}
