/// Lines between manager and hosts without a network between them, for tests that decide to the byte what goes wrong.
@NullMarked
package leaseback.testbed.direct;

import org.jspecify.annotations.NullMarked;
