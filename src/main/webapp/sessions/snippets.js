/** Code that goes on reporting to a session, ready to run against this server once HONE_KEY holds a key. */

const CURL_KEY = '-H "Authorization: Bearer $HONE_KEY"';

/**
 * @param {string} id
 * @param {string} metric a metric the session has, so that the example continues its chart
 * @param {number} step the next one
 * @returns {Record<string, string>} by language
 */
export function reportSnippets(id, metric, step) {
  const url = `${location.origin}/api/v1/sessions/${id}`;
  const key = JSON.stringify(metric);
  return {
    curl: `curl -X POST ${url}/steps \\
  ${CURL_KEY} \\
  -H 'Content-Type: application/json' \\
  -d ${shellQuoted(`[{"step": ${step}, "metrics": {${key}: 0.91}}]`)}

curl -X PUT ${url}/status \\
  ${CURL_KEY} \\
  -H 'Content-Type: application/json' \\
  -d '{"status": "completed"}'`,
    Python: `import json, os, urllib.request

def send(method, path, body):
    request = urllib.request.Request(
        "${url}" + path, json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["HONE_KEY"], "Content-Type": "application/json"},
        method=method)
    return json.load(urllib.request.urlopen(request))

send("POST", "/steps", [{"step": ${step}, "metrics": {${key}: 0.91}}])
send("PUT", "/status", {"status": "completed"})`,
    Java: `import java.net.URI;
import java.net.http.*;

var client = HttpClient.newHttpClient();
var steps = ${JSON.stringify(`[{"step": ${step}, "metrics": {${key}: 0.91}}]`)};
client.send(HttpRequest.newBuilder(URI.create("${url}/steps"))
        .header("Authorization", "Bearer " + System.getenv("HONE_KEY"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(steps)).build(),
    HttpResponse.BodyHandlers.ofString());`,
  };
}

/**
 * @param {string} id
 * @param {string} metric
 * @returns {Record<string, string>} how to read a session that takes no more steps
 */
export function readSnippets(id, metric) {
  const url = `${location.origin}/api/v1/sessions/${id}`;
  const series = `${url}/steps?metric=${encodeURIComponent(metric)}`;
  return {
    curl: `curl ${CURL_KEY} ${url}\ncurl ${CURL_KEY} ${shellQuoted(series)}`,
    Python: `import json, os, urllib.request

def read(url):
    return json.load(urllib.request.urlopen(urllib.request.Request(
        url, headers={"Authorization": "Bearer " + os.environ["HONE_KEY"]})))

session = read("${url}")
series = read("${series}")`,
    Java: `import java.net.URI;
import java.net.http.*;

var answer = HttpClient.newHttpClient().send(
    HttpRequest.newBuilder(URI.create("${series}"))
        .header("Authorization", "Bearer " + System.getenv("HONE_KEY")).build(),
    HttpResponse.BodyHandlers.ofString());`,
  };
}

function shellQuoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
