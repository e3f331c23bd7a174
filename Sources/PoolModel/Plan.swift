/// What ought to be watched: the declaration against which alarms and coverage are judged.
///
/// Pools and parameters have a number each, their index here. Numbers are for speed inside one run;
/// what is stored or shown uses names.
public struct Plan: Sendable {
  /// The district that answers for the plan.
  public let district: District
  /// A gateway's nominal time between two readings of a pool.
  public let interval: Duration
  /// Every parameter that a reading may carry; at most 64.
  public let parameters: [Parameter]
  /// The parameters that every pool has to report.
  public let required: [ParameterNumber]
  /// The venues in the order of the file.
  public let venues: [Venue]
  /// All pools of all venues, in the order of the file.
  public let pools: [Pool]

  private let poolNumbers: [PoolID: PoolNumber]
  private let parameterNumbers: [String: ParameterNumber]

  /// A plan whose parts have been checked.
  ///
  /// - Precondition: pool ids and parameter names are unique, there are at most 64 parameters, every
  ///   pool's `venue` and every required number is an index of its list.
  public init(
    district: District, interval: Duration, parameters: [Parameter], required: [ParameterNumber],
    venues: [Venue], pools: [Pool]
  ) {
    precondition(parameters.count <= 64, "a plan holds at most 64 parameters")
    precondition(pools.allSatisfy { venues.indices.contains($0.venue) }, "a pool without a venue")
    self.district = district
    self.interval = interval
    self.parameters = parameters
    self.required = required
    self.venues = venues
    self.pools = pools
    poolNumbers = Dictionary(
      uniqueKeysWithValues: pools.enumerated().map { ($1.id, PoolNumber($0)) })
    parameterNumbers = Dictionary(
      uniqueKeysWithValues: parameters.enumerated().map { ($1.name, ParameterNumber($0)) })
  }

  /// The pool with `id`; nil when the plan has none.
  public func poolNumber(_ id: PoolID) -> PoolNumber? { poolNumbers[id] }
  /// The parameter called `name`; nil when the plan has none.
  public func parameterNumber(_ name: String) -> ParameterNumber? { parameterNumbers[name] }
  /// The venue with `id`; nil when the plan has none.
  public func venue(_ id: String) -> Venue? { venues.first { $0.id == id } }

  /// The pool that `number` stands for.
  public subscript(number: PoolNumber) -> Pool { pools[number.index] }
  /// The parameter that `number` stands for.
  public subscript(number: ParameterNumber) -> Parameter { parameters[number.index] }

  /// The venue that the pool belongs to.
  public func venue(of number: PoolNumber) -> Venue { venues[pools[number.index].venue] }

  /// When the public is let into the pool.
  public func openingSchedule(of number: PoolNumber) -> OpeningSchedule {
    let (pool, venue) = (pools[number.index], venue(of: number))
    return OpeningSchedule(
      weekly: pool.openingHours ?? venue.openingHours,
      exceptions: pool.openingExceptions ?? venue.openingExceptions)
  }

  /// Every number a pool can have, in the order of the file.
  public var poolNumbersInOrder: [PoolNumber] { pools.indices.map(PoolNumber.init) }

  /// The plan with pools and parameters that it has no more behind its own, under the numbers that follow;
  /// they have their ids for names.
  ///
  /// - Parameters:
  ///   - ids: pools that the plan does not have.
  ///   - names: parameters that the plan does not have.
  /// - Returns: the plan with both.
  public func adding(retiredPools ids: [PoolID], retiredParameters names: [String] = []) -> Plan {
    let parameters = names.map { name in
      Parameter(
        name: name, unit: "", title: Title(english: name, chinese: name),
        plausible: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
    }
    var venues = self.venues
    var indices = Dictionary(venues.indices.map { (venues[$0].id, $0) }) { first, _ in first }
    var pools = self.pools
    for id in ids {
      let venue = indices[id.venue] ?? venues.count
      if venue == venues.count {
        indices[id.venue] = venue
        let title = Title(english: id.venue, chinese: id.venue)
        venues.append(Venue(id: id.venue, title: title, street: "", openingHours: []))
      }
      pools.append(
        Pool(
          id: id, venue: venue, title: Title(english: id.pool, chinese: id.pool), kind: .indoor,
          disinfectant: .chlorine, resolution: [:]))
    }
    return Plan(
      district: district, interval: interval, parameters: self.parameters + parameters,
      required: required, venues: venues, pools: pools)
  }
}

/// An administrative district.
public struct District: Hashable, Sendable {
  /// The six-digit division code of GB/T 2260, as in topics.
  public let code: String
  /// What people call it.
  public let title: Title
  /// The zone whose days and months its figures are counted in.
  public let zone: Zone

  /// A district with its code, names and zone.
  public init(code: String, title: Title, zone: Zone) {
    self.code = code
    self.title = title
    self.zone = zone
  }
}

/// A swimming venue: one operator, one gateway, one or more pools.
public struct Venue: Hashable, Sendable {
  /// The name in topics and commands.
  public let id: String
  /// What people call it.
  public let title: Title
  /// The street (subdistrict) it lies in; inspectors are assigned by street.
  public let street: String
  /// When the public is let in, by local time; empty means around the clock.
  public let openingHours: [OpeningHours]
  /// Days on which it is let in at other times; none overlap.
  public let openingExceptions: [OpeningException]

  /// A venue with its names, street and hours.
  public init(
    id: String, title: Title, street: String, openingHours: [OpeningHours],
    openingExceptions: [OpeningException] = []
  ) {
    self.id = id
    self.title = title
    self.street = street
    self.openingHours = openingHours
    self.openingExceptions = openingExceptions
  }
}

/// One body of water with its own sensors.
public struct Pool: Hashable, Sendable {
  /// Its name, unique in the plan.
  public let id: PoolID
  /// The index of its venue in `Plan.venues`.
  public let venue: Int
  /// What people call it.
  public let title: Title
  /// What it is used as; limits differ by kind.
  public let kind: PoolKind
  /// What disinfects it; chlorine limits hold only where chlorine does.
  public let disinfectant: Disinfectant
  /// The smallest step its sensors show, by parameter.
  public let resolution: [ParameterNumber: Double]
  /// Its own hours in the place of the venue's; nil when it has none, empty for around the clock.
  public let openingHours: [OpeningHours]?
  /// Its own exceptions in the place of the venue's; nil when it has none.
  public let openingExceptions: [OpeningException]?

  /// A pool of the venue at index `venue`.
  public init(
    id: PoolID, venue: Int, title: Title, kind: PoolKind, disinfectant: Disinfectant,
    resolution: [ParameterNumber: Double], openingHours: [OpeningHours]? = nil,
    openingExceptions: [OpeningException]? = nil
  ) {
    self.openingHours = openingHours
    self.openingExceptions = openingExceptions
    self.id = id
    self.venue = venue
    self.title = title
    self.kind = kind
    self.disinfectant = disinfectant
    self.resolution = resolution
  }
}

/// What a body of water is used as.
public enum PoolKind: String, CaseIterable, Hashable, Sendable {
  /// For swimming, indoors.
  case indoor
  /// For swimming, outdoors.
  case outdoor
  /// For small children.
  case children
  /// The disinfecting foot bath at the way in.
  case footBath = "foot_bath"
}

/// What disinfects a pool.
public enum Disinfectant: String, CaseIterable, Hashable, Sendable {
  /// Chlorine gas, hypochlorite or electrolysis.
  case chlorine
  /// Sodium dichloroisocyanurate or trichloroisocyanuric acid, which bring cyanuric acid.
  case stabilizedChlorine = "stabilized_chlorine"
  /// Bromine.
  case bromine
  /// Ozone with no residual of chlorine.
  case ozone
}

/// A pool's name: the venue's id and the pool's own, written `venue/pool`.
public struct PoolID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The venue's id.
  public let venue: String
  /// The pool's id within the venue.
  public let pool: String

  /// The pool `pool` of `venue`.
  public init(venue: String, pool: String) {
    self.venue = venue
    self.pool = pool
  }

  /// The pool that `venue/pool` names; nil when `text` is not two names with one slash.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.init(venue: String(parts[0]), pool: String(parts[1]))
  }

  /// `venue/pool`.
  public var description: String { "\(venue)/\(pool)" }

  /// By venue, then by pool.
  public static func < (left: PoolID, right: PoolID) -> Bool {
    (left.venue, left.pool) < (right.venue, right.pool)
  }
}

/// A pool's place in `Plan.pools`.
///
/// Valid with that plan alone, never stored.
public struct PoolNumber: Hashable, Comparable, Sendable {
  /// The index.
  public let index: Int

  /// The pool at `index` of the plan's list.
  public init(_ index: Int) {
    self.index = index
  }

  /// By their order in the plan.
  public static func < (left: PoolNumber, right: PoolNumber) -> Bool { left.index < right.index }
}

/// One column of one pool: what a query asks for and an alarm is about.
public struct Series: Hashable, Comparable, Sendable {
  /// The pool.
  public let pool: PoolNumber
  /// The parameter.
  public let parameter: ParameterNumber

  /// The values of `parameter` in `pool`.
  public init(pool: PoolNumber, parameter: ParameterNumber) {
    self.pool = pool
    self.parameter = parameter
  }

  /// By their order in the plan.
  public static func < (left: Series, right: Series) -> Bool {
    (left.pool, left.parameter) < (right.pool, right.parameter)
  }
}
