package io.hone.tool.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages of customers and what they are about: what the prompt is to sort. */
final class Messages {

    /**
     * One message.
     *
     * @param label what it is about, one word
     */
    record Message(String text, String label) {

        /** As an example in a prompt. */
        String example() {
            return "\"%s\" -> %s".formatted(text, label);
        }
    }

    static final List<String> LABELS = List.of("billing", "delivery", "returns", "account");

    /** What prompts may show. */
    private static final List<Message> EXAMPLES = List.of(
            new Message("I was charged twice on my credit card", "billing"),
            new Message("please send an invoice with my company and tax number", "billing"),
            new Message("the discount is missing from the price I paid", "billing"),
            new Message("my parcel has not arrived yet", "delivery"),
            new Message("the courier left the package with a stranger", "delivery"),
            new Message("when will the order ship to another address", "delivery"),
            new Message("I want to send back these shoes, wrong size", "returns"),
            new Message("the lamp came broken, I need a replacement", "returns"),
            new Message("where is my refund for the item I returned", "returns"),
            new Message("I forgot my password and cannot log in", "account"),
            new Message("change the email of my profile", "account"),
            new Message("delete everything you store about me", "account"));

    /** What prompts are measured by. None of them is an example. */
    static final List<Message> HELD_OUT = List.of(
            new Message("my credit card was charged although I cancelled", "billing"),
            new Message("why is the price on the invoice higher", "billing"),
            new Message("the tax on my company invoice looks wrong", "billing"),
            new Message("I paid twice for one month", "billing"),
            new Message("the discount code was not taken off what I paid", "billing"),
            new Message("the parcel says delivered but nothing has arrived", "delivery"),
            new Message("can the courier come after six with the package", "delivery"),
            new Message("ship the order to my office address instead", "delivery"),
            new Message("when will my order arrive", "delivery"),
            new Message("a stranger signed for the parcel", "delivery"),
            new Message("the size is wrong, can I send the jacket back", "returns"),
            new Message("the cup came broken", "returns"),
            new Message("no refund yet for the shoes I returned", "returns"),
            new Message("I need a replacement for a faulty charger", "returns"),
            new Message("how do I send back an item without its box", "returns"),
            new Message("I cannot log in since yesterday", "account"),
            new Message("reset my password please", "account"),
            new Message("use another email for my profile", "account"),
            new Message("please delete my account and what you store", "account"),
            new Message("somebody else can log in to my profile", "account"));

    private Messages() {}

    /** The examples in an order that the seed decides. */
    static List<Message> examples(long seed) {
        List<Message> shuffled = new ArrayList<>(EXAMPLES);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }
}
