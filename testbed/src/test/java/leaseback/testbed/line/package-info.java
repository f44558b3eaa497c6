/// Managers, agents and the lines between them: real TLS, real database, one process.
@NullMarked
package leaseback.testbed.line;

import org.jspecify.annotations.NullMarked;
