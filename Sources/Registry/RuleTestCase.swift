public import PoolModel

/// A series of readings and the alarms that ought to follow from it: one case of `poolwatch rules test`.
public struct RuleTestCase: Sendable {
  /// What a gateway says of one pool at one instant.
  public struct Row: Sendable {
    /// The gateway's time.
    public let time: Timestamp
    /// When it reaches us; `time` where nothing else is said.
    public let arrival: Timestamp
    /// One entry per parameter.
    public let values: [ReportedValue]

    /// `values` at `time` that reach us at `arrival`.
    public init(time: Timestamp, arrival: Timestamp, values: [ReportedValue]) {
      self.time = time
      self.arrival = arrival
      self.values = values
    }
  }

  /// Readings in a file of its own.
  public struct Recording: Sendable {
    /// The path, from the working directory.
    public let path: String
    /// Where the path is written, as `file:line:column`.
    public let place: String
    /// The heading of the column of times.
    public let timeColumn: String
    /// The headings of the columns of values, and what they hold.
    public let columns: [(heading: String, parameter: ParameterNumber)]
  }

  /// A step in the life of an alarm: what is known at a time.
  ///
  /// Of what is nil nothing is said.
  public struct Step: Sendable {
    /// Where it is written, as `file:line`; empty for one that was not expected.
    public let place: String
    /// When it is found out, by our clock.
    public let time: Timestamp
    /// The rule, such as `free_chlorine_low`.
    public let rule: String
    /// The alarm's state from then on; `returned` also while nobody has acknowledged it.
    public let state: AlarmState
    /// The parameter.
    public var parameter: String?
    /// When it began, by the gateway's clock.
    public var since: Timestamp?
    /// When it ended, likewise.
    public var until: Timestamp?
    /// How bad it is.
    public var severity: AlarmSeverity?
    /// The value that raised it, in the parameter's unit.
    public var value: Double?

    /// A step at `time`.
    public init(
      place: String = "", time: Timestamp, rule: String, state: AlarmState,
      parameter: String? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
      severity: AlarmSeverity? = nil, value: Double? = nil
    ) {
      self.place = place
      self.time = time
      self.rule = rule
      self.state = state
      self.parameter = parameter
      self.since = since
      self.until = until
      self.severity = severity
      self.value = value
    }

    /// Whether `other` is what this one expects.
    public func fits(_ other: Step) -> Bool {
      time == other.time && rule == other.rule && state == other.state
        && (parameter == nil || parameter == other.parameter)
        && (since == nil || since == other.since) && (until == nil || until == other.until)
        && (severity == nil || severity == other.severity)
        && (value == nil || value == other.value)
    }
  }

  /// When a pool is out of use, as `poolwatch closure add` says it.
  public struct Closing: Sendable {
    /// From then on.
    public let from: Timestamp
    /// Until then; nil for ever.
    public let to: Timestamp?
  }

  /// What it is called, unique in its file.
  public let name: String
  /// Where it is written, as `file:line`.
  public let place: String
  /// The pool that the readings are of.
  public let pool: PoolID
  /// When our clock begins; spans such as `+5m` count from here.
  public let start: Timestamp
  /// When our clock ends; nil for the arrival of the last reading.
  public let end: Timestamp?
  /// The readings, in the order of their arrival; none where they are a recording.
  public let rows: [Row]
  /// The readings in a file of its own.
  public let recording: Recording?
  /// When the pool is out of use.
  public let closures: [Closing]
  /// All steps that are expected, in any order.
  public let steps: [Step]

  /// The cases in a file of the kind `rule_tests`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - plan: what pools and parameters are of.
  ///   - read: gives the bytes of a file.
  /// - Returns: the cases, in the order of the file.
  /// - Throws: `ConfigurationError` with every mistake of the file.
  public static func load(
    path: String, plan: Plan, read: (String) throws -> [UInt8]
  ) throws(ConfigurationError) -> [RuleTestCase] {
    let (cases, mistakes) = withoutActuallyEscaping(read) { read in
      let loader = Loader(read: read)
      let cases = loader.ruleTests(path: path, plan: plan)
      return (cases, loader.report.mistakes)
    }
    guard mistakes.isEmpty else { throw ConfigurationError(mistakes: mistakes) }
    return cases
  }
}
