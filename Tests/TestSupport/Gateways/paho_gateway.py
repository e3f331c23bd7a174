"""A gateway of Poolwatch's own dialect, made of paho-mqtt as docs/gateway.md has it.

Its argument is a JSON object: port, ca, user, password, status (a topic) and messages, a list of
[topic, payload]. It ends with 0 when the broker has acknowledged all of them.
"""

import json
import sys

import paho.mqtt.client as mqtt

order = json.loads(sys.argv[1])
status = order["status"]
client = mqtt.Client(client_id=order["user"], protocol=mqtt.MQTTv5)
client.username_pw_set(order["user"], order["password"])
client.tls_set(ca_certs=order["ca"])
client.will_set(status, '{"online":false}', qos=1, retain=True)
refused = []
client.on_connect = lambda client, data, flags, reason, properties: reason == 0 or refused.append(reason)
client.connect("127.0.0.1", order["port"], keepalive=60)
client.loop_start()
for topic, payload, retain in [
    (status, '{"online":true,"firmware":"paho-mqtt 1.6.1"}', True),
    *[(topic, payload, False) for topic, payload in order["messages"]],
    (status, '{"online":false}', True),
]:
    client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(timeout=20)
    if refused:
        sys.exit(f"refused: {refused[0]}")
client.disconnect()
client.loop_stop()
