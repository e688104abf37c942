import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The Java client on a lead: does what each line of standard input says, and tells it as lines of JSON. It ends when its
 * standard input ends. Argument: {"topic", "output"?, "producer"?: {properties}, "consumer"?: {properties}}.
 */
public class KafkaClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();

  public static void main(String[] args) throws Exception {
    JsonNode options = JSON.readTree(args[0]);
    String topic = options.get("topic").asText();
    String output = options.path("output").asText(topic);
    KafkaProducer<String, String> producer = null;
    if (options.has("producer")) {
      Properties properties = properties(options.get("producer"), "Serializer");
      producer = new KafkaProducer<>(properties);
      if (properties.containsKey("transactional.id")) producer.initTransactions();
    }
    KafkaConsumer<String, String> consumer = null;
    if (options.has("consumer")) {
      consumer = new KafkaConsumer<>(properties(options.get("consumer"), "Deserializer"));
      consumer.subscribe(List.of(topic));
    }
    say("ready", null);

    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "send": {
          int n = Integer.parseInt(words[1]);
          producer.send(new ProducerRecord<>(output, "order", words[1]), (metadata, error) ->
              say(error == null ? "acked" : "failed", n));
          say("sent", n);
          break;
        }
        case "begin": producer.beginTransaction(); say("begun", null); break;
        case "commit": producer.commitTransaction(); say("committed", null); break;
        case "offsets":
          producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
          say("offsets", null);
          break;
        // Hands over what one poll returns; an empty one is tried again for a while.
        case "poll": {
          for (int tries = 0; tries < Integer.parseInt(words[1]); tries++) {
            var records = consumer.poll(Duration.ofMillis(200));
            for (ConsumerRecord<String, String> record : records) {
              positions.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
              say("taken", Integer.parseInt(record.value()));
            }
            if (!records.isEmpty()) break;
          }
          say("polled", null);
          break;
        }
        default: throw new IllegalArgumentException(line);
      }
    }
    // No closing in order: a client that is to go is killed.
    Runtime.getRuntime().halt(0);
  }

  private static Properties properties(JsonNode given, String kind) {
    Properties properties = new Properties();
    String name = "org.apache.kafka.common.serialization.String" + kind;
    properties.put("key." + kind.toLowerCase(), name);
    properties.put("value." + kind.toLowerCase(), name);
    given.fields().forEachRemaining((entry) -> properties.put(entry.getKey(), entry.getValue().asText()));
    return properties;
  }

  private static synchronized void say(String event, Integer n) {
    System.out.println("{\"event\":\"" + event + "\"" + (n == null ? "" : ",\"n\":" + n) + "}");
    System.out.flush();
  }
}
