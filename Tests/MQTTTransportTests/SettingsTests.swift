import MQTTTransport
import Testing

@Suite struct `Settings that cannot work` {
  @Test(arguments: [0, -1, 65_536])
  func `a receive maximum outside 1…65535 is named`(count: Int) {
    MQTTTransport.initialize()
    let error = #expect(throws: MQTTError.self) {
      try MQTTClient(settings: MQTTSettings(clientID: "x", receiveMaximum: count))
    }
    #expect(error?.description.contains("receive_maximum") == true)
  }

  @Test(arguments: [1, 4, 65_536])
  func `a keep-alive that the library or the protocol does not know is named`(seconds: Int) {
    let error = #expect(throws: MQTTError.self) {
      try MQTTClient(settings: MQTTSettings(clientID: "x", keepAlive: .seconds(seconds)))
    }
    #expect(error?.description.contains("keepalive_seconds") == true)
  }

  @Test func `a certificate without an authority is named`() {
    let error = #expect(throws: MQTTError.self) {
      try MQTTClient(settings: MQTTSettings(clientID: "x", certificateFile: "/dev/null"))
    }
    #expect(
      error?.description
        == "TLS failed: certificate_file or key_file without ca_file (code -1); "
        + "give the broker's authority as ca_file")
  }

  @Test func `a file that is not there is named`() {
    let error = #expect(throws: MQTTError.self) {
      try MQTTClient(settings: MQTTSettings(clientID: "x", caFile: "/no/such.pem"))
    }
    #expect(error?.description.contains("/no/such.pem") == true)
  }
}
