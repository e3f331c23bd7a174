import ArgumentParser
import MQTTTransport

@main
struct PoolSim: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "poolsim",
    abstract: "Simulated gateways that publish simulated pools by MQTT.",
    discussion: """
      Examples:
        poolsim run --config Config/demo/poolwatch.yaml --scenario demo
        poolsim run --config poolwatch.yaml --interval 60 --scenario outage --seed 7
        poolsim run --config poolwatch.yaml --fault venue-01/main:flow-loss:600:900
        poolsim replay --config poolwatch.yaml --pool venue-01/main --csv station.csv ...
      """,
    subcommands: [Run.self, Replay.self])

  static func main() {
    MQTTTransport.initialize()
    main(nil)
  }
}
