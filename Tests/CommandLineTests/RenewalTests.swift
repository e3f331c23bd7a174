import Foundation
import TestSupport
import Testing

@Suite struct `Renewing an enrolment` {
  @Test func `a renewal takes away what it had of the other kind, too`() async throws {
    let station = try Station()
    _ = try await station.gateway("enroll", "venue-01")
    _ = try await station.gateway("enroll", "venue-01", "--certificate")
    _ = try await station.gateway("enroll", "venue-02", "--certificate")
    func revokedCount() async throws -> Int {
      try await Outcome(
        of: "/usr/bin/openssl",
        ["crl", "-in", station.directory.path("certs/gateway-ca.crl"), "-noout", "-text"],
        environment: [:]
      ).output.split(separator: "Serial Number:").count - 1
    }
    #expect(try await revokedCount() == 0)
    _ = try await station.gateway("enroll", "venue-01", "--renew")
    #expect(try station.lines.count == 1)
    #expect(try await revokedCount() == 1)
    let key = station.directory.path("enrolment/venue-01.key")
    #expect(!FileManager.default.fileExists(atPath: key))
    let renewed = try await station.gateway("enroll", "venue-01", "--certificate", "--renew")
    #expect(renewed.ending == .code(0), "\(renewed.errors)")
    #expect(try station.lines == [])
    #expect(FileManager.default.fileExists(atPath: key))
    // The neighbour's is as good as before.
    #expect(try await revokedCount() == 1)
  }
}
