/** Code that goes on reporting to a session, ready to run against this server. */

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
  -H 'Content-Type: application/json' \\
  -d ${shellQuoted(`[{"step": ${step}, "metrics": {${key}: 0.91}}]`)}

curl -X PUT ${url}/status \\
  -H 'Content-Type: application/json' \\
  -d '{"status": "completed"}'`,
    Python: `import json, urllib.request

def send(method, path, body):
    request = urllib.request.Request(
        "${url}" + path, json.dumps(body).encode(),
        {"Content-Type": "application/json"}, method=method)
    return json.load(urllib.request.urlopen(request))

send("POST", "/steps", [{"step": ${step}, "metrics": {${key}: 0.91}}])
send("PUT", "/status", {"status": "completed"})`,
    Java: `import java.net.URI;
import java.net.http.*;

var client = HttpClient.newHttpClient();
var steps = ${JSON.stringify(`[{"step": ${step}, "metrics": {${key}: 0.91}}]`)};
client.send(HttpRequest.newBuilder(URI.create("${url}/steps"))
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
    curl: `curl ${url}\ncurl ${shellQuoted(series)}`,
    Python: `import json, urllib.request

session = json.load(urllib.request.urlopen("${url}"))
series = json.load(urllib.request.urlopen("${series}"))`,
    Java: `var answer = java.net.http.HttpClient.newHttpClient().send(
    java.net.http.HttpRequest.newBuilder(java.net.URI.create("${series}")).build(),
    java.net.http.HttpResponse.BodyHandlers.ofString());`,
  };
}

function shellQuoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
