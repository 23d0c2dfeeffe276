package io.hone.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.hone.auth.Access;
import io.hone.auth.AccessPrincipal;
import io.hone.auth.Identity;
import io.hone.auth.Role;
import io.hone.http.Json;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/live}: one instance a connection; translates messages to {@link Live}. */
@ServerEndpoint(value = "/api/v1/live", subprotocols = "hone")
@Dependent
public class LiveEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(LiveEndpoint.class);
    private static final int LONGEST_MESSAGE = 65_536;
    private static final int MOST_TOPICS = 1_000;

    /** 401 among the codes that applications define (RFC 6455, section 7.4.2). */
    private static final int ACCESS_ENDED = 4401;

    private final Live live;
    private final Access access;
    private final LiveCounts counts;
    private final Settings settings;
    private @Nullable LiveConnection connection;

    @Inject
    public LiveEndpoint(Live live, Access access, LiveCounts counts, Settings settings) {
        this.live = live;
        this.access = access;
        this.counts = counts;
        this.settings = settings;
    }

    @OnOpen
    public void open(Session session) throws IOException {
        counts.opened();
        session.setMaxTextMessageBufferSize(LONGEST_MESSAGE);
        session.setMaxIdleTimeout(0);
        if (live.connections() >= settings.get(SettingsCatalogue.LIVE_CONNECTIONS)) {
            session.close(new CloseReason(CloseReason.CloseCodes.TRY_AGAIN_LATER, "Too many live connections"));
            return;
        }
        if (!(session.getUserPrincipal() instanceof AccessPrincipal caller)) {
            session.close(accessEnded());
            return;
        }
        LiveConnection opened = new LiveConnection(
                LiveConnection.over(session.getAsyncRemote()),
                counts,
                settings.get(SettingsCatalogue.LIVE_QUEUE).intValue(),
                caller.identity(),
                () -> close(session));
        connection = opened;
        live.add(opened);
    }

    @OnMessage
    public void message(String text) {
        counts.received(text.getBytes(StandardCharsets.UTF_8).length);
        LiveConnection client = connection;
        if (client == null) {
            return;
        }
        try {
            ClientMessage message = Json.MAPPER.readValue(text, ClientMessage.class);
            answer(client, message == null ? new ClientMessage(null, null, null, null) : message);
        } catch (JsonProcessingException e) {
            refuse(client, "The message is no JSON object with type, topics, last_seq and token");
        }
    }

    @OnClose
    public void close(CloseReason reason) {
        counts.closed(reason.getCloseCode().getCode());
        if (connection != null) {
            live.remove(connection);
        }
    }

    @OnError
    public void error(Throwable thrown) {
        // A client that goes away without a goodbye: the close that follows cleans up.
        LOG.debug("Live connection failed", thrown);
    }

    private void answer(LiveConnection client, ClientMessage message) {
        switch (message.type() == null ? "" : message.type()) {
            case "subscribe" -> {
                List<String> topics = topics(client, message);
                if (topics != null) {
                    live.subscribe(client, topics, message.lastSeq() == null ? -1 : message.lastSeq());
                }
            }
            case "unsubscribe" -> {
                List<String> topics = topics(client, message);
                if (topics != null) {
                    client.unsubscribe(topics);
                    live.send(client, live.message("unsubscribed", Map.of("topics", topics)));
                }
            }
            case "authenticate" -> authenticate(client, message.token());
            case "ping" -> live.send(client, live.message("pong", Map.of()));
            default -> refuse(client, "type is none of subscribe, unsubscribe, authenticate, ping");
        }
    }

    /** The same caller goes on with a newer token; another one has to connect anew. */
    private void authenticate(LiveConnection client, @Nullable String token) {
        Identity identity = token == null ? null : access.identify(token);
        if (identity == null || !identity.name().equals(client.identity().name())) {
            refuse(client, "token is no valid one of the caller who opened the connection");
            return;
        }
        client.identity(identity);
        live.send(client, live.message("authenticated", Map.of()));
    }

    private static void close(Session session) {
        try {
            session.close(accessEnded());
        } catch (IOException e) {
            LOG.debug("A live connection was gone before it could be closed", e);
        }
    }

    private static CloseReason accessEnded() {
        return new CloseReason(() -> ACCESS_ENDED, "Sign in again");
    }

    private @Nullable List<String> topics(LiveConnection client, ClientMessage message) {
        if (message.topics() == null || message.topics().isEmpty()) {
            refuse(client, "topics is missing or empty");
            return null;
        }
        List<String> topics = new ArrayList<>();
        for (String topic : message.topics()) {
            if (topic == null || !Topics.isKnown(topic)) {
                refuse(client, "topics has one that does not exist; there are " + Topics.list());
                return null;
            }
            if (Topics.isOfAdmins(topic) && client.identity().role() != Role.ADMIN) {
                refuse(client, "The topic %s takes the role admin, as what it tells of does".formatted(topic));
                return null;
            }
            topics.add(topic);
        }
        if (client.topics().size() + topics.size() > MOST_TOPICS) {
            refuse(client, "A connection holds at most %d topics".formatted(MOST_TOPICS));
            return null;
        }
        return topics;
    }

    private void refuse(LiveConnection client, String detail) {
        live.send(client, live.message("error", Map.of("detail", detail)));
    }
}
