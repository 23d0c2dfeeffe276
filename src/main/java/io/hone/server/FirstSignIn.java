package io.hone.server;

import io.hone.auth.Accounts;
import io.hone.auth.OperatorToken;
import io.hone.auth.SignIns;
import io.hone.database.StartException;
import io.hone.http.ProblemException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.logging.Logger;

/** Lets the first admin of a server in. */
@Singleton
class FirstSignIn {

    private static final Logger LOG = Logger.getLogger(FirstSignIn.class.getName());
    private static final String PASSWORD = "HONE_ADMIN_PASSWORD";

    /** Where the launcher, behind another class loader, finds what to print: the path of the sign-in link. */
    private static final String LINK_PROPERTY = "io.hone.sign-in-link";

    private final Accounts accounts;
    private final SignIns signIns;
    private final OperatorToken operator;

    @Inject
    FirstSignIn(Accounts accounts, SignIns signIns, OperatorToken operator) {
        this.accounts = accounts;
        this.signIns = signIns;
        this.operator = operator;
    }

    /**
     * Creates the first account, and a link for as long as nobody has signed in to it.
     *
     * @throws StartException if HONE_ADMIN_PASSWORD cannot be used
     */
    void prepare() {
        operator.store();
        boolean linkWanted;
        try {
            linkWanted = accounts.ensureFirst(System.getenv(PASSWORD));
        } catch (ProblemException e) {
            throw new StartException(PASSWORD + " cannot be used: " + e.detail());
        }
        if (!linkWanted) {
            return;
        }
        String path = signIns.createFirstLink().path();
        if (Boolean.getBoolean(Lifecycle.STANDALONE)) {
            System.setProperty(LINK_PROPERTY, path);
        } else {
            // Without our launcher the log is the only way to whoever deploys.
            LOG.info(() -> "First sign-in, once, within 15 minutes: " + path);
        }
    }
}
