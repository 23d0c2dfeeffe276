package io.hone.events;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/** Tells what has happened, after it is durable and before the request that did it is answered. Thread-safe. */
@Singleton
public class Events {

    private final Consumer<Object> observers;

    @Inject
    public Events(Event<Object> event) {
        this(event::fire);
    }

    /** For code that runs without a container. */
    public Events(Consumer<Object> observers) {
        this.observers = observers;
    }

    /** Calls every observer of that event's type on this thread. */
    public void fire(Object event) {
        observers.accept(event);
    }
}
