import Testing

@testable import poolwatch

@Suite struct `A credential, seen from outside the daemon` {
  @Test func `is the running daemon's copy, else what that is made from`() {
    let copy = "/run/credentials/poolwatchd.service/broker.password"
    let origin = "/etc/credstore/poolwatch.broker.password"
    let path = "credentials/broker.password"
    #expect(CredentialPath.readable(path, isThere: { [copy, origin].contains($0) }) == copy)
    #expect(CredentialPath.readable(path, isThere: { $0 == origin }) == origin)
    // Neither: the error that follows names the first.
    #expect(CredentialPath.readable(path, isThere: { _ in false }) == copy)
    #expect(
      CredentialPath.readable("/etc/credentials/x", isThere: { _ in true }) == "/etc/credentials/x")
  }
}
