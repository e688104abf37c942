import type { Rule } from '../rule';
import consumerAckNone from './consumer/ack-none';
import consumerAutoAck from './consumer/auto-ack';
import consumerAutoCommit from './consumer/auto-commit';
import consumerAutoCommitAsync from './consumer/auto-commit-async';
import consumerCleanSession from './consumer/clean-session';
import consumerCommitFirst from './consumer/commit-first';
import deliveryMqttQosMismatch from './delivery/mqtt-qos-mismatch';
import dlqCycle from './dlq/cycle';
import dlqMissing from './dlq/missing';
import dlqNoConsumer from './dlq/no-consumer';
import dlqTargetMissing from './dlq/target-missing';
import dlqToleranceAll from './dlq/tolerance-all';
import durabilityMinIsr from './durability/min-isr';
import durabilityNonDurable from './durability/non-durable';
import durabilityReplication from './durability/replication';
import lintUnknownRule from './lint/unknown-rule';
import lintUnusedSuppression from './lint/unused-suppression';
import producerAcksNotAll from './producer/acks-not-all';
import producerCorePublish from './producer/core-publish';
import producerMissingAcks from './producer/missing-acks';
import producerNoConfirms from './producer/no-confirms';
import producerQos0 from './producer/qos0';
import producerTransientMessage from './producer/transient-message';
import producerUnroutable from './producer/unroutable';
import schemaDanglingVersion from './schema/dangling-version';
import schemaMissing from './schema/missing';
import schemaUnversioned from './schema/unversioned';
import securityDefaultCredentials from './security/default-credentials';
import securityPlaintext from './security/plaintext';
import securitySecretInFile from './security/secret-in-file';
import topologyConflict from './topology/conflict';
import topologyDanglingRef from './topology/dangling-ref';
import topologyDuplicateGroup from './topology/duplicate-group';
import topologyFilterMismatch from './topology/filter-mismatch';
import topologyNoConsumer from './topology/no-consumer';
import topologyNoProducer from './topology/no-producer';
import topologyOrphan from './topology/orphan';

/** Every rule, sorted by name. A test compares the list with the folder. */
export const rules: readonly Rule[] = [
  consumerAckNone,
  consumerAutoAck,
  consumerAutoCommit,
  consumerAutoCommitAsync,
  consumerCleanSession,
  consumerCommitFirst,
  deliveryMqttQosMismatch,
  dlqCycle,
  dlqMissing,
  dlqNoConsumer,
  dlqTargetMissing,
  dlqToleranceAll,
  durabilityMinIsr,
  durabilityNonDurable,
  durabilityReplication,
  lintUnknownRule,
  lintUnusedSuppression,
  producerAcksNotAll,
  producerCorePublish,
  producerMissingAcks,
  producerNoConfirms,
  producerQos0,
  producerTransientMessage,
  producerUnroutable,
  schemaDanglingVersion,
  schemaMissing,
  schemaUnversioned,
  securityDefaultCredentials,
  securityPlaintext,
  securitySecretInFile,
  topologyConflict,
  topologyDanglingRef,
  topologyDuplicateGroup,
  topologyFilterMismatch,
  topologyNoConsumer,
  topologyNoProducer,
  topologyOrphan,
];
