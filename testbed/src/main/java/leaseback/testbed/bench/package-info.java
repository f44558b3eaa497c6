/// Benchmarks that drive servers from outside, as clients do.
@NullMarked
package leaseback.testbed.bench;

import org.jspecify.annotations.NullMarked;
