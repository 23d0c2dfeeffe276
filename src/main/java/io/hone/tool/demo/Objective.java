package io.hone.tool.demo;

/** What training makes small. Not thread-safe. */
interface Objective {

    /**
     * The loss of one sample, in nats.
     *
     * @param sample   index in the training data
     * @param logits   what the network answered
     * @param gradient receives the derivative of the loss by each logit
     */
    double loss(int sample, float[] logits, float[] gradient);

    /** Cross-entropy with the true class. */
    static Objective crossEntropy(Dataset data) {
        double[] probabilities = new double[data.classes()];
        return (sample, logits, gradient) -> {
            int label = data.label(sample);
            double loss = -softmax(logits, 1, probabilities, label);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (float) (probabilities[i] - (i == label ? 1 : 0));
            }
            return loss;
        };
    }

    /**
     * Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network": the cross-entropy with the
     * teacher's soft answers at a temperature, times the temperature squared (so that its gradients keep their size),
     * mixed with the cross-entropy with the true class.
     *
     * @param teacherLogits one array of logits for each training sample
     * @param temperature   1 or more; larger is softer
     * @param softShare     share of the soft part, 0 to 1
     */
    static Objective distillation(Dataset data, float[][] teacherLogits, double temperature, double softShare) {
        Objective hard = crossEntropy(data);
        double[] teacher = new double[data.classes()];
        double[] student = new double[data.classes()];
        return (sample, logits, gradient) -> {
            double loss = (1 - softShare) * hard.loss(sample, logits, gradient);
            softmax(teacherLogits[sample], temperature, teacher, 0);
            double firstLog = softmax(logits, temperature, student, 0);
            for (int i = 0; i < gradient.length; i++) {
                double log = firstLog + (logits[i] - logits[0]) / temperature;
                loss -= softShare * temperature * temperature * teacher[i] * log;
                gradient[i] =
                        (float) ((1 - softShare) * gradient[i] + softShare * temperature * (student[i] - teacher[i]));
            }
            return loss;
        };
    }

    /** Writes the probabilities and returns the natural logarithm of the wanted one. */
    private static double softmax(float[] logits, double temperature, double[] probabilities, int wanted) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit / temperature);
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i] / temperature - largest);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return logits[wanted] / temperature - largest - Math.log(sum);
    }
}
