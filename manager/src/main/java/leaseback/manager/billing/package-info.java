/// What customers owe us, what we owe them, and how the one is set against the other.
@NullMarked
package leaseback.manager.billing;

import org.jspecify.annotations.NullMarked;
