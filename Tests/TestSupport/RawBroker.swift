import Foundation

/// The broker of `RawBroker/raw_broker.py`, which shares no code with what is tested.
///
/// Safe to use from the test and the loop's thread: the process and its lines are Sendable, and `lock`
/// makes question and answer one step, which is what makes the class unchecked Sendable true.
public final class RawBroker: @unchecked Sendable {
  /// The port on 127.0.0.1.
  public let port: UInt16
  private let process: ManagedProcess
  private let lock = NSLock()

  /// Starts a broker; with `certificates` it speaks TLS.
  ///
  /// - Throws: `TestFailure` when Python is missing or the broker does not come up.
  public init(certificates: Certificates? = nil) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("RawBroker/raw_broker.py").path
    let files = certificates.map { [$0.certificateFile, $0.keyFile] } ?? []
    process = try ManagedProcess(
      "/usr/bin/python3", package: "python3", arguments: ["-B", script] + files)
    guard let port = UInt16(try process.output.next()) else {
      throw TestFailure("raw_broker.py printed no port: \(process.errors.all)")
    }
    self.port = port
  }

  /// What the broker has seen; the names are explained in `raw_broker.py`.
  public struct State: Decodable, Sendable {
    /// A CONNECT.
    public struct Connect: Decodable, Hashable, Sendable {
      /// Its will.
      public struct Will: Decodable, Hashable, Sendable {
        /// Its topic.
        public let topic: String
        /// Its payload.
        public let payload: String
        /// The quality of service.
        public let qos: Int
        /// Whether it is retained.
        public let retain: Bool

        /// A will as the broker reports it.
        public init(topic: String, payload: String, qos: Int, retain: Bool) {
          self.topic = topic
          self.payload = payload
          self.qos = qos
          self.retain = retain
        }
      }
      /// 4 for MQTT 3.1.1, 5 for MQTT 5.
      public let version: Int
      /// Clean start.
      public let clean: Bool
      /// In seconds.
      public let keepAlive: Int
      /// In seconds; nil without the property.
      public let sessionExpiry: Int?
      /// nil without the property.
      public let receiveMaximum: Int?
      /// The client's name.
      public let clientId: String
      /// Its will; nil without one.
      public let will: Will?
      /// nil without one.
      public let username: String?
      /// nil without one.
      public let password: String?

      /// A CONNECT as the broker reports it.
      public init(
        version: Int, clean: Bool, keepAlive: Int, sessionExpiry: Int?, receiveMaximum: Int?,
        clientId: String, will: Will?, username: String?, password: String?
      ) {
        self.version = version
        self.clean = clean
        self.keepAlive = keepAlive
        self.sessionExpiry = sessionExpiry
        self.receiveMaximum = receiveMaximum
        self.clientId = clientId
        self.will = will
        self.username = username
        self.password = password
      }
    }
    /// A filter of a SUBSCRIBE.
    public struct Subscription: Decodable, Hashable, Sendable {
      /// The topic filter.
      public let filter: String
      /// The quality of service.
      public let qos: Int

      /// A filter as the broker reports it.
      public init(filter: String, qos: Int) {
        self.filter = filter
        self.qos = qos
      }
    }
    /// Every CONNECT, in order.
    public let connects: [Connect]
    /// Whether there is a connection now.
    public let isConnected: Bool
    /// Filters of every SUBSCRIBE ever.
    public let subscriptions: [Subscription]
    /// Message numbers in the order of their PUBACKs.
    public let acknowledged: [Int]
    /// How many of them came on this connection.
    public let acknowledgedHere: Int
    /// Message numbers sent and not acknowledged.
    public let unacknowledged: [Int]
    /// Message numbers not sent yet.
    public let waiting: [Int]
    /// How many were sent, repetitions included.
    public let sent: Int
    /// Message numbers sent again.
    public let redelivered: [Int]
    /// How many PINGREQs came.
    public let pings: Int
    /// How many DISCONNECTs came.
    public let farewells: Int
    /// Every packet, in order of arrival.
    public let trace: [String]
    /// Violations of the specification.
    public let problems: [String]
  }

  /// What it has seen up to now, exactly.
  public func state() throws -> State { try order("state") }

  /// Publishes `count` messages whose payloads are their numbers, padded to `byteCount` bytes.
  @discardableResult
  public func publish(
    _ count: Int, to topic: String = "pools/v1/310107/v1/data", isRetained: Bool = false,
    byteCount: Int = 0
  ) throws -> State {
    try order(
      "publish",
      #""count":\#(count),"topic":"\#(topic)","retain":\#(isRetained),"size":\#(byteCount)"#)
  }

  /// Publishes one message for each of `payloads` to `topic`.
  @discardableResult
  public func publish(_ payloads: [String], to topic: String) throws -> State {
    let texts = String(decoding: try JSONEncoder().encode(payloads), as: UTF8.self)
    return try order("publish", #""texts":\#(texts),"topic":"\#(topic)""#)
  }

  /// Closes the connection at once.
  public func close() throws { _ = try order("close") }

  /// Resets the connection at once, as the kernel does for a process that died with bytes to read.
  public func reset() throws { _ = try order("reset") }

  /// Sends the SUBACKs that were held back.
  public func releaseSubscriptionAnswer() throws { _ = try order("release_suback") }

  /// Sets one of the broker's settings; `value` as JSON.
  public func configure(_ name: String, _ value: String) throws {
    _ = try order("configure", #""\#(name)":\#(value)"#)
  }

  private func order(_ what: String, _ rest: String = "") throws -> State {
    let answer = try lock.withLock {
      try process.write(line: #"{"do":"\#(what)"\#(rest.isEmpty ? "" : ",")\#(rest)}"#)
      do {
        return try process.output.next()
      } catch {
        throw TestFailure("\(error): \(process.errors.all.joined(separator: "\n"))")
      }
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(State.self, from: Data(answer.utf8))
  }
}
