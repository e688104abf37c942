import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;

/**
 * A member of a share group on a lead. Argument: {"broker", "topic", "group", "poison"?}. Lines of standard input: `poll TRIES`
 * takes records, works on each and accepts it, but releases the one whose number is `poison`; `hold` takes records and does
 * nothing with them. It ends when its standard input ends.
 */
public class ShareClient {
  public static void main(String[] args) throws Exception {
    JsonNode options = new ObjectMapper().readTree(args[0]);
    String group = options.get("group").asText();
    int poison = options.path("poison").asInt(-1);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", options.get("broker").asText()))) {
      var fromBeginning = new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), List.of(fromBeginning))).all().get();
    }
    Properties properties = new Properties();
    properties.put("bootstrap.servers", options.get("broker").asText());
    properties.put("group.id", group);
    properties.put("share.acknowledgement.mode", "explicit");
    properties.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
    properties.put("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
    KafkaShareConsumer<String, String> consumer = new KafkaShareConsumer<>(properties);
    consumer.subscribe(List.of(options.get("topic").asText()));
    say("ready", null);

    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      boolean hold = words[0].equals("hold");
      for (int tries = 0; tries < Integer.parseInt(words[1]); tries++) {
        var records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<String, String> record : records) {
          int n = Integer.parseInt(record.value());
          if (!hold && n != poison) say("processed", n);
          say("taken", n);
          if (!hold) consumer.acknowledge(record, n == poison ? AcknowledgeType.RELEASE : AcknowledgeType.ACCEPT);
        }
        if (hold && !records.isEmpty()) break;
        if (!hold && !records.isEmpty()) consumer.commitSync();
      }
      say("polled", null);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void say(String event, Integer n) {
    System.out.println("{\"event\":\"" + event + "\"" + (n == null ? "" : ",\"n\":" + n) + "}");
    System.out.flush();
  }
}
