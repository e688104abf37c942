/** Keys of mosquitto.conf(5), 2.1 and before, that hardly any other line-by-line configuration has. */
const own = `accept_protocol_versions acl_file allow_anonymous allow_duplicate_messages
  allow_zero_length_clientid auth_plugin auth_plugin_deny_special_chars auto_id_prefix autosave_interval autosave_on_changes
  check_retain_source clientid_prefixes connection_messages enable_control_api global_plugin listener
  listener_allow_anonymous listener_auto_id_prefix log_timestamp_format max_inflight_bytes
  max_inflight_messages
  max_keepalive max_packet_size max_qos maximum_qos max_queued_bytes max_queued_messages max_topic_alias
  max_topic_alias_broker message_size_limit mount_point password_file per_listener_settings persistence_file
  persistence_location persistent_client_expiration psk_file psk_hint queue_qos0_messages retain_available
  retain_expiry_interval retained_persistence set_tcp_nodelay sys_interval upgrade_outgoing_qos
  use_identity_as_username use_subject_as_username use_username_as_clientid websockets_headers_size
  websockets_log_level websockets_origin global_max_clients global_max_connections log_dest
  local_cleansession local_clientid local_password local_username notification_topic notifications
  notifications_local_only remote_clientid remote_password remote_username try_private cleansession
  bridge_attempt_unsubscribe bridge_outgoing_retain bridge_protocol_version bridge_cafile bridge_capath
  bridge_certfile bridge_keyfile bridge_insecure bridge_identity bridge_psk bridge_alpn bridge_tls_version
  bridge_bind_address bridge_max_packet_size bridge_max_topic_alias bridge_receive_maximum bridge_reload_type
  bridge_require_ocsp bridge_session_expiry_interval bridge_tcp_keepalive bridge_tcp_user_timeout
  bridge_tls_use_os_certs bridge_ciphers`;

/** Keys that it shares with others. */
const shared = `address addresses bind_address bind_interface cafile capath certfile ciphers ciphers_tls1.3
  clientid connection crlfile dhparamfile disable_client_cert_date_checks enable_proxy_protocol http_dir
  idle_timeout
  include_dir keepalive_interval keyfile log_facility log_timestamp log_type max_connections memory_limit
  packet_buffer_size password persistence pid_file plugin plugin_load plugin_use port protocol
  proxy_protocol_v2_require_tls require_certificate restart_timeout retry_interval round_robin socket_domain
  start_type threshold tls_engine tls_engine_kpass_sha1 tls_keyform tls_version topic user username`;

export const ownKeys: ReadonlySet<string> = new Set(own.trim().split(/\s+/));
export const sharedKeys: ReadonlySet<string> = new Set(shared.trim().split(/\s+/));

/** Options of plugins have names of their own. */
export function isKey(key: string): boolean {
  return ownKeys.has(key) || sharedKeys.has(key) || /^(plugin|auth)_opt_/.test(key);
}
