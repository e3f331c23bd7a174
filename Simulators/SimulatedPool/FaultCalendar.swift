import PoolModel

/// The faults of one pool by the clock: what is wrong with its water and its sensors when.
struct FaultCalendar: Sendable {
  private let entries: [(fault: Fault, from: Timestamp, to: Timestamp)]
  /// When something about the water begins or ends, in order.
  private let turns: [Timestamp]

  /// `faults` with their spans counted from `start`; those of the gateway are left out.
  init(_ faults: [Fault], start: Timestamp) {
    entries = faults.compactMap { fault in
      guard let (from, to) = fault.poolSpan else { return nil }
      precondition(
        .zero <= from && to.map { from < $0 } ?? true, "a fault that ends before it begins")
      return (fault, start + from, to.map { start + $0 } ?? .distantFuture)
    }
    turns = entries.flatMap { [$0.from, $0.to] }.sorted()
  }

  /// The first instant after `instant` at which something begins or ends; distant future when
  /// nothing does.
  func nextTurn(after instant: Timestamp) -> Timestamp {
    turns.first { $0 > instant } ?? .distantFuture
  }

  /// What is done to the water between `instant` and the next turn.
  func waterFaults(at instant: Timestamp) -> WaterFaults {
    var faults = WaterFaults()
    for entry in entries where entry.from <= instant && instant < entry.to {
      switch entry.fault {
      case .drift(_, _, let perHour): faults.extraDecayPerHour += perHour
      case .coarseDosing(_, _, let band): faults.controllerBand = band
      case .bathers(_, _, let houses): faults.extraAttendance += houses
      default: break
      }
    }
    return faults
  }

  /// What is wrong with the sensor of `parameter` at `instant`, for water that lives `speed` times
  /// faster than the clock runs.
  func sensorFaults(of parameter: String, at instant: Timestamp, speed: Double) -> SensorFaults {
    var faults = SensorFaults()
    for entry in entries where entry.from <= instant && instant < entry.to {
      switch entry.fault {
      case .stuck(_, _, let only):
        if only == nil || only == parameter { faults.isStuck = true }
      case .fouling(_, _, let perHour):
        guard parameter == "free_chlorine" else { continue }
        let hours = (instant - entry.from).inSeconds / 3600 * speed
        faults.gain /= 1 + perHour * hours
      case .calibration(_, _, let only, let step):
        if only == parameter { faults.offset += step }
      default: break
      }
    }
    return faults
  }

  /// How much of the water reaches the sensors at `instant`, 0…1: 1 while it flows.
  ///
  /// - Parameters:
  ///   - instant: not before that of the call before.
  ///   - before: what the call before gave.
  ///   - seconds: how long ago that was.
  /// - Returns: the share.
  func supply(at instant: Timestamp, before: Double, seconds: Double) -> Double {
    let target: Double = isFlowing(at: instant) ? 1 : 0
    // A minute empties the cell: 5 % are left after some five of them with a reading each minute.
    return target + (before - target) / (1 + seconds / 60)
  }

  /// Whether the water past the sensors moves at `instant`.
  func isFlowing(at instant: Timestamp) -> Bool {
    !entries.contains {
      if case .flowLoss = $0.fault { $0.from <= instant && instant < $0.to } else { false }
    }
  }
}

/// What is done to the water besides its usual life.
struct WaterFaults: Hashable, Sendable {
  /// Chlorine used up besides; above 0 the dosing pump is taken for failed.
  var extraDecayPerHour = 0.0
  /// Full houses on top of the time of day.
  var extraAttendance = 0.0
  /// The controller's dead zone in the place of the profile's; nil for the profile's.
  var controllerBand: Double?
}

/// What a sensor shows in the place of the truth.
struct SensorFaults: Hashable, Sendable {
  /// It repeats itself.
  var isStuck = false
  /// What it shows of each unit there is.
  var gain = 1.0
  /// What it shows besides, in the parameter's unit.
  var offset = 0.0
}

extension Fault {
  /// When it begins and ends, for those that are a pool's; nil for those of the gateway.
  var poolSpan: (from: Duration, to: Duration?)? {
    switch self {
    case .drift(let from, let to, _), .coarseDosing(let from, let to, _),
      .bathers(let from, let to, _), .flowLoss(let from, let to), .stuck(let from, let to, _),
      .fouling(let from, let to, _), .calibration(let from, let to, _, _):
      (from, to)
    case .silence, .jitter, .skew, .outage: nil
    }
  }
}
