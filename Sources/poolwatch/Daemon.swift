import ArgumentParser
import Foundation
import Glibc
import LinuxSystem
import Querying
import Transports

/// The daemon, as the command line sees it.
struct Daemon {
  let socketPath: String

  /// How long the daemon may be silent: longer than its slowest answer, a country's coverage of a
  /// month, short enough that nobody thinks the command hangs.
  private static let patience = Duration.seconds(60)

  /// Asks `question` and hands the answer's bytes to `onBytes` as they come.
  ///
  /// - Throws: `CommandFailure`, or what `onBytes` throws.
  func ask(_ question: Question, onBytes: ([UInt8]) throws -> Void) throws {
    var interruption: (any Error)?
    do {
      let answer = try UnixHTTPClient(socketPath: socketPath).stream(
        target: question.target, timeout: Self.patience
      ) { bytes in
        do {
          try onBytes(bytes)
          return true
        } catch {
          interruption = error
          return false
        }
      }
      try check(answer)
      if let note = answer.note { warn(note) }
    } catch let error as TransportError {
      throw interruption ?? failure(error)
    }
  }

  /// Sends `body` along with `question`, and returns the answer, which may take as long as
  /// `patience`.
  func tell(
    _ question: Question, body: String, patience: Duration = Self.patience
  ) throws -> [UInt8] {
    do {
      let answer = try UnixHTTPClient(socketPath: socketPath).send(
        method: "POST", target: question.target, body: Array(body.utf8), timeout: patience)
      try check(answer)
      return answer.body
    } catch let error as TransportError {
      throw failure(error)
    }
  }

  private func check(_ answer: HTTPAnswer) throws {
    if (200..<300).contains(answer.status) { return }
    // A body that is not the daemon's own says less than the status does.
    let said = try? JSONDecoder().decode(ErrorAnswer.self, from: Data(answer.body)).error
    let words = said ?? "the daemon at \(socketPath) answered with status \(answer.status)"
    switch answer.status {
    case 400, 404: throw CommandFailure(words, exitCode: .data)
    case 503: throw CommandFailure(words, exitCode: .unavailable)
    default: throw CommandFailure(words, exitCode: .failure)
    }
  }

  private func failure(_ error: TransportError) -> CommandFailure {
    guard error.isUnreachable else {
      return CommandFailure(error.description, exitCode: .failure)
    }
    if error.systemCode == EACCES {
      return CommandFailure(
        "no access to the daemon's socket \(socketPath): become a member of its group "
          + "(usually 'poolwatch')", exitCode: .unavailable)
    }
    // libcurl speaks of a host and a port, which a Unix socket has not.
    let reason =
      error.systemCode == 0
      ? error.reason
      : SystemError(call: "connect", subject: socketPath, code: error.systemCode).reason
    return CommandFailure(
      "no daemon answers at \(socketPath) (\(reason)); start it with "
        + "'systemctl start poolwatchd' or name its socket with --socket", exitCode: .unavailable)
  }
}
