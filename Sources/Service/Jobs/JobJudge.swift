import Configuration
import Judging
import Wire

/// A judge as a job asks it: what it answered before is not asked again, and what is asked waits behind everything that somebody
/// waits for.
struct JobJudge: Judge {
  let inner: any Judge
  let run: JobRun

  var description: JudgeDescription { inner.description }

  func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    let fingerprint = inner.description.fingerprint
    do throws(JobFileProblem) {
      if let reply = try run.ledger.reply(to: call, of: fingerprint) { return reply }
    } catch {
      throw run.giveUp(.failed(error.message))
    }
    guard await run.engine.patience.enter(for: run.id) else {
      throw Unscored(.cancelled, "the job was ended while the call waited for its turn")
    }
    defer { run.engine.patience.leave() }
    try run.spend()
    let outcome: Result<JudgeReply, Unscored> = await LimitedJudge.$isPatient.withValue(true) {
      await LimitedJudge.$name.withValue("") {
        do throws(Unscored) { return .success(try await inner.reply(to: call)) } catch { return .failure(error) }
      }
    }
    // A call that was given up because the job was is as if it had not been made.
    if run.hasEnded, case .failure(let unscored) = outcome { throw unscored }
    do throws(JobFileProblem) {
      run.grow(try run.ledger.add(call, of: fingerprint, outcome))
    } catch {
      throw run.giveUp(.failed(error.message))
    }
    run.noteCalls()
    return try outcome.get()
  }
}
