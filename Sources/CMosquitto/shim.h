// libmosquitto, and the names of MQTT 5's properties and reason codes.
#pragma once

#include <mosquitto.h>
#include <mqtt_protocol.h>
