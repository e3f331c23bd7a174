import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A program that a test runs: what it writes is read line by line, and it does not outlive its
/// owner.
///
/// Safe to use from several threads. It is ended by its process id and no other process is touched.
public final class ManagedProcess: Sendable {
  /// The program's path, for messages.
  public let program: String
  /// Its process id.
  public let id: Int32
  /// What it wrote to its standard output.
  public let output: LineReader
  /// What it wrote to its standard error.
  public let errors: LineReader
  private static let unblockAndExecute =
    "sigprocmask(SIG_SETMASK, POSIX::SigSet->new()); $SIG{PIPE} = 'DEFAULT'; exec {$ARGV[0]} @ARGV"
  private let input: FileHandle
  private let exit: ExitLatch

  /// Starts `program`.
  ///
  /// - Parameters:
  ///   - program: An absolute path.
  ///   - package: The Debian package it comes from, named when it is missing.
  ///   - arguments: Its arguments.
  ///   - environment: Variables added to those of the test.
  ///   - directory: Its working directory; nil for the test's.
  /// - Throws: `TestFailure` when it is missing or does not start.
  public init(
    _ program: String, package: String? = nil, arguments: [String] = [],
    environment: [String: String] = [:], directory: String? = nil
  ) throws {
    try Self.requireProgram(program, package: package)
    let process = Process()
    // A thread of the concurrency pool has its signals blocked and a child inherits that: it would
    // never see SIGTERM. Perl is part of every Debian, and gives way to the program in its process.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/perl")
    process.arguments = ["-MPOSIX", "-e", Self.unblockAndExecute, program] + arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { _, added in added }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    let exit = ExitLatch()
    process.terminationHandler = { ended in
      let isSignal = ended.terminationReason == .uncaughtSignal
      exit.set(isSignal ? .signal(ended.terminationStatus) : .code(ended.terminationStatus))
    }
    // A program that ended must not end the test when it is written to.
    signal(SIGPIPE, SIG_IGN)
    do {
      try process.run()
    } catch {
      throw TestFailure("cannot start \(program): \(error)")
    }
    self.program = program
    self.exit = exit
    self.input = input.fileHandleForWriting
    id = process.processIdentifier
    self.output = LineReader(output.fileHandleForReading, of: program)
    self.errors = LineReader(errors.fileHandleForReading, of: program)
  }

  deinit {
    kill()
    // Foundation may keep the pipes longer than the process: see LineReader.
    try? input.close()
  }

  /// Fails with the name of the package to install when `program` is not there.
  public static func requireProgram(_ program: String, package: String?) throws {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      let cure = package.map { ": install it with 'apt-get install \($0)'" } ?? ""
      throw TestFailure("\(program) is missing\(cure)")
    }
  }

  /// How a process ended.
  public enum Ending: Hashable, Sendable {
    /// It exited with this code.
    case code(Int32)
    /// This signal ended it.
    case signal(Int32)
  }

  /// How it ended; nil while it runs.
  public var ending: Ending? { exit.value }
  /// Whether it has not ended.
  public var isRunning: Bool { ending == nil }

  /// Writes `text` and a line feed to its standard input.
  public func write(line text: String) throws {
    try input.write(contentsOf: Data((text + "\n").utf8))
  }

  /// Closes its standard input.
  public func closeInput() throws {
    try input.close()
  }

  /// Sends it `signal`, unless it has ended.
  public func send(signal: Int32) {
    if isRunning { _ = Glibc.kill(id, signal) }
  }

  /// Ends it as a power cut would (SIGKILL), without waiting for its end.
  public func kill() { send(signal: SIGKILL) }

  /// Asks it to end (SIGTERM) and waits until it has.
  ///
  /// - Throws: `TestFailure` when it has not by the deadline; it is killed then.
  @discardableResult
  public func terminate(within deadline: Duration = .seconds(60)) async throws -> Ending {
    send(signal: SIGTERM)
    return try await wait(within: deadline)
  }

  /// Waits until it has ended and what it wrote has been read.
  ///
  /// - Throws: `TestFailure` when it has not by the deadline; it is killed then.
  @discardableResult
  public func wait(within deadline: Duration = .seconds(60)) async throws -> Ending {
    do {
      try await eventually(within: deadline, "\(program) ends") { !isRunning }
    } catch {
      kill()
      throw error
    }
    guard let ending else { throw TestFailure("\(program) ended and did not") }
    // Its last words may still be in the pipes. One that left a child behind never closes them: its
    // test looks for what it needs.
    try? await eventually(within: .seconds(5), "\(program) has closed its output") {
      hasClosedOutput
    }
    return ending
  }

  private var hasClosedOutput: Bool { output.isAtEnd && errors.isAtEnd }

  /// Runs `program` to its end.
  ///
  /// - Returns: Its standard output.
  /// - Throws: `TestFailure` with what it wrote to standard error when it exits with another code
  ///   than 0 or does not end in time.
  @discardableResult
  public static func run(
    _ program: String, package: String? = nil, arguments: [String] = [],
    environment: [String: String] = [:], directory: String? = nil,
    within deadline: Duration = .seconds(60)
  ) async throws -> String {
    let process = try ManagedProcess(
      program, package: package, arguments: arguments, environment: environment,
      directory: directory)
    // One that reads standard input would wait for ever; closed twice does no harm.
    try? process.closeInput()
    let ending = try await process.wait(within: deadline)
    try await eventually("\(program) has closed its output") { process.hasClosedOutput }
    guard ending == .code(0) else {
      let words = process.errors.all.joined(separator: "\n")
      throw TestFailure("\(program) \(arguments.joined(separator: " ")): \(ending)\n\(words)")
    }
    return process.output.all.map { $0 + "\n" }.joined()
  }
}

/// How a process ended, once it has.
///
/// Unchecked because `stored` is only touched under `lock`.
private final class ExitLatch: @unchecked Sendable {
  private let lock = NSLock()
  private var stored: ManagedProcess.Ending?

  var value: ManagedProcess.Ending? { lock.withLock { stored } }

  func set(_ value: ManagedProcess.Ending) {
    lock.withLock { stored = value }
  }
}
