#include "mqtt_client.h"

#include <cstdlib>

#include "esphome/core/hal.h"

namespace esphome::mqtt {

void MQTTClientComponent::setup() {
  mosquitto_lib_init();
  this->line_ = mosquitto_new(this->client_id_.c_str(), this->clean_, this);
  // the program is built once and stands in for devices with passwords of their own
  const char *password = getenv("LUOT_MQTT_PASSWORD");
  mosquitto_username_pw_set(this->line_, this->user_.c_str(), password != nullptr ? password : this->password_.c_str());
  if (!this->authority_.empty())
    mosquitto_tls_set(this->line_, this->authority_.c_str(), nullptr, nullptr, nullptr, nullptr);
  mosquitto_will_set(this->line_, this->will_.topic.c_str(), this->will_.payload.size(), this->will_.payload.c_str(), this->will_.qos, this->will_.retain);
  mosquitto_connect_callback_set(this->line_, [](struct mosquitto *, void *self, int code) {
    auto *me = static_cast<MQTTClientComponent *>(self);
    if (code != 0)
      return;
    me->connected_ = true;
    for (auto &one : me->wanted_)
      mosquitto_subscribe(me->line_, nullptr, one.topic.c_str(), one.qos);
    me->publish(me->birth_.topic, me->birth_.payload, me->birth_.qos, me->birth_.retain);
  });
  mosquitto_disconnect_callback_set(this->line_, [](struct mosquitto *, void *self, int) { static_cast<MQTTClientComponent *>(self)->connected_ = false; });
  mosquitto_message_callback_set(this->line_, [](struct mosquitto *, void *self, const struct mosquitto_message *message) {
    const std::string payload(static_cast<const char *>(message->payload), message->payloadlen);
    for (auto &one : static_cast<MQTTClientComponent *>(self)->wanted_)
      if (one.topic == message->topic)
        one.heard(payload);
  });
}

void MQTTClientComponent::loop() {
  if (mosquitto_loop(this->line_, 0, 1) != MOSQ_ERR_SUCCESS) {
    this->connected_ = false;
    if (!this->tried_ || millis() - this->tried_at_ > AGAIN_MS) {
      this->tried_ = true;
      this->tried_at_ = millis();
      mosquitto_connect(this->line_, this->host_.c_str(), this->port_, this->keepalive_);
    }
  }
}

}  // namespace esphome::mqtt
