import Pipeline
import PoolModel
import RingStore
import Records
import Registry
import Synchronization

extension IntakeDesk {
  /// Replaces the pipeline by one that goes by a new configuration, when one waits.
  ///
  /// Nothing is uncommitted between two batches, and what is decided is made durable first: the new
  /// pipeline goes on exactly where the old one ends, on the same link. What the broker sends
  /// meanwhile waits in the socket.
  func reloadIfAsked() {
    // Whoever copies the store's files needs the store that holds them still.
    guard failure == nil, !pipeline.store.checkpointsAreHeld,
      let (settings, completion) = reload.take()
    else { return }
    do {
      try saveDecisions()
      let old = inForce.now.settings
      do {
        try replacePipeline(by: settings)
        completion(nil)
      } catch {
        try replacePipeline(by: old)
        completion(ReloadError("the store cannot go by it: \(error)"))
      }
    } catch let error as ReloadError {
      completion(error)
    } catch {
      completion(ReloadError("neither the new nor the old configuration can be used: \(error)"))
      failure = error
      onFailure()
    }
  }

  private func saveDecisions() throws(ReloadError) {
    guard writer.hasRoom else { throw ReloadError("Records cannot keep up, try again later") }
    let refusal = ReloadError("Records cannot be written, try again later")
    guard let bell = try? Bell() else { throw refusal }
    let outcome = Mutex<Bool?>(nil)
    writer.write(pipeline.decisionNow(now: trust.dated(clock.now()))) { isDurable in
      outcome.withLock { $0 = isDurable }
      bell.ring()
    }
    _ = bell.wait(atMost: Self.savingSpan)
    guard outcome.withLock({ $0 }) == true else { throw refusal }
  }

  private func replacePipeline(by settings: Configuration) throws {
    pipeline = try builder.pipeline(
      settings, state: try builder.records.load(), after: pipeline)
    inForce.replace(with: settings, generation: pipeline.generation)
    keepRefusals(at: trust.dated(clock.now()).wall)
    occupancy = nil
    if isLinkUp { pipeline.brokerLinkChanged(isUp: true, now: trust.dated(clock.now())) }
  }

  /// How long a reload waits for Records.
  private static let savingSpan: Duration = .seconds(10)
}
