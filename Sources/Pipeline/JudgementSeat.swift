import Alerting
import Notifying
import PoolModel
import RingStore

/// What judges: the alarm engine, the rows that are next, and what it has to say so far.
///
/// Another thread may have it while the intake goes on.
final class JudgementSeat {
  var alarms: AlarmEngine
  /// What is to be judged next.
  var rows = JournalRows()
  /// The rows that are being judged, kept for their memory.
  private var stretch = SampleStretch()
  /// Which of them is next.
  private var next = 0
  /// Whether no row waits behind them, and when they are judged; nil when all is done with them.
  private var asked: (isCaughtUp: Bool, now: Moment)?
  private let router: NoticeRouter
  private var transitions: [AlarmTransition] = []
  private var notices: [Notice] = []
  private var sources: [SourceState] = []
  private var closures: [Closure] = []

  init(_ alarms: AlarmEngine, router: NoticeRouter) {
    self.alarms = alarms
    self.router = router
  }

  /// Whether there are transitions that no decision has.
  var hasTransitions: Bool { !transitions.isEmpty }

  /// Judges `rows`, and lets the time pass; stops where flags before them have changed.
  ///
  /// - Parameters:
  ///   - isCaughtUp: whether no row waits behind them.
  ///   - now: when it is judged.
  func judge(isCaughtUp: Bool, now: Moment) {
    rows.read(into: &stretch)
    (next, asked) = (0, (isCaughtUp, now))
    goOn()
  }

  /// Whether what is before it waits until rows are read back whose flags have changed.
  var isStopped: Bool { asked != nil }

  /// Judges the rows that wait, and lets the time pass, unless flags before them have changed.
  func goOn() {
    guard let (isCaughtUp, now) = asked else { return }
    note(alarms.judge(stretch, from: &next, now: now))
    if alarms.hasOutdatedPools { return }
    asked = nil
    note(alarms.tick(now: now, isCaughtUp: isCaughtUp))
    // A decision is due then; what takes long of it is done here.
    if hasTransitions { sources += alarms.takeChangedSources() }
  }

  /// Adds transitions to what there is to say.
  func note(_ steps: [AlarmTransition]) {
    guard !steps.isEmpty else { return }
    transitions += steps
    for step in steps { notices += router.notices(for: step) }
  }

  /// Adds a closure that was registered or ended to what there is to say.
  func note(_ closure: Closure) { closures.append(closure) }

  /// All there is to say, once.
  func takeDecision(upTo cursor: JournalPosition) -> Decision {
    defer { (transitions, notices, sources, closures) = ([], [], [], []) }
    return Decision(
      cursor: cursor, transitions: transitions, notices: notices,
      sources: sources + alarms.takeChangedSources(), closures: closures)
  }
}
