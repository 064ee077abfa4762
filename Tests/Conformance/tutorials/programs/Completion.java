import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** A completion through Apache HttpClient: `plain` sends the body as the library does by itself, in ISO-8859-1. */
public class Completion {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        String prompt = new String(java.util.Base64.getDecoder().decode(arguments[1]), "UTF-8");
        String json = "{\"model\":\"text-davinci-003\",\"prompt\":\"" + prompt
            + "\",\"max_tokens\":200,\"temperature\":1.0,\"top_p\":1.0}";
        HttpPost post = new HttpPost(System.getenv("OPENAI_ROOT") + "/v1/completions");
        post.setHeader("Content-Type", "application/json");
        post.setHeader("Authorization", "Bearer " + System.getenv("OPENAI_API_KEY"));
        boolean plain = arguments[0].equals("plain");
        post.setEntity(plain ? new StringEntity(json) : new StringEntity(json, ContentType.APPLICATION_JSON));
        try (CloseableHttpClient client = HttpClients.createDefault();
                CloseableHttpResponse response = client.execute(post)) {
            JsonNode answer = new ObjectMapper().readTree(EntityUtils.toString(response.getEntity()));
            out.println(answer.has("choices") ? answer.get("choices").get(0).get("text").asText() : answer.toString());
        }
    }
}
