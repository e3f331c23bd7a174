import Foundation
import TestInstallation
import TestSupport

/// A real SMTP server that keeps who got mail: Debian's aiosmtpd.
final class MailSink {
  let port: UInt16
  private let process: ManagedProcess

  /// Starts it and waits until it listens.
  init() async throws {
    let port = try FreePort.next()
    self.port = port
    try await ManagedProcess.run(
      "/usr/bin/python3", package: "python3", arguments: ["-c", "import aiosmtpd"])
    process = try ManagedProcess(
      "/usr/bin/python3", package: "python3-aiosmtpd",
      arguments: ["-u", "-c", Self.program, "\(port)"])
    try await eventually("the mail server listens") { try FreePort.hasListener(on: port) }
  }

  /// Everybody who got a message, sorted.
  var recipients: [String] { process.output.all.sorted() }

  func stop() async throws {
    try await process.terminate()
  }

  private static let program = """
    import asyncio, sys
    from aiosmtpd.smtp import SMTP
    class Sink:
        async def handle_DATA(self, server, session, envelope):
            for recipient in envelope.rcpt_tos:
                print(recipient)
            return '250 taken'
    async def main():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Sink()), '127.0.0.1', int(sys.argv[1]))
        await server.serve_forever()
    asyncio.run(main())
    """
}
