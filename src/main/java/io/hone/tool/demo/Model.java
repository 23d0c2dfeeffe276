package io.hone.tool.demo;

/** A classifier that can be asked for its logits. Implementations keep scratch memory and are not thread-safe. */
interface Model {

    /** The number of classes, and so of logits; at least 2. */
    int classes();

    /**
     * Computes the logits of one point.
     *
     * @param point  the features, as many as the model has inputs
     * @param logits receives one unscaled log-probability for each class
     */
    void logits(float[] point, float[] logits);

    /** Returns the class with the largest logit, or -1 where a logit is NaN: such a model answers nothing. */
    static int predicted(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            if (Float.isNaN(logits[i])) {
                return -1;
            }
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
