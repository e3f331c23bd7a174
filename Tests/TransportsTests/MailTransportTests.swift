import TestSupport
import Testing
import Transports

@Suite struct `Mail through a real server` {
  private func settings(
    port: UInt16, security: MailSecurity = .none, caFile: String? = nil,
    from: String = "poolwatch@district.example", timeout: Duration = .seconds(20)
  ) -> MailSettings {
    MailSettings(
      host: "127.0.0.1", port: port, from: from, security: security, caFile: caFile,
      timeout: timeout)
  }

  private let message = Array(
    "Subject: =?utf-8?B?5rGg?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n池水余氯 0.21\r\n".utf8
  )

  private func failure(
    _ settings: MailSettings, to recipient: String = "wang@district.example"
  ) throws -> TransportError {
    do {
      let reply = try MailTransport(settings: settings).send(message, to: recipient)
      throw TestFailure("the mail was taken: \(reply)")
    } catch let error as TransportError {
      return error
    }
  }

  @Test func `a message arrives byte for byte, and the server's reply comes back`() async throws {
    let server = try await MailServer()
    let transport = MailTransport(settings: settings(port: server.port))
    let reply = try transport.send(message, to: "wang@district.example")
    #expect(reply == "250 2.0.0 kept as 1")
    #expect(try server.message(1) == message)
    #expect(try server.envelope(1) == "poolwatch@district.example wang@district.example\n")
  }

  @Test func `lines that begin with a dot, long ones and empty ones arrive as they were`()
    async throws
  {
    let server = try await MailServer()
    let body =
      "Subject: x\r\n\r\n.\r\n..\r\n.a\r\n\r\n" + String(repeating: "x", count: 900) + "\r\n"
    let many = body + String(repeating: "行 line\r\n.\r\n", count: 5000)
    for text in [body, many] {
      _ = try MailTransport(settings: settings(port: server.port)).send(
        Array(text.utf8), to: "wang@district.example")
    }
    #expect(try server.message(1) == Array(body.utf8))
    #expect(try server.message(2) == Array(many.utf8))
  }

  @Test func `a name around the address does not get into the envelope`() async throws {
    let server = try await MailServer()
    let transport = MailTransport(
      settings: settings(port: server.port, from: "泳池 Poolwatch <poolwatch@district.example>"))
    _ = try transport.send(message, to: "Wang <wang@district.example>")
    #expect(try server.envelope(1) == "poolwatch@district.example wang@district.example\n")
  }

  @Test func `STARTTLS with the certificate's authority succeeds`() async throws {
    let certificate = try await Certificate()
    let server = try await MailServer(.startTLS(certificate))
    let transport = MailTransport(
      settings: settings(port: server.port, security: .startTLS, caFile: certificate.path))
    #expect(try transport.send(message, to: "wang@district.example") == "250 2.0.0 kept as 1")
    #expect(try server.message(1) == message)
  }

  @Test func `TLS from the first byte succeeds`() async throws {
    let certificate = try await Certificate()
    let server = try await MailServer(.tls(certificate))
    let transport = MailTransport(
      settings: settings(port: server.port, security: .tls, caFile: certificate.path))
    #expect(try transport.send(message, to: "wang@district.example") == "250 2.0.0 kept as 1")
  }

  @Test func `a certificate of another authority is refused and nothing is sent`() async throws {
    let certificate = try await Certificate()
    let stranger = try await Certificate()
    let server = try await MailServer(.startTLS(certificate))
    // 60 is CURLE_PEER_FAILED_VERIFICATION.
    for caFile in [stranger.path, nil] {
      let error = try failure(
        settings(port: server.port, security: .startTLS, caFile: caFile))
      #expect(error.curlCode == 60)
      #expect(error.isTransient)
    }
    #expect(try server.messageCount() == 0)
  }

  @Test func `a server without TLS gets no mail when TLS is demanded`() async throws {
    let server = try await MailServer()
    // 64 is CURLE_USE_SSL_FAILED.
    let error = try failure(settings(port: server.port, security: .startTLS))
    #expect(error.curlCode == 64)
    #expect(try server.messageCount() == 0)
  }

  @Test func `a server that demands TLS refuses mail without it for good`() async throws {
    let server = try await MailServer(.startTLS(try await Certificate()))
    let error = try failure(settings(port: server.port))
    #expect(error.reply == 530)
    #expect(!error.isTransient)
  }

  // RFC 5321 4.2.1: 4yz is transient, 5yz is permanent.
  @Test(arguments: [
    ("refused@district.example", 550, false, "no such mailbox"),
    ("busy@district.example", 451, true, "come back later"),
    ("full@district.example", 552, false, "mailbox full"),
  ])
  func `a refusal carries the server's code and words`(
    recipient: String, reply: Int, isTransient: Bool, words: String
  ) async throws {
    let server = try await MailServer()
    let error = try failure(settings(port: server.port), to: recipient)
    #expect(error.reply == reply)
    #expect(error.isTransient == isTransient)
    #expect(error.description.contains(words))
    #expect(error.address == "smtp://127.0.0.1:\(server.port)")
    #expect(try server.messageCount() == 0)
  }

  @Test func `nobody listening is unreachable and transient`() throws {
    let error = try failure(settings(port: try FreePort.next()))
    #expect(error.isUnreachable)
    #expect(error.isTransient)
    #expect(error.reply == 0)
  }

  @Test(arguments: [
    "", "wang", "@district.example", "wang@", "wang@x\r\nRCPT TO:<li@x>", "a b@x", "<a>b@x",
  ])
  func `what is no address never reaches the server`(recipient: String) async throws {
    let server = try await MailServer()
    let error = try failure(settings(port: server.port), to: recipient)
    #expect(error.curlCode == 0)
    #expect(!error.isTransient)
    #expect(try server.messageCount() == 0)
  }
}
