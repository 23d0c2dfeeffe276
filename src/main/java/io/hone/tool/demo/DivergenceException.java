package io.hone.tool.demo;

/** Training left the finite numbers. */
final class DivergenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DivergenceException(Training.Epoch epoch) {
        super("loss became %s at epoch %d, learning rate %s"
                .formatted(epoch.loss(), epoch.epoch(), Training.plain(epoch.learningRate())));
    }
}
