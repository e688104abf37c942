import { ConfigResourceTypes, type Admin } from 'kafkajs';

/**
 * All of a cluster that a tap could have changed, in a form that can be compared: topics with their
 * partitions, ends and settings, and groups with their members and offsets.
 */
export async function kafkaState(admin: Admin): Promise<unknown> {
  const topics = (await admin.listTopics()).sort();
  const groups = (await admin.listGroups()).groups.map((g) => g.groupId).sort();
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics });
  const ends: Record<string, unknown> = {};
  const byPartition = (a: { partition: number }, b: { partition: number }): number => a.partition - b.partition;
  for (const topic of topics) ends[topic] = (await admin.fetchTopicOffsets(topic)).sort(byPartition);
  const configs = topics.length === 0 ? [] : (await admin.describeConfigs({
    includeSynonyms: false, resources: topics.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  })).resources.map((r) => [r.resourceName, r.configEntries.map((e) => `${e.configName}=${e.configValue}`).sort()]);
  const described = groups.length === 0 ? [] : (await admin.describeGroups(groups)).groups
    .map((g) => [g.groupId, g.state, g.members.map((m) => m.memberId).sort()]);
  const offsets: Record<string, unknown> = {};
  for (const groupId of groups) {
    offsets[groupId] = (await admin.fetchOffsets({ groupId }))
      .map((t) => ({ ...t, partitions: [...t.partitions].sort(byPartition) }))
      .sort((a, b) => a.topic.localeCompare(b.topic));
  }
  return {
    topics: metadata.map((t) => [t.name, t.partitions.map((p) => [p.partitionId, p.leader]).sort()])
      .sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
    ends,
    configs: configs.sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
    groups: described.sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
    offsets,
  };
}
