import Foundation
import LinuxSystem
import PoolModel
import Querying
import Records
import Registry
import RingStore

/// Looks at broker, machine and daemon; judges nothing and changes nothing.
struct DoctorGathering {
  let settings: Configuration
  let connection: ConnectionOptions
  let brokerConfig: String?
  let outage: Duration

  /// Everything that there is to judge.
  ///
  /// What cannot be looked at is left out; the checks say so.
  func facts() -> DoctorFacts {
    let brokerSettings = brokerConfig.map {
      BrokerSettings(
        path: $0, names: Files.names(inDirectory:), read: Files.bytes(atPath:))
    }
    let brokerFiles = brokerSettings.map { BrokerFilesGathering(settings: $0) }
    let (status, failure) = askDaemon()
    let broker = BrokerGathering(
      broker: settings.broker, brokerSettings: brokerSettings,
      wantsFreshFigures: !(status?.brokerConnected ?? false))
    return DoctorFacts(
      now: SystemClock().now().wall, outage: outage, poolCount: settings.plan.pools.count,
      interval: settings.plan.interval, broker: broker.facts(), brokerSettings: brokerSettings,
      accessRules: brokerSettings?.values["acl_file"].map(accessRules),
      certificates: broker.certificates() + (brokerFiles?.certificates() ?? []),
      brokerFiles: brokerFiles?.files() ?? [],
      payloadByteCount: settings.intake.payloadByteCount,
      // A kernel that does not say leaves it unknown.
      clock: try? ClockDiscipline.read(),
      zone: .init(machine: TimeZone.current.identifier, district: settings.plan.district.zone.name),
      disk: disk(daemonAnswers: status != nil), secrets: secrets, socket: socket(failure: failure),
      status: status, unit: unit)
  }

  // Everywhere below: what the system does not say is nil, and its check says "unknown".

  private var daemon: Daemon {
    let named = ProcessInfo.processInfo.environment["POOLWATCH_SOCKET"] ?? ""
    return connection.socket == nil && named.isEmpty
      ? Daemon(socketPath: settings.api.socket) : connection.daemon
  }

  private func accessRules(path: String) -> DoctorFacts.AccessRulesFile {
    do {
      return .read(
        AccessRules(text: String(decoding: try Files.bytes(atPath: path), as: UTF8.self)))
    } catch {
      return .unreadable("\(error)")
    }
  }

  private func askDaemon() -> (StatusAnswer?, String?) {
    do {
      var answer: [UInt8] = []
      try daemon.ask(.status) { answer += $0 }
      return (try JSONDecoder().decode(StatusAnswer.self, from: Data(answer)), nil)
    } catch let failure as CommandFailure {
      return (nil, failure.lines.joined(separator: " "))
    } catch {
      return (nil, "what answers at \(daemon.socketPath) is no poolwatchd: \(error)")
    }
  }

  private func disk(daemonAnswers: Bool) -> DoctorFacts.Disk {
    let directory = settings.store.directory
    // Before the first start the disk is that of the nearest directory that is there.
    // What cannot be told is told of the directory itself.
    let place = (try? Files.nearestDirectory(to: directory)) ?? directory
    let holder = daemonAnswers ? DirectoryLock.holder(path: directory) : nil
    return DoctorFacts.Disk(
      directory: directory, access: try? FileAccess.of(path: directory),
      daemonUser: holder.flatMap { try? FileAccess.of(path: "/proc/\($0)").user },
      fileSystem: try? FileSystemKind.of(path: place),
      freeByteCount: try? Files.freeByteCount(ofDiskWith: place),
      storeByteCount: storeByteCount, recordsByteCount: recordsByteCount)
  }

  /// What the store will still allocate: all of it before the first start, then nothing.
  private var storeByteCount: Int? {
    let path = settings.store.storePath
    guard let names = try? Files.names(inDirectory: path) else { return nil }
    guard names.isEmpty else { return 0 }
    return try? RingStore.sizes(
      plan: settings.plan, configuration: settings.store.ringConfiguration
    ).byteCount
  }

  private var recordsByteCount: Int {
    let limits = Records.Limits(quarantineEntries: settings.quarantineEntries)
    let directory = settings.store.directory
    let names = (try? Files.names(inDirectory: directory)) ?? []
    let used = names.filter { $0.hasPrefix("records") }.reduce(0) { sum, name in
      guard case .file(let byteCount) = try? Files.kind(ofPath: "\(directory)/\(name)") else {
        return sum
      }
      return sum + byteCount
    }
    // SQLite's pages have 4096 bytes; Limits counts in them.
    return max(0, limits.pageCount * 4096 + limits.reserveByteCount - used)
  }

  private var secrets: [DoctorFacts.Secret] {
    let named = [
      ("broker.password_file", settings.broker.passwordFile),
      ("broker.key_file", settings.broker.keyFile),
      ("channels.mail.password_file", settings.mail?.passwordFile),
    ]
    return named.compactMap { key, path in
      // What systemd hands the daemon nobody else can see.
      guard let path, !path.hasPrefix("/run/credentials/"),
        !path.hasPrefix(Configuration.credentialsPrefix)
      else {
        return nil
      }
      return DoctorFacts.Secret(key: key, path: path, access: try? FileAccess.of(path: path))
    }
  }

  private func socket(failure: String?) -> DoctorFacts.Socket {
    let path = daemon.socketPath
    let access = try? FileAccess.of(path: path)
    return DoctorFacts.Socket(
      path: path, failure: failure, access: access,
      group: access.map { FileAccess.name(ofGroup: $0.group) ?? "\($0.group)" },
      expectedMode: settings.api.mode, expectedGroup: settings.api.group)
  }

  private var unit: DoctorFacts.Unit {
    let name = "poolwatchd.service"
    let places = [
      "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
      "/usr/lib/systemd/system", "/lib/systemd/system",
    ]
    func isThere(_ path: String) -> Bool {
      let kind = try? Files.kind(ofPath: path)
      return kind != nil && kind != .absent
    }
    return DoctorFacts.Unit(
      // As sd_booted(3) decides it.
      systemdRuns: isThere("/run/systemd/system"),
      path: places.map { "\($0)/\(name)" }.first(where: isThere),
      isEnabled: isThere("/etc/systemd/system/multi-user.target.wants/\(name)"))
  }
}
