import Foundation
import TestSupport
import Testing
import Transports

@Suite struct `HTTP on a Unix socket` {
  private struct Server {
    let directory: TemporaryDirectory
    let process: ManagedProcess
    let client: UnixHTTPClient

    init() async throws {
      directory = try TemporaryDirectory()
      let socket = directory.path("api.sock")
      process = try ManagedProcess(
        "/usr/bin/python3", package: "python3",
        arguments: [fixture("http_server.py"), socket, directory.path])
      client = UnixHTTPClient(socketPath: socket)
      try await process.output.first { $0 == "READY" }
    }
  }

  private func failure(_ body: () throws -> HTTPAnswer) throws -> TransportError {
    do {
      let answer = try body()
      throw TestFailure("there was an answer: \(answer.status)")
    } catch let error as TransportError {
      return error
    }
  }

  @Test func `method, target and body arrive as they were given`() async throws {
    let server = try await Server()
    let answer = try server.client.send(
      method: "POST", target: "/echo?from=-24h&to=2026-01-21T08%3A00%3A00%2B08%3A00",
      body: Array(#"{"by":"王"}"#.utf8), timeout: .seconds(20))
    #expect(answer.status == 200)
    let seen = try JSONDecoder().decode([String: String?].self, from: Data(answer.body))
    #expect(seen["method"] == "POST")
    #expect(seen["target"] == "/echo?from=-24h&to=2026-01-21T08%3A00%3A00%2B08%3A00")
    #expect(seen["type"] == "application/json")
    #expect(seen["expect"] == .some(nil))
    #expect(seen["body"] == #"{"by":"王"}"#)
  }

  @Test func `an empty body is a body`() async throws {
    let server = try await Server()
    let answer = try server.client.send(
      method: "POST", target: "/echo", body: [], timeout: .seconds(20))
    let seen = try JSONDecoder().decode([String: String?].self, from: Data(answer.body))
    #expect(seen["method"] == "POST")
    #expect(seen["body"] == "")
  }

  @Test func `a large body arrives whole`() async throws {
    let server = try await Server()
    let answer = try server.client.send(target: "/large", timeout: .seconds(20))
    #expect(answer.body == (0..<1_000_000).map { UInt8($0 % 251) })
  }

  @Test func `a status that is no success comes with its body`() async throws {
    let server = try await Server()
    let sent = try server.client.send(target: "/nothing", timeout: .seconds(20))
    #expect(sent == HTTPAnswer(status: 404, body: Array("{\"error\":\"no such thing\"}\n".utf8)))
    var parts = 0
    let streamed = try server.client.stream(target: "/nothing", timeout: .seconds(20)) { _ in
      parts += 1
      return true
    }
    #expect(streamed == sent)
    #expect(parts == 0)
  }

  @Test func `redirects are not followed`() async throws {
    let server = try await Server()
    let answer = try server.client.send(target: "/redirect", timeout: .seconds(20))
    #expect(answer.status == 302)
  }

  // The server sends the second part when a file says that the first was seen.
  @Test func `a body is handed over part by part, as it comes`() async throws {
    let server = try await Server()
    var parts: [String] = []
    let answer = try server.client.stream(target: "/chunks", timeout: .seconds(20)) { bytes in
      parts.append(String(decoding: bytes, as: UTF8.self))
      return FileManager.default.createFile(
        atPath: server.directory.path("seen"), contents: Data())
    }
    #expect(answer == HTTPAnswer(status: 200, body: []))
    #expect(parts == ["first,", "second"])
  }

  @Test func `whoever takes the body can stop`() async throws {
    let server = try await Server()
    var partCount = 0
    // 23 is CURLE_WRITE_ERROR.
    let error = try failure {
      try server.client.stream(target: "/large", timeout: .seconds(20)) { _ in
        partCount += 1
        return false
      }
    }
    #expect(error.curlCode == 23)
    #expect(partCount == 1)
  }

  @Test func `a body that breaks off is an error`() async throws {
    let server = try await Server()
    // 18 is CURLE_PARTIAL_FILE.
    let error = try failure { try server.client.send(target: "/broken", timeout: .seconds(20)) }
    #expect(error.curlCode == 18)
    #expect(!error.isUnreachable)
  }

  @Test func `a server that stays silent is given up`() async throws {
    let server = try await Server()
    let error = try failure { try server.client.send(target: "/silent", timeout: .seconds(1)) }
    #expect(error.isUnreachable)
    #expect(error.isTransient)
  }

  @Test func `no socket and a socket that nobody listens on are unreachable`() async throws {
    let directory = try TemporaryDirectory()
    let client = UnixHTTPClient(socketPath: directory.path("api.sock"))
    let absent = try failure { try client.send(target: "/", timeout: .seconds(20)) }
    #expect(absent.isUnreachable)
    // ENOENT.
    #expect(absent.systemCode == 2)
    #expect(absent.address == directory.path("api.sock"))
    try await ManagedProcess.run(
      "/usr/bin/python3",
      arguments: [
        "-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])",
        directory.path("api.sock"),
      ])
    let stale = try failure { try client.send(target: "/", timeout: .seconds(20)) }
    #expect(stale.isUnreachable)
    // ECONNREFUSED.
    #expect(stale.systemCode == 111)
  }
}
