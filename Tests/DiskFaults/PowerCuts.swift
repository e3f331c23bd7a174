import Foundation
import PoolModel
import TestSupport

/// The power goes at random moments of a run on an ext4 of its own, whose journal the kernel then
/// recovers.
struct PowerCuts: Trial {
  /// How the power goes.
  enum Kind: String {
    /// What the disk has at a moment is copied and mounted elsewhere. The run is held meanwhile, so
    /// that the copy is of one moment, and goes on.
    case copy
    /// The file system is told to stop at once and to write nothing more, whatever is under way, and
    /// is mounted anew.
    case shutdown
  }
  let kind: Kind
  let lifeCount: Int
  let cutCount: Int
  let seed: UInt64

  /// `cutCount` cuts in each of `lifeCount` runs.
  init(_ kind: Kind, lifeCount: Int, cutCount: Int, seed: UInt64) {
    self.kind = kind
    self.lifeCount = lifeCount
    self.cutCount = cutCount
    self.seed = seed
  }

  var description: String {
    "power cut × \(lifeCount * cutCount) on ext4, by \(kind.rawValue), seed \(seed)"
  }

  func run() async throws -> String {
    var random = SplitMix64(seed: seed)
    var findings: [Finding] = []
    for life in 0..<lifeCount {
      let directory = try TemporaryDirectory()
      let image = directory.path("image")
      try await Mounts.makeImage(image, byteCount: 16 << 20)
      let bench = Bench(directory: directory, image: image, seed: seed + UInt64(life))
      switch kind {
      case .copy: findings += try await copies(bench, &random)
      case .shutdown: findings += try await shutdowns(bench, &random)
      }
    }
    guard findings.count == lifeCount * cutCount else { throw TestFailure("too few cuts") }
    return "\(findings.map(\.acknowledged).max() ?? 0) batches acknowledged at most, "
      + "\(findings.count { $0.isWhollyThere }) times with the batch in doubt, "
      + "\(findings.map(\.replayed).reduce(0, +)) journal records replayed, "
      + "opened in \(findings.map(\.openMilliseconds).max() ?? 0) ms at most"
  }

  /// Where one run takes place.
  private struct Bench {
    let directory: TemporaryDirectory
    let image: String
    let seed: UInt64
    /// Where the image is mounted.
    var disk: String { directory.path("disk") }
    var worker: StoreWorker { StoreWorker(in: directory, "disk", seed: seed) }
  }

  private struct Finding {
    var acknowledged: Int
    var isWhollyThere: Bool
    var replayed: Int
    var openMilliseconds: Int

    init(acknowledged: Int, _ check: StoreWorker.Outcome) {
      self.acknowledged = acknowledged
      let held = check.output.first { $0.hasPrefix("held ") } ?? ""
      isWhollyThere = held.contains("batches=\(acknowledged + 1) ")
      let words = held.split(separator: " ")
      replayed = words.first { $0.hasPrefix("replayed=") }.flatMap { Int($0.dropFirst(9)) } ?? 0
      openMilliseconds = Int(check.figure("open_ms") ?? 0)
    }
  }

  /// Waits until `process` has come some batches further, and then a moment of less than one.
  private func wait(
    for process: ManagedProcess, _ random: inout SplitMix64
  ) async throws {
    let target =
      (StoreWorker.acknowledged(by: process) ?? 0) + 1 + Int(random.next() % 20)
    let pause = Duration.microseconds(Int64(random.next() % 3000))
    try await eventually("batch \(target) is acknowledged") {
      guard process.isRunning else {
        throw TestFailure("the worker ended: \(process.errors.all.suffix(3))")
      }
      return StoreWorker.acknowledged(by: process) ?? 0 >= target
    }
    // Nothing is awaited: the power fails at a moment of its own, in the middle of a batch.
    try await Task.sleep(for: pause)
  }

  private func copies(_ bench: Bench, _ random: inout SplitMix64) async throws -> [Finding] {
    var generator = random
    let findings = try await Mounts.shared.with(.image(bench.image), at: bench.disk) {
      let process = try bench.worker.launch("run", ["batches": 1_000_000])
      var findings: [Finding] = []
      do {
        for cut in 0..<cutCount {
          try await wait(for: process, &generator)
          findings.append(try await copy(bench, process, cut: cut))
        }
      } catch {
        await end(process)
        throw error
      }
      await end(process)
      return findings
    }
    random = generator
    return findings
  }

  private func end(_ process: ManagedProcess) async {
    process.kill()
    // A process that does not go keeps its file system mounted, which the sweep says.
    _ = try? await process.wait()
  }

  /// Copies what the disk has now, and checks the copy.
  private func copy(_ bench: Bench, _ process: ManagedProcess, cut: Int) async throws -> Finding {
    let copy = bench.directory.path("cut-\(cut)")
    // A copy takes some milliseconds. What the process writes meanwhile must not get into it: later
    // writes without earlier ones are no state that a disk can have. The call that it is in goes on.
    process.send(signal: SIGSTOP)
    defer { process.send(signal: SIGCONT) }
    try FileManager.default.copyItem(atPath: bench.image, toPath: copy)
    let mounted = bench.directory.path("mounted-\(cut)")
    let finding = try await Mounts.shared.with(.image(copy), at: mounted) {
      let worker = StoreWorker(in: bench.directory, "mounted-\(cut)", seed: bench.seed)
      let words = "cut \(cut), seed \(bench.seed)"
      let acknowledged = StoreWorker.acknowledged(by: process) ?? 0
      do {
        return Finding(
          acknowledged: acknowledged, try await worker.check(acknowledged, after: words))
      } catch {
        // What the process said before it was held may not have been read yet: nothing less counts.
        let later = StoreWorker.acknowledged(by: process) ?? 0
        guard later > acknowledged else { throw error }
        return Finding(acknowledged: later, try await worker.check(later, after: words))
      }
    }
    try FileManager.default.removeItem(atPath: copy)
    return finding
  }

  private func shutdowns(_ bench: Bench, _ random: inout SplitMix64) async throws -> [Finding] {
    var findings: [Finding] = []
    var acknowledged = 0
    for cut in 0..<cutCount {
      var generator = random
      let held = acknowledged
      var certain = 0
      let outcome = try await Mounts.shared.with(.image(bench.image), at: bench.disk) {
        let process = try bench.worker.launch(
          "run", ["acknowledged": held, "batches": 1_000_000])
        do {
          try await wait(for: process, &generator)
          certain = StoreWorker.acknowledged(by: process) ?? 0
          try await Self.shutDown(bench.disk)
        } catch {
          await end(process)
          throw error
        }
        return try await StoreWorker.outcome(of: process)
      }
      random = generator
      guard outcome.ending == .code(3), let last = outcome.acknowledged else {
        throw TestFailure("cut \(cut), seed \(bench.seed): \(outcome.words)")
      }
      let (check, count) = try await Mounts.shared.with(.image(bench.image), at: bench.disk) {
        let words = "cut \(cut), seed \(bench.seed)"
        do {
          return (try await bench.worker.check(last, after: words), last)
        } catch {
          // The kernel may call a sync done that the shutdown met, which no power cut could: blocks that
          // were never written to are marked as written later, and what fails there is not told. At most
          // one batch is under way then, acknowledged after the shutdown began.
          guard certain < last else { throw error }
          return (try await bench.worker.check(last - 1, after: words), last - 1)
        }
      }
      findings.append(Finding(acknowledged: count, check))
      acknowledged = Int(check.figure("batches") ?? 0)
    }
    return findings
  }

  /// Stops the file system at `path` as a power cut would: EXT4_IOC_SHUTDOWN without flushing its
  /// journal.
  private static func shutDown(_ path: String) async throws {
    try await ManagedProcess.run(
      "/usr/bin/perl", package: "perl-base",
      arguments: [
        "-e", "open(F, '<', $ARGV[0]) && ioctl(F, 0x8004587d, my $how = pack('L', 2)) or die $!",
        path,
      ])
  }
}
