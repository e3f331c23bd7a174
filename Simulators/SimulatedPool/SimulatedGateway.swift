public import PoolModel

/// The gateway of one venue: which messages leave it when, as a function of seed and time alone.
///
/// The caller asks for the actions up to now, again and again, and does them.
public struct SimulatedGateway: Sendable {
  /// Readings of one pool that wait at most for the network; the oldest go first.
  ///
  /// A day at one a second.
  public static let bufferLimit = 86_400
  /// Readings in one array at most: about 5 KB, far below any broker's packet limit.
  public static let arrayLimit = 50

  /// The venue's id.
  public let venue: String
  /// Readings that the full buffer lost.
  public private(set) var lostReadingCount = 0

  private let interval: Duration
  private let jitter: Duration
  private let skew: Duration
  private let firstReading: Timestamp
  private let pools: [String]
  private var water: [SimulatedPool]
  private var random: SplitMix64
  private var agenda: [Event]
  private var cycle = 0
  private var nextReading: Timestamp
  private var sequence: UInt64 = 0
  private var isConnected = false
  /// Whether it takes no readings for now.
  private var isSilent = false
  /// By pool: what waits for the network.
  private var buffer: [[[UInt8]]]

  /// The gateway of the venue at index `venue` of `plan`, starting at `start`.
  ///
  /// - Parameters:
  ///   - plan: tells the venue's pools, what they measure, the sensors' resolution and the zone.
  ///   - index: the venue's place in `plan.venues`.
  ///   - seed: what every random number follows from, together with the venue's id.
  ///   - interval: the nominal time between two readings of a pool.
  ///   - start: when it connects. The first readings follow in the first half of an interval.
  ///   - speed: how many times faster the water lives than the clock runs.
  ///   - faults: what goes wrong at the whole venue, spans counted from `start`.
  ///   - poolFaults: what goes wrong besides with water and sensors of single pools, by the pool's id
  ///     within the venue.
  /// - Precondition: the interval is positive and more than twice the jitter; no fault ends before it
  ///   begins.
  public init(
    plan: Plan, venue index: Int, seed: UInt64, interval: Duration, start: Timestamp,
    speed: Double = 1, faults: [Fault] = [], poolFaults: [String: [Fault]] = [:]
  ) {
    let venue = plan.venues[index]
    let own = plan.pools.filter { $0.venue == index }
    let agenda = Event.agenda(of: faults, start: start)
    jitter = Self.jitter(of: faults)
    skew = faults.reduce(.zero) { if case .skew(let span) = $1 { span } else { $0 } }
    precondition(
      Self.allows(interval: interval, faults: faults), "an interval of at most twice the jitter")
    self.venue = venue.id
    self.interval = interval
    self.agenda = agenda
    pools = own.map(\.id.pool)
    random = SplitMix64(seed: seed, label: venue.id)
    let names = plan.required.map { plan[$0].name }
    water = own.map { pool in
      var draw = SplitMix64(seed: seed, label: pool.id.description)
      var profile = WaterProfile.drawn(for: pool.kind, from: &draw)
      profile.utcOffsetSeconds = plan.district.zone.offsetSeconds(at: start)
      profile.speed = speed
      for (number, step) in pool.resolution { profile.resolution[plan[number].name] = step }
      return SimulatedPool(
        seed: draw.next(), profile: profile, parameters: names, start: start,
        faults: faults + (poolFaults[pool.id.pool] ?? []))
    }
    // Venues do not report in the same instant. Half an interval leaves room for the jitter, so
    // that no venue's first reading comes a whole interval after another's.
    let phase = Int64(random.unit() * Double(interval.wholeMilliseconds) / 2)
    firstReading = start + .milliseconds(phase)
    nextReading = firstReading
    buffer = own.map { _ in [] }
    nextReading = dueTime(ofCycle: 0)
  }

  /// Whether readings stay in their order with `faults`: the interval is more than twice the jitter.
  public static func allows(interval: Duration, faults: [Fault]) -> Bool {
    interval > jitter(of: faults) * 2
  }

  private static func jitter(of faults: [Fault]) -> Duration {
    faults.reduce(.zero) { if case .jitter(let span) = $1 { span } else { $0 } }
  }

  /// When the next action is due; distant future when nothing will ever happen again.
  public var nextTime: Timestamp { min(agenda.first?.time ?? .distantFuture, nextReading) }

  /// Everything that is due up to and including `now`, in order.
  ///
  /// Nothing is due twice: what a call returned, later calls do not.
  public mutating func actions(through now: Timestamp) -> [TimedAction] {
    var actions: [TimedAction] = []
    while nextTime <= now {
      if let event = agenda.first, event.time <= nextReading {
        agenda.removeFirst()
        actions += happen(event).map { TimedAction(time: event.time, action: $0) }
      } else {
        let time = nextReading
        actions += measure(at: time).map { TimedAction(time: time, action: $0) }
        cycle += 1
        nextReading = dueTime(ofCycle: cycle)
      }
    }
    return actions
  }

  private mutating func dueTime(ofCycle cycle: Int) -> Timestamp {
    let span = jitter.wholeMilliseconds
    let shift = span > 0 ? Int64.random(in: -span...span, using: &random) : 0
    // Never before the start, so that connecting always comes first.
    let due = firstReading + interval * cycle + .milliseconds(shift)
    return max(due, firstReading)
  }

  private mutating func happen(_ event: Event) -> [GatewayAction] {
    switch event.kind {
    case .connects:
      isConnected = true
      let hello = NativePayload.hello(time: event.time + skew)
      return [.connect(hello: hello, goodbye: NativePayload.goodbye)] + emptiedBuffer()
    case .losesNetwork:
      isConnected = false
      return [.disconnect]
    case .fallsSilent(let isForEver):
      isSilent = true
      if isForEver { nextReading = .distantFuture }
      return [.fallSilent]
    case .speaksAgain:
      isSilent = false
      return []
    }
  }

  private mutating func measure(at time: Timestamp) -> [GatewayAction] {
    guard !isSilent else { return [] }
    var actions: [GatewayAction] = []
    for index in pools.indices {
      let payload = NativePayload.reading(
        time: time + skew, sequence: sequence, values: water[index].reading(at: time))
      sequence += 1
      if isConnected {
        actions.append(.publish(pool: pools[index], payload: payload))
      } else {
        if buffer[index].count == Self.bufferLimit {
          buffer[index].removeFirst()
          lostReadingCount += 1
        }
        buffer[index].append(payload)
      }
    }
    return actions
  }

  private mutating func emptiedBuffer() -> [GatewayAction] {
    var actions: [GatewayAction] = []
    for index in pools.indices {
      for from in stride(from: 0, to: buffer[index].count, by: Self.arrayLimit) {
        let part = buffer[index][from..<min(from + Self.arrayLimit, buffer[index].count)]
        actions.append(.publish(pool: pools[index], payload: NativePayload.array(part)))
      }
      buffer[index].removeAll()
    }
    return actions
  }
}

/// What happens to a gateway besides its readings.
private struct Event: Sendable {
  enum Kind: Sendable {
    case connects, losesNetwork, fallsSilent(isForEver: Bool), speaksAgain
  }
  let time: Timestamp
  let kind: Kind

  static func agenda(of faults: [Fault], start: Timestamp) -> [Event] {
    var events = [Event(time: start, kind: .connects)]
    for fault in faults {
      switch fault {
      case .silence(let from, let to):
        events.append(Event(time: start + from, kind: .fallsSilent(isForEver: to == nil)))
        guard let to else { continue }
        precondition(.zero <= from && from < to, "a silence that ends before it begins")
        events.append(Event(time: start + to, kind: .speaksAgain))
      case .outage(let from, let to):
        precondition(.zero < from && from < to, "an outage that ends before it begins")
        events.append(Event(time: start + from, kind: .losesNetwork))
        events.append(Event(time: start + to, kind: .connects))
      case .jitter, .skew, .drift, .coarseDosing, .bathers, .flowLoss, .stuck, .fouling,
        .calibration:
        break
      }
    }
    return events.sorted { $0.time < $1.time }
  }
}
