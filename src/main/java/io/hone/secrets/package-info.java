/** Secrets at rest: what the database keeps of them is encrypted with a key that is not in it. */
@NullMarked
package io.hone.secrets;

import org.jspecify.annotations.NullMarked;
