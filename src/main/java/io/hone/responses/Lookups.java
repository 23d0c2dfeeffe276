package io.hone.responses;

import io.hone.auth.AccessPrincipal;
import io.hone.auth.Identity;
import io.hone.cache.Epochs;
import io.hone.http.HoneApplication;
import io.hone.responses.CacheRule.Authenticated;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds out whether a request may be answered from what is held, and under which key. Thread-safe. */
@Singleton
class Lookups {

    /** Answers there carry tokens, whatever a rule says. */
    private static final String AUTH = HoneApplication.PATH + "/auth";

    /** With one of these, a request is about something else than the whole answer of now. */
    private static final List<String> UNUSUAL = List.of("Range", "If-Range", "If-Match", "If-Unmodified-Since");

    private final CacheRules rules;
    private final Adaptations adaptations;
    private final Settings settings;
    private final Epochs epochs;

    @Inject
    Lookups(CacheRules rules, Adaptations adaptations, Settings settings, Epochs epochs) {
        this.rules = rules;
        this.adaptations = adaptations;
        this.settings = settings;
        this.epochs = epochs;
    }

    /** The path of a request, decoded, as its servlet sees it. */
    static String path(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }

    /** Null where no answer to that request is ever held. */
    @Nullable
    Lookup find(HttpServletRequest request) throws IOException {
        long otherwise = settings.get(SettingsCatalogue.RESPONSE_TTL);
        String path = path(request);
        if (otherwise == 0 || path.startsWith(AUTH) || isUnusual(request)) {
            return null;
        }
        CacheRule rule = rules.find(path, request.getMethod());
        if (rule == null || adaptations.isLeftOut(rule)) {
            return null;
        }
        long ttlSeconds = rule.ttlSeconds() == null ? otherwise : rule.ttlSeconds();
        String caller = caller(request, path, rule.cacheAuthenticated());
        if (ttlSeconds == 0 || caller == null) {
            return null;
        }
        List<String> tags = new ArrayList<>(ResponseTags.of(path));
        tags.addAll(rule.tags());
        tags.add(rule.ownTag());
        // Before anything is made: what changes from here on outdates the answer.
        long epoch = epochs.of(tags);
        Fields fields = fields(request);
        List<String> varying = new ArrayList<>();
        for (String name : rule.varyHeaders()) {
            // Both encodings are made of one answer.
            if (!name.equalsIgnoreCase("Accept-Encoding")) {
                varying.add(String.valueOf(fields.joined(name)));
            }
        }
        boolean post = request.getMethod().equals("POST");
        byte[] body = post ? request.getInputStream().readAllBytes() : null;
        String key = CacheKeys.of(
                post ? "POST" : "GET", request.getRequestURI(), request.getQueryString(), caller, varying, body);
        return new Lookup(
                key,
                path,
                rule,
                TimeUnit.SECONDS.toMillis(ttlSeconds),
                List.copyOf(tags),
                epoch,
                fields,
                Wishes.of(fields),
                request.getMethod().equals("HEAD"),
                body);
    }

    private static boolean isUnusual(HttpServletRequest request) {
        for (String name : UNUSUAL) {
            if (request.getHeader(name) != null) {
                return true;
            }
        }
        // One path has many spellings: only the plain one is known to mean what the rule's author saw.
        String uri = request.getRequestURI();
        return uri.indexOf('%') >= 0 || uri.indexOf(';') >= 0 || uri.contains("//") || uri.contains("/.");
    }

    /**
     * Who may get what is held: the role, and unless it is shared the account or key, by its id. Never by its name, which
     * somebody else may have tomorrow.
     *
     * @return null where nothing may be held
     */
    static @Nullable String caller(HttpServletRequest request, String path, Authenticated authenticated) {
        if (!(request.getUserPrincipal() instanceof AccessPrincipal principal)) {
            // Nobody known gets nothing of the interface, nor does a credential that lets nobody in: what is behind
            // says so.
            return ResponseTags.isInterface(path) || request.getHeader("Authorization") != null ? null : "";
        }
        Identity identity = principal.identity();
        String role = identity.role().label();
        return switch (authenticated) {
            case NO -> null;
            // The permission of a servlet was asked for already, and its answer is the same for all that have it.
            case SHARED -> ResponseTags.isInterface(path) ? role : "";
            case PRIVATE -> {
                Object id = identity.accountId() != null ? identity.accountId() : identity.token();
                yield role + ' ' + identity.kind() + ' ' + (id == null ? identity.name() : id);
            }
        };
    }

    private static Fields fields(HttpServletRequest request) {
        List<Fields.Field> all = new ArrayList<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            if (!name.equalsIgnoreCase("Authorization") && !name.equalsIgnoreCase("Cookie")) {
                for (String value : Collections.list(request.getHeaders(name))) {
                    all.add(new Fields.Field(name, value));
                }
            }
        }
        return Fields.of(all);
    }
}
