import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Reads pairs, `reader TAB writer` a line, and prints what Avro's own SchemaCompatibility says of each. */
public class Judge {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder out = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] pair = line.split("\t");
      String verdict;
      try {
        Schema reader = new Schema.Parser().parse(pair[0]);
        Schema writer = new Schema.Parser().parse(pair[1]);
        TreeSet<String> types = new TreeSet<>();
        for (SchemaCompatibility.Incompatibility one : SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult().getIncompatibilities()) {
          types.add(one.getType().name());
        }
        verdict = types.isEmpty() ? "-" : String.join(" ", types);
      } catch (RuntimeException | StackOverflowError e) {
        verdict = "ERROR " + String.valueOf(e.getMessage()).split("\n")[0];
      }
      out.append(verdict).append('\n');
    }
    System.out.print(out);
  }
}
