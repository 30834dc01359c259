// The part of ESPHome's MQTT client that the boards' files use, over libmosquitto, for the test build on a PC.
// As the real one: one try every 5 s, subscriptions anew after each connection, publishing without a connection is refused.
#pragma once

#include <mosquitto.h>

#include <functional>
#include <string>
#include <vector>

#include "esphome/core/automation.h"
#include "esphome/core/component.h"
#include "esphome/core/entity_base.h"

namespace esphome::mqtt {

struct Message {
  std::string topic, payload;
  int qos{0};
  bool retain{false};
};

class MQTTClientComponent : public Component {
 public:
  void set_broker(const std::string &host, int port, const std::string &authority) {
    this->host_ = host;
    this->port_ = port;
    this->authority_ = authority;
  }
  void set_account(const std::string &client_id, const std::string &user, const std::string &password, bool clean, int keepalive) {
    this->client_id_ = client_id;
    this->user_ = user;
    this->password_ = password;
    this->clean_ = clean;
    this->keepalive_ = keepalive;
  }
  void set_birth(const std::string &topic, const std::string &payload, int qos, bool retain) { this->birth_ = {topic, payload, qos, retain}; }
  void set_will(const std::string &topic, const std::string &payload, int qos, bool retain) { this->will_ = {topic, payload, qos, retain}; }
  void subscribe(const std::string &topic, int qos, std::function<void(const std::string &)> &&heard) { this->wanted_.push_back({topic, qos, std::move(heard)}); }

  void setup() override;
  void loop() override;
  float get_setup_priority() const override { return setup_priority::AFTER_WIFI; }

  bool is_connected() const { return this->connected_; }
  bool publish(const std::string &topic, const std::string &payload, uint8_t qos = 0, bool retain = false) {
    return this->connected_ && mosquitto_publish(this->line_, nullptr, topic.c_str(), payload.size(), payload.c_str(), qos, retain) == MOSQ_ERR_SUCCESS;
  }

 protected:
  struct Wanted {
    std::string topic;
    int qos;
    std::function<void(const std::string &)> heard;
  };
  static constexpr uint32_t AGAIN_MS = 5000;

  std::string host_, authority_, client_id_, user_, password_;
  int port_{1883}, keepalive_{15};
  bool clean_{true}, connected_{false}, tried_{false};
  uint32_t tried_at_{0};
  Message birth_, will_;
  std::vector<Wanted> wanted_;
  struct mosquitto *line_{nullptr};
};

class MQTTMessageTrigger : public Trigger<std::string> {
 public:
  MQTTMessageTrigger(MQTTClientComponent *client, const std::string &topic, int qos) {
    client->subscribe(topic, qos, [this](const std::string &payload) { this->trigger(payload); });
  }
};

// What ESPHome would add to each key; a key tells the broker nothing of itself.
class MQTTBinarySensorComponent : public Component {
 public:
  explicit MQTTBinarySensorComponent(EntityBase *) {}
};

}  // namespace esphome::mqtt
