import Configuration

/// All jobs, who waits and who has to make room: the state of ``Jobs``, as a pure machine.
struct JobTable {
  private(set) var settings: JobSettings
  private(set) var jobs: [String: Job] = [:]
  /// Those that wait, in the order of their numbers.
  private(set) var queue: [String] = []
  private(set) var running: Set<String> = []
  private var lastNumber = 0

  init(_ settings: JobSettings) { self.settings = settings }

  /// Other limits hold from now on.
  mutating func apply(_ settings: JobSettings) { self.settings = settings }

  /// What all jobs take on the disk.
  var bytes: Int { jobs.values.reduce(0) { $0 + $1.bytes } }

  /// The number of the next job.
  mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  /// A job that was found on the disk.
  mutating func restore(_ job: Job) {
    jobs[job.id] = job
    lastNumber = max(lastNumber, job.number)
    guard !job.state.isOver else { return }
    queue.append(job.id)
    queue.sort { (jobs[$0]?.number ?? 0) < (jobs[$1]?.number ?? 0) }
  }

  /// Throws where there is no place in the queue.
  func checkQueue() throws(Fault) {
    guard running.count + queue.count >= settings.maxRunning + settings.maxQueued else { return }
    throw Fault(
      .overloaded,
      "\(running.count) jobs are worked on and \(queue.count) wait (serve.jobs.max_running is \(settings.maxRunning), max_queued "
        + "\(settings.maxQueued)); try again when one has ended", retryAfterSeconds: 60)
  }

  /// Ended jobs that have to go so that `count` more jobs, and `bytes` more, have room; nil where all of them would not make enough.
  ///
  /// - Parameter id: The one that has just ended: it is to be seen by whoever waits for it.
  func victims(forJobs count: Int, bytes more: Int, besides id: String = "") -> [String]? {
    let ended = jobs.values.filter { $0.state.isOver && $0.id != id }.sorted { $0.number < $1.number }
    var (left, taken) = (jobs.values.count(where: \.state.isOver), bytes)
    var victims: [String] = []
    for job in ended {
      guard left + count > settings.maxKept || taken + more > settings.maxBytes else { break }
      victims.append(job.id)
      left -= 1
      taken -= job.bytes
    }
    return taken + more > settings.maxBytes ? nil : victims
  }

  /// A new job waits for its turn.
  mutating func add(_ job: Job) {
    jobs[job.id] = job
    queue.append(job.id)
  }

  /// The next job whose turn has come; it runs from now on.
  mutating func startNext(at time: String) -> Job? {
    guard running.count < settings.maxRunning, !queue.isEmpty else { return nil }
    let id = queue.removeFirst()
    running.insert(id)
    jobs[id]?.state = .running
    jobs[id]?.started = time
    return jobs[id]
  }

  /// A job does not run any more: it has ended, or goes on after a restart (nil).
  mutating func end(_ id: String, _ state: JobState?, reason: String? = nil, at time: String) -> Job? {
    running.remove(id)
    queue.removeAll { $0 == id }
    guard jobs[id]?.state.isOver == false else { return nil }
    jobs[id]?.state = state ?? .queued
    if state != nil { jobs[id]?.ended = time }
    jobs[id]?.reason = reason
    return state == nil ? nil : jobs[id]
  }

  /// The job is told of no more.
  mutating func remove(_ id: String) { jobs[id] = nil }

  /// What is known of a job changes.
  mutating func update(_ id: String, _ change: (inout Job) -> Void) {
    guard var job = jobs[id] else { return }
    change(&job)
    jobs[id] = job
  }
}
