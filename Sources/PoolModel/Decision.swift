/// What judgement decided about a stretch of the journal: one transaction of Records.
public struct Decision: Hashable, Sendable {
  /// Everything before it is judged.
  public var cursor: JournalPosition
  /// The transitions, in the order they happened.
  public var transitions: [AlarmTransition]
  /// The notices that follow from them.
  public var notices: [Notice]
  /// What is known of each source since the last decision.
  public var sources: [SourceState]
  /// How far gateways have counted; nil where nothing is known of that.
  public var sequences: SequenceStates?
  /// The closures that were registered or ended.
  public var closures: [Closure]

  /// A decision about everything before `cursor`.
  public init(
    cursor: JournalPosition, transitions: [AlarmTransition] = [], notices: [Notice] = [],
    sources: [SourceState] = [], sequences: SequenceStates? = nil, closures: [Closure] = []
  ) {
    self.closures = closures
    self.sequences = sequences
    self.cursor = cursor
    self.transitions = transitions
    self.notices = notices
    self.sources = sources
  }
}

/// When a pool was last heard of, kept across restarts.
public struct SourceState: Hashable, Sendable {
  /// The pool.
  public var pool: PoolID
  /// The parameter; nil for the pool as a whole.
  public var parameter: String?
  /// When it was first expected, by our clock, or expected again since something no newer than its
  /// newest reading ended its silence.
  public var expectedSince: Timestamp
  /// The newest judged reading's time, by the gateway's clock; nil when it was never seen.
  public var newestReading: Timestamp?

  /// What is known of `pool`, or of one of its parameters.
  public init(
    pool: PoolID, parameter: String?, expectedSince: Timestamp, newestReading: Timestamp?
  ) {
    self.pool = pool
    self.parameter = parameter
    self.expectedSince = expectedSince
    self.newestReading = newestReading
  }
}

/// What Records gives back when the daemon starts.
public struct JudgementState: Hashable, Sendable {
  /// Everything before it was judged.
  public var cursor: JournalPosition
  /// Occurrences that are not over or nobody is told of for now, and each series' newest historical one.
  public var occurrences: [AlarmOccurrence]
  /// Every source ever expected.
  public var sources: [SourceState]
  /// How far gateways have counted.
  public var sequences: SequenceStates
  /// The closures that readings still to be judged may fall in.
  public var closures: [Closure]

  /// The state at `cursor`.
  public init(
    cursor: JournalPosition = .start, occurrences: [AlarmOccurrence] = [],
    sources: [SourceState] = [], sequences: SequenceStates = SequenceStates(),
    closures: [Closure] = []
  ) {
    self.closures = closures
    self.sequences = sequences
    self.cursor = cursor
    self.occurrences = occurrences
    self.sources = sources
  }
}
