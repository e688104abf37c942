import type { Rule } from '../rule';
import capacityDiscardOld from './capacity/discard-old';
import capacityDropHead from './capacity/drop-head';
import capacityOfflineQueue from './capacity/offline-queue';
import capacityOffsetsExpiry from './capacity/offsets-expiry';
import capacityPrefetch from './capacity/prefetch';
import capacityRetentionLag from './capacity/retention-lag';
import capacitySlowConsumer from './capacity/slow-consumer';
import capacityTtl from './capacity/ttl';
import consumerAckBeforeWork from './consumer/ack-before-work';
import consumerAckNone from './consumer/ack-none';
import consumerAckTimeout from './consumer/ack-timeout';
import consumerAutoAck from './consumer/auto-ack';
import consumerAutoCommit from './consumer/auto-commit';
import consumerAutoCommitAsync from './consumer/auto-commit-async';
import consumerAutoOffsetStore from './consumer/auto-offset-store';
import consumerCleanSession from './consumer/clean-session';
import consumerCommitFirst from './consumer/commit-first';
import consumerEphemeral from './consumer/ephemeral';
import consumerNotIdempotent from './consumer/not-idempotent';
import consumerPollBudget from './consumer/poll-budget';
import consumerRandomClientId from './consumer/random-client-id';
import consumerResetLatest from './consumer/reset-latest';
import deliveryDeclaredExceedsDerived from './delivery/declared-exceeds-derived';
import deliveryEoAutoCommit from './delivery/eo-auto-commit';
import deliveryEoExternalSink from './delivery/eo-external-sink';
import deliveryEoReadUncommitted from './delivery/eo-read-uncommitted';
import deliveryMqttQosMismatch from './delivery/mqtt-qos-mismatch';
import deliveryUndeclared from './delivery/undeclared';
import dlqAtMostOnce from './dlq/at-most-once';
import dlqCycle from './dlq/cycle';
import dlqLimitDrops from './dlq/limit-drops';
import dlqLogAndSkip from './dlq/log-and-skip';
import dlqMaxDeliverSilent from './dlq/max-deliver-silent';
import dlqMissing from './dlq/missing';
import dlqNackRequeueLoop from './dlq/nack-requeue-loop';
import dlqNoConsumer from './dlq/no-consumer';
import dlqPartitionMismatch from './dlq/partition-mismatch';
import dlqStrategyFallback from './dlq/strategy-fallback';
import dlqTargetMissing from './dlq/target-missing';
import dlqToleranceAll from './dlq/tolerance-all';
import durabilityAutoCreate from './durability/auto-create';
import durabilityBrokerMemory from './durability/broker-memory';
import durabilityClassicUnreplicated from './durability/classic-unreplicated';
import durabilityCompaction from './durability/compaction';
import durabilityInterestEmpty from './durability/interest-empty';
import durabilityMemoryStorage from './durability/memory-storage';
import durabilityMinIsrEqualsRf from './durability/min-isr-equals-rf';
import durabilityNonDurable from './durability/non-durable';
import durabilityReplication from './durability/replication';
import durabilitySyncInterval from './durability/sync-interval';
import durabilityUnclean from './durability/unclean';
import fitDurability from './fit/durability';
import fitLatency from './fit/latency';
import fitMessageSize from './fit/message-size';
import fitOffline from './fit/offline';
import fitOrdering from './fit/ordering';
import fitReplay from './fit/replay';
import fitThroughput from './fit/throughput';
import lintUnknownRule from './lint/unknown-rule';
import lintUnusedSuppression from './lint/unused-suppression';
import managedCcloudFixed from './managed/ccloud-fixed';
import managedCloudamqpIdle from './managed/cloudamqp-idle';
import managedCloudamqpUnacked from './managed/cloudamqp-unacked';
import managedMskTwoAz from './managed/msk-two-az';
import managedMskUnclean from './managed/msk-unclean';
import opsNaming from './ops/naming';
import opsNoMonitor from './ops/no-monitor';
import opsNoOwner from './ops/no-owner';
import orderingCompeting from './ordering/competing';
import orderingDlqBreaks from './ordering/dlq-breaks';
import orderingMixedPartitioner from './ordering/mixed-partitioner';
import orderingNoKey from './ordering/no-key';
import orderingPartitionChange from './ordering/partition-change';
import orderingPublishWindow from './ordering/publish-window';
import producerAcksAllSingleCopy from './producer/acks-all-single-copy';
import producerAcksNotAll from './producer/acks-not-all';
import producerCorePublish from './producer/core-publish';
import producerDeliveryTimeout from './producer/delivery-timeout';
import producerIdempotenceOff from './producer/idempotence-off';
import producerMissingAcks from './producer/missing-acks';
import producerNoConfirms from './producer/no-confirms';
import producerNoOutbox from './producer/no-outbox';
import producerNoTransactionalId from './producer/no-transactional-id';
import producerQos0 from './producer/qos0';
import producerResultIgnored from './producer/result-ignored';
import producerRetryReorder from './producer/retry-reorder';
import producerTransactionalIdShared from './producer/transactional-id-shared';
import producerTransientMessage from './producer/transient-message';
import producerUnroutable from './producer/unroutable';
import retryNoBackoff from './retry/no-backoff';
import retryOutlivesRetention from './retry/outlives-retention';
import rpcNoTimeout from './rpc/no-timeout';
import rpcReplyAckMode from './rpc/reply-ack-mode';
import schemaCompatNone from './schema/compat-none';
import schemaDanglingVersion from './schema/dangling-version';
import schemaIncompatible from './schema/incompatible';
import schemaMissing from './schema/missing';
import schemaUnversioned from './schema/unversioned';
import schemaUpgradeOrder from './schema/upgrade-order';
import securityAnonymous from './security/anonymous';
import securityDefaultCredentials from './security/default-credentials';
import securityOpenAcl from './security/open-acl';
import securityPlaintext from './security/plaintext';
import securitySecretInFile from './security/secret-in-file';
import topologyConflict from './topology/conflict';
import topologyCycle from './topology/cycle';
import topologyDanglingRef from './topology/dangling-ref';
import topologyDuplicateGroup from './topology/duplicate-group';
import topologyFilterMismatch from './topology/filter-mismatch';
import topologyNoConsumer from './topology/no-consumer';
import topologyNoProducer from './topology/no-producer';
import topologyOrphan from './topology/orphan';

/** Every rule, sorted by name. A test compares the list with the folder. */
export const rules: readonly Rule[] = [
  capacityDiscardOld,
  capacityDropHead,
  capacityOfflineQueue,
  capacityOffsetsExpiry,
  capacityPrefetch,
  capacityRetentionLag,
  capacitySlowConsumer,
  capacityTtl,
  consumerAckBeforeWork,
  consumerAckNone,
  consumerAckTimeout,
  consumerAutoAck,
  consumerAutoCommit,
  consumerAutoCommitAsync,
  consumerAutoOffsetStore,
  consumerCleanSession,
  consumerCommitFirst,
  consumerEphemeral,
  consumerNotIdempotent,
  consumerPollBudget,
  consumerRandomClientId,
  consumerResetLatest,
  deliveryDeclaredExceedsDerived,
  deliveryEoAutoCommit,
  deliveryEoExternalSink,
  deliveryEoReadUncommitted,
  deliveryMqttQosMismatch,
  deliveryUndeclared,
  dlqAtMostOnce,
  dlqCycle,
  dlqLimitDrops,
  dlqLogAndSkip,
  dlqMaxDeliverSilent,
  dlqMissing,
  dlqNackRequeueLoop,
  dlqNoConsumer,
  dlqPartitionMismatch,
  dlqStrategyFallback,
  dlqTargetMissing,
  dlqToleranceAll,
  durabilityAutoCreate,
  durabilityBrokerMemory,
  durabilityClassicUnreplicated,
  durabilityCompaction,
  durabilityInterestEmpty,
  durabilityMemoryStorage,
  durabilityMinIsrEqualsRf,
  durabilityNonDurable,
  durabilityReplication,
  durabilitySyncInterval,
  durabilityUnclean,
  fitDurability,
  fitLatency,
  fitMessageSize,
  fitOffline,
  fitOrdering,
  fitReplay,
  fitThroughput,
  lintUnknownRule,
  lintUnusedSuppression,
  managedCcloudFixed,
  managedCloudamqpIdle,
  managedCloudamqpUnacked,
  managedMskTwoAz,
  managedMskUnclean,
  opsNaming,
  opsNoMonitor,
  opsNoOwner,
  orderingCompeting,
  orderingDlqBreaks,
  orderingMixedPartitioner,
  orderingNoKey,
  orderingPartitionChange,
  orderingPublishWindow,
  producerAcksAllSingleCopy,
  producerAcksNotAll,
  producerCorePublish,
  producerDeliveryTimeout,
  producerIdempotenceOff,
  producerMissingAcks,
  producerNoConfirms,
  producerNoOutbox,
  producerNoTransactionalId,
  producerQos0,
  producerResultIgnored,
  producerRetryReorder,
  producerTransactionalIdShared,
  producerTransientMessage,
  producerUnroutable,
  retryNoBackoff,
  retryOutlivesRetention,
  rpcNoTimeout,
  rpcReplyAckMode,
  schemaCompatNone,
  schemaDanglingVersion,
  schemaIncompatible,
  schemaMissing,
  schemaUnversioned,
  schemaUpgradeOrder,
  securityAnonymous,
  securityDefaultCredentials,
  securityOpenAcl,
  securityPlaintext,
  securitySecretInFile,
  topologyConflict,
  topologyCycle,
  topologyDanglingRef,
  topologyDuplicateGroup,
  topologyFilterMismatch,
  topologyNoConsumer,
  topologyNoProducer,
  topologyOrphan,
];
