import PoolModel
import Registry
import Synchronization

/// The configuration in force, which a reload replaces.
final class SettingsInForce: Sendable {
  /// One configuration, and the how-manyeth it is.
  struct Moment: Sendable {
    var settings: Configuration
    var generation: Int
  }

  private let moment: Mutex<Moment>

  init(_ settings: Configuration) {
    moment = Mutex(Moment(settings: settings, generation: 0))
  }

  var now: Moment { moment.withLock { $0 } }

  /// Puts `settings` in force.
  ///
  /// Only the intake thread does, together with the pipeline that goes by them.
  func replace(with settings: Configuration, generation: Int) {
    moment.withLock { $0 = Moment(settings: settings, generation: generation) }
  }
}
