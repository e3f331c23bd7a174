import ArgumentParser
import PoolModel
import Querying

/// `poolwatch alarms`.
struct Alarms: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show alarms, take one on, put one aside.",
    discussion: """
      --state active, the default, lists those that somebody still has to look at:
        ●  active: it holds, and nobody has taken it on
        ◐  acknowledged: it holds, and somebody has taken it on
        ○  over, not acknowledged: it is over, and nobody ever took it on
      --state all adds those that are done with:
        ✓  over
        ·  historical: it was over before anybody could be told
      ◌  shelved or out of service: it is open, and nobody is told of it for now

      EXAMPLES
        poolwatch alarms
        poolwatch alarms --state all --class water
        poolwatch alarms ack 0123456789abc --by wang --comment "on my way"
        poolwatch alarms shelve 0123456789abc --until +8h --by li --comment probe
        poolwatch alarms stats --from 2026-01-01 --to 2026-02-01
      """,
    subcommands: [
      Acknowledge.self, Comment.self, Assign.self, Shelve.self, Unshelve.self, OutOfService.self,
      InService.self, Steps.self, Stats.self,
    ])

  @Option(help: "The alarms that somebody still has to do something about, or all.")
  var state: AlarmSelection = .active

  @Option(name: .customLong("class"), help: "Only alarms of this class.")
  var alarmClass: AlarmClass?

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printRows(.alarms(state, alarmClass: alarmClass), as: AlarmRow.self)
  }
}
