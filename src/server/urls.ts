/** True if a broker's URL says by its scheme that the connection is encrypted. */
export function hasTlsScheme(url: string): boolean {
  return /^(amqps|mqtts|ssl|tls|wss|https|sasl_ssl|rabbitmq\+tls|kafka\+ssl|kafka-secure|secure-mqtt):/i.test(url);
}
