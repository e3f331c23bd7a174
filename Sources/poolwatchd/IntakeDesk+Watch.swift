import Pipeline

extension IntakeDesk {
  /// Tells those who watch what was committed, and stops to note what nobody watches any more.
  func publishObservations() {
    let observations = pipeline.takeObservations()
    guard !observations.isEmpty else { return }
    watches.publish(observations, plan: pipeline.plan)
    pipeline.watchedVenues = watches.venues
  }
}
