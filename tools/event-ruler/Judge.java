import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.event.ruler.Machine;

/** Reads cases ({pattern, event}, one a line) and writes each with the verdict of EventBridge's own matcher. */
public final class Judge {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      ObjectNode told = (ObjectNode) json.readTree(line);
      Machine machine = new Machine();
      machine.addRule("rule", json.writeValueAsString(told.get("pattern")));
      JsonNode event = told.get("event");
      told.put("fits", !machine.rulesForJSONEvent(json.writeValueAsString(event)).isEmpty());
      System.out.println(json.writeValueAsString(told));
    }
  }
}
