internal import Glibc

/// Why jobs cannot be kept where the configuration says.
struct JobDirectoryProblem: Error, Sendable, Hashable, CustomStringConvertible {
  let description: String
}

/// The folder of all jobs, which one server at a time has.
final class JobDirectory: Sendable {
  let path: String
  private let lock: Int32

  /// Makes the folder where it is not there, and takes it.
  init(_ path: String) throws(JobDirectoryProblem) {
    func refuse(_ why: String) -> JobDirectoryProblem {
      JobDirectoryProblem(description: "serve.jobs.directory: \(path): \(why)")
    }
    do throws(JobFileProblem) {
      try JobFile.makeFolder(path)
      try JobFile.makeFolder(path + "/jobs")
    } catch {
      throw refuse(error.message)
    }
    let lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw refuse("cannot be written: \(String(cString: strerror(errno)))") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw refuse("is used by another server; give each its own")
    }
    (self.path, self.lock) = (path, lock)
  }

  deinit { close(lock) }

  /// Why jobs could not be kept at `path`, as far as can be seen without making anything; nil: nothing is known.
  static func problem(with path: String?) -> String? {
    guard let path else { return nil }
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { return "serve.jobs.directory: \(path): is no folder" }
      return access(path, W_OK) == 0 ? nil : "serve.jobs.directory: \(path): \(String(cString: strerror(errno)))"
    }
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let place = parent.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : parent
    return access(place, W_OK) == 0
      ? nil : "serve.jobs.directory: \(path): cannot be made: \(String(cString: strerror(errno)))"
  }

  /// The folder of a job.
  func folder(_ id: String) -> JobFolder { JobFolder(path: "\(path)/jobs/\(id)") }

  /// The jobs that are kept, and what is wrong with those that cannot be read. What is left of others is removed.
  func jobs() -> (jobs: [Job], problems: [String]) {
    var (jobs, problems): ([Job], [String]) = ([], [])
    for id in JobFile.list(path + "/jobs") {
      do throws(JobFileProblem) {
        if let job = try folder(id).read() { jobs.append(job) } else { folder(id).remove() }
      } catch {
        problems.append("serve.jobs.directory: \(path)/jobs/\(id): \(error.message); the job is left as it is")
      }
    }
    return (jobs, problems)
  }
}
