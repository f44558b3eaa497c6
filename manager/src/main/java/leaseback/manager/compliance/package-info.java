/// Whether hosts keep what was agreed: facts become findings, and findings have consequences, one step after the other.
@NullMarked
package leaseback.manager.compliance;

import org.jspecify.annotations.NullMarked;
