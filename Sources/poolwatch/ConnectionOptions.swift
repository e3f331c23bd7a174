import ArgumentParser
import Foundation
import LinuxSystem
import Querying
import Transports

/// Whom to ask, and how to print the answer: part of every command that asks the daemon.
struct ConnectionOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The daemon's socket. (default: $POOLWATCH_SOCKET, else /run/poolwatch/api.sock)",
      valueName: "path"))
  var socket: String?

  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: "A table for people, JSON for scripts, or comma-separated values.")
  var output: OutputForm = .table

  @Flag(
    help: "With -o csv: for spreadsheet programs, with a byte order mark and formulas quoted.")
  var bom = false

  func validate() throws {
    guard !bom || output == .csv else {
      throw ValidationError("--bom is for comma-separated values, expected it with -o csv")
    }
    guard socketPath.utf8.count <= UnixHTTPClient.pathByteLimit else {
      throw ValidationError(
        "the socket's path has \(socketPath.utf8.count) bytes, expected at most "
          + "\(UnixHTTPClient.pathByteLimit): \(socketPath)")
    }
  }

  /// The way to the daemon.
  var daemon: Daemon { Daemon(socketPath: socketPath) }

  /// Whom comma-separated values are for.
  var csvReader: AnswerCSV.Reader { bom ? .spreadsheet : .script }

  /// What standard output is.
  var surface: TextSurface {
    let environment = ProcessInfo.processInfo.environment
    let isColourWanted =
      environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    return TextSurface(
      lineWidth: Terminal.isOutput ? Terminal.columnCount ?? 80 : nil,
      isColoured: Terminal.isOutput && isColourWanted,
      scalarWidth: { Terminal.columnCount(of: $0) })
  }

  private var socketPath: String {
    let named = socket ?? ProcessInfo.processInfo.environment["POOLWATCH_SOCKET"] ?? ""
    return named.isEmpty ? "/run/poolwatch/api.sock" : named
  }
}

/// How an answer is printed.
enum OutputForm: String, CaseIterable, ExpressibleByArgument {
  case table
  case json
  case csv
}
