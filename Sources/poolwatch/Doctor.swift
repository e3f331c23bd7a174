import ArgumentParser
import LinuxSystem
import Querying

/// `poolwatch doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check broker, machine and daemon, and say what to change.",
    discussion: """
      Looks and changes nothing. Run it on the daemon's machine, as root: others
      cannot read passwords, and what depends on them is 'unknown'. Each check is
      a line with OK, WARN (it fails when something else does), FAIL (readings or
      alarms are lost or unprotected) or unknown; below it, what to change.

      The broker is connected to as the daemon's user, under a client id of our
      own. Its settings are read where --broker-config names its file.

      EXAMPLES
        poolwatch doctor
        poolwatch doctor --broker-config /etc/mosquitto/mosquitto.conf
        poolwatch doctor --outage-hours 48 --json | jq '.[] | select(.change)'

      EXIT CODES
        0 for OK and unknown, 1 with a WARN, 2 with a FAIL; 78 when the
        configuration has mistakes.
      """)

  @Option(
    name: .customLong("broker-config"),
    help: ArgumentHelp("The main file of the broker's configuration.", valueName: "file"))
  var brokerConfig: String?

  @Option(
    name: .customLong("outage-hours"),
    help: ArgumentHelp(
      "The longest that Poolwatch may be away without loss.", valueName: "hours"))
  var outageHours = 16.0

  @Flag(help: "The same as -o json.")
  var json = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard (0.01...8760).contains(outageHours) else {
      throw ValidationError("--outage-hours is \(outageHours), expected 0.01…8760")
    }
    guard !json || connection.output != .csv else {
      throw ValidationError("--json and -o csv exclude each other")
    }
  }

  func run() throws {
    let gathering = DoctorGathering(
      settings: try options.load(), connection: connection, brokerConfig: brokerConfig,
      outage: .seconds(outageHours * 3600))
    let findings = Examination.findings(gathering.facts())
    switch json ? .json : connection.output {
    case .json: try connection.write(AnswerJSON.array(findings))
    case .csv:
      var stream = AnswerCSV.Stream<DoctorFinding>(for: connection.csvReader)
      var text = ""
      for finding in findings { stream.append(finding, to: &text) }
      try connection.write(text + stream.end())
    case .table: try connection.write(DoctorFinding.lines(findings, on: connection.surface))
    }
    let code = Examination.exitCode(findings)
    if code != 0 { throw ExitCode(code) }
  }
}
