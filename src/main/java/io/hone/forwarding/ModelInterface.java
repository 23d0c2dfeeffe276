package io.hone.forwarding;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** How providers of models are asked, where Hone itself does: in OpenAI's way (chat completions) or Anthropic's (messages). */
final class ModelInterface {

    /** A base address that ends with the version of the interface. */
    private static final Pattern VERSIONED = Pattern.compile(".*/v\\d+(beta)?");

    private static final String ANTHROPIC_VERSION = "2023-06-01";

    private ModelInterface() {}

    /** A path below the base address, with the version where that has none. */
    static String versioned(Provider provider, String path) {
        return VERSIONED.matcher(provider.baseUrl()).matches() ? path : "/v1" + path;
    }

    /** Where models are asked. Clients of OpenAI have the version in their base address always, those of Anthropic never. */
    static String path(Provider provider) {
        return provider.kind() == ProviderKind.ANTHROPIC ? versioned(provider, "/messages") : "/chat/completions";
    }

    /** Names and values in turn of what a request has to say beside its body. */
    static List<String> fields(Provider provider, String userAgent) {
        return provider.kind() == ProviderKind.ANTHROPIC
                ? List.of("User-Agent", userAgent, "anthropic-version", ANTHROPIC_VERSION)
                : List.of("User-Agent", userAgent);
    }

    /**
     * A question whose answer chance has no part in.
     *
     * @param instructions how to answer
     * @param text what it is about
     * @param mostTokens of the answer
     */
    static Map<String, Object> question(
            Provider provider, String model, String instructions, String text, int mostTokens) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("max_tokens", mostTokens);
        body.put("temperature", 0);
        List<Map<String, String>> messages = new ArrayList<>();
        if (provider.kind() == ProviderKind.ANTHROPIC) {
            body.put("system", instructions);
        } else {
            messages.add(Map.of("role", "system", "content", instructions));
        }
        messages.add(Map.of("role", "user", "content", text));
        body.put("messages", messages);
        return body;
    }

    /** The words of an answer in either form; empty where there are none. */
    static String text(JsonNode answer) {
        JsonNode content = answer.at("/choices/0/message/content");
        if (content.isMissingNode()) {
            content = answer.path("content");
        }
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asText(""));
        }
        return text.toString();
    }

    /** Whether the answer ends where it had to and not where it would. */
    static boolean isCut(JsonNode answer) {
        return answer.at("/choices/0/finish_reason").asText("").equals("length")
                || answer.path("stop_reason").asText("").equals("max_tokens");
    }
}
