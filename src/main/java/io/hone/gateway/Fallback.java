package io.hone.gateway;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is asked where a provider does not answer, or only with an error that is its own.
 *
 * @param provider name of one of the same kind
 * @param models how a model is called there, by the name it is asked for; another keeps its name
 */
public record Fallback(String provider, Map<String, String> models) implements Serializable {

    public Fallback {
        models = Collections.unmodifiableMap(new TreeMap<>(models));
    }
}
