import Foundation
import Measuring

/// Measures the way of a reading in process, or serves one broker as the reference services do.
@main
struct IntakeBench {
  private static let usage = """
    usage: intakebench parse --data DIR
           intakebench core --data DIR --work DIR
           intakebench PORT QOS EXPECT [--work DIR]
    The third serves the broker on 127.0.0.1:PORT until EXPECT messages came: prints READY on standard
    error, and at its end one line of JSON.
    """

  static func main() {
    do {
      var words = Array(CommandLine.arguments.dropFirst())[...]
      guard let first = words.popFirst() else { throw Failure(usage) }
      var places: [Int] = []
      while let word = words.first, let number = Int(word) {
        places.append(number)
        words.removeFirst()
      }
      var options: [String: String] = [:]
      while let name = words.popFirst() {
        guard ["--data", "--work"].contains(name), let value = words.popFirst()
        else { throw Failure(usage) }
        options[name] = value
      }
      switch (first, options["--data"], options["--work"]) {
      case ("parse", let data?, nil): try ParseRun(data: data).measure()
      case ("core", let data?, let work?): try CoreRun(data: data, work: work).measure()
      case (_, nil, let work):
        guard let port = Int(first), places.count == 2 else { throw Failure(usage) }
        try ServiceRun(
          port: port, qualityOfService: places[0], expectedCount: places[1],
          work: work ?? FileManager.default.temporaryDirectory.path
        ).serve()
      default: throw Failure(usage)
      }
    } catch {
      Progress.say("intakebench: \(error)")
      exit(1)
    }
  }
}
